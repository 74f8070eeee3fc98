"""What an officer finds on site, requirement by requirement."""

from collections.abc import Callable
from typing import Literal
from uuid import UUID

from services.site_validation.domain.validation.days import still_to_come
from services.site_validation.domain.validation.state import Finding, Observation, Open
from shared.decider import Command, Fact, Refusals
from shared.errors import Refused, raise_first

MOST_FINDINGS = 100


class RecordFinding(Command):
    kind: Literal["record_finding"] = "record_finding"
    finding_id: UUID
    observation: Observation


class FindingRecorded(Fact):
    kind: Literal["finding_recorded"] = "finding_recorded"
    finding_id: UUID
    observation: Observation


def division_visited(command: RecordFinding, state: Open) -> Refused | None:
    """A finding is made on site."""
    visited = {division_id for visit in state.visits if visit.state == "held" for division_id in visit.division_ids}
    return None if command.observation.division_id in visited else Refused("division_not_visited", field="division_id")


def requirement_answered(command: RecordFinding, state: Open) -> Refused | None:
    """A visit verifies the profile: what that division has answered."""
    answered = {
        (division.division_id, answer.requirement_id)
        for division in state.package.divisions
        for answer in division.answers
    }
    found = (command.observation.division_id, command.observation.requirement_id)
    return None if found in answered else Refused("unknown_requirement", field="requirement_id")


def action_has_due_date(command: RecordFinding, _state: Open) -> Refused | None:
    """The company must know until when it has to act."""
    missing = command.observation.kind == "action_required" and command.observation.due_on is None
    return Refused("due_date_required", field="due_on") if missing else None


def advice_has_no_due_date(command: RecordFinding, _state: Open) -> Refused | None:
    """Only a required action is due on a day; everything else is voluntary."""
    needless = command.observation.kind != "action_required" and command.observation.due_on is not None
    return Refused("no_action_required", field="due_on") if needless else None


def due_date_to_come(command: RecordFinding, _state: Open) -> Refused | None:
    """An action cannot be due before it is required."""
    due_on = command.observation.due_on
    return still_to_come(due_on, command.at, "due_on") if due_on else None


def still_room(_command: RecordFinding, state: Open) -> Refused | None:
    """One message has to hold all of them."""
    return Refused("too_many_findings") if len(state.findings) >= MOST_FINDINGS else None


RULES: tuple[Callable[[RecordFinding, Open], Refused | None], ...] = (
    division_visited,
    requirement_answered,
    action_has_due_date,
    advice_has_no_due_date,
    due_date_to_come,
    still_room,
)
REFUSES: Refusals = {
    RecordFinding: (
        "division_not_visited",
        "unknown_requirement",
        "due_date_required",
        "no_action_required",
        "date_in_past",
        "date_too_far",
        "too_many_findings",
    )
}


def decide(command: RecordFinding, state: Open) -> tuple[FindingRecorded, ...]:
    if any(finding.finding_id == command.finding_id for finding in state.findings):
        return ()
    raise_first(rule(command, state) for rule in RULES)
    return (FindingRecorded(finding_id=command.finding_id, observation=command.observation),)


def evolve(state: Open, fact: FindingRecorded) -> Open:
    course = "open" if fact.observation.kind == "action_required" else "noted"
    finding = Finding.model_validate({**dict(fact.observation), "finding_id": fact.finding_id, "state": course})
    return state.model_copy(update={"findings": (*state.findings, finding)})
