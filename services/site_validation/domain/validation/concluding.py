"""How a validation is concluded: passed or failed after a visit, or waived without one."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Literal

from services.site_validation.domain.validation.state import OVER, Concluded, Open
from services.site_validation.domain.validation.visits import VisitCancelled
from shared.contracts.types import FreeText, ValidationOutcome
from shared.decider import Command, Fact, Refusals
from shared.errors import Refused, raise_first
from shared.programme.calendar import today


class Conclude(Command):
    kind: Literal["conclude"] = "conclude"
    outcome: Literal["passed", "failed"]
    reason: FreeText | None = None


class Waive(Command):
    kind: Literal["waive"] = "waive"
    outcome: Literal["waived"] = "waived"
    reason: FreeText | None = None


ConcludingCommand = Conclude | Waive


class ValidationConcluded(Fact):
    kind: Literal["validation_concluded"] = "validation_concluded"
    outcome: ValidationOutcome
    concluded_on: date
    reason: FreeText | None = None


def visit_held(_command: ConcludingCommand, state: Open) -> Refused | None:
    """Nothing is validated from a desk."""
    return None if _held(state) else Refused("no_visit_held")


def no_visit_held(_command: ConcludingCommand, state: Open) -> Refused | None:
    """What an officer has seen is not waived."""
    return Refused("visit_held") if _held(state) else None


def no_visit_outstanding(_command: ConcludingCommand, state: Open) -> Refused | None:
    """What is planned is held or cancelled first."""
    return None if all(visit.state in OVER for visit in state.visits) else Refused("visit_outstanding")


def no_action_open(_command: ConcludingCommand, state: Open) -> Refused | None:
    """Every required action has been taken and accepted."""
    return (
        Refused("open_actions") if any(finding.state in {"open", "responded"} for finding in state.findings) else None
    )


def risk_is_low(_command: ConcludingCommand, state: Open) -> Refused | None:
    """A visit is the rule (fact sheet: all members undergo a validation), a waiver the exception."""
    return None if state.risk.band == "low" else Refused("waiver_needs_low_risk")


def reason_given(command: ConcludingCommand, _state: Open) -> Refused | None:
    """The decision officer must know why."""
    return None if command.reason else Refused("reason_required", field="reason")


RULES: Mapping[ValidationOutcome, tuple[Callable[[ConcludingCommand, Open], Refused | None], ...]] = {
    "passed": (visit_held, no_visit_outstanding, no_action_open),
    "failed": (visit_held, reason_given),
    "waived": (risk_is_low, no_visit_held, reason_given),
}
REFUSES: Refusals = {
    Conclude: ("no_visit_held", "visit_outstanding", "open_actions", "reason_required"),
    Waive: ("waiver_needs_low_risk", "visit_held", "reason_required"),
}


def _held(state: Open) -> bool:
    return any(visit.state == "held" for visit in state.visits)


def decide(command: ConcludingCommand, state: Open) -> tuple[VisitCancelled | ValidationConcluded, ...]:
    """Visits that are still to come are called off."""
    raise_first(rule(command, state) for rule in RULES[command.outcome])
    called_off = (VisitCancelled(visit_id=visit.visit_id) for visit in state.visits if visit.state not in OVER)
    return (
        *called_off,
        ValidationConcluded(outcome=command.outcome, concluded_on=today(command.at), reason=command.reason),
    )


def evolve(state: Open, fact: ValidationConcluded) -> Concluded:
    conclusion = {
        "status": "concluded",
        "outcome": fact.outcome,
        "concluded_on": fact.concluded_on,
        "reason": fact.reason,
    }
    return Concluded.model_validate({**dict(state), **conclusion})
