"""A required action: the company responds, an officer accepts or rejects; it is overdue when the time is up."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Literal, assert_never
from uuid import UUID

from services.site_validation.domain.validation.days import still_to_come
from services.site_validation.domain.validation.state import CompanyResponse, DueDate, Finding, GivenResponse, Open
from shared.contracts.types import FreeText
from shared.decider import Command, Fact, Refusals, Tick
from shared.errors import Refused, raise_first
from shared.model import Model
from shared.programme.calendar import beginning_of, today


class Rejection(Model):
    """Why a response is not enough, and the new due date; the company reads both."""

    text: FreeText
    due_on: DueDate


class ActionCommand(Command):
    """A command about the action that one finding requires."""

    finding_id: UUID


class Respond(ActionCommand):
    kind: Literal["respond"] = "respond"
    response: CompanyResponse


class AcceptResponse(ActionCommand):
    kind: Literal["accept_response"] = "accept_response"


class RejectResponse(ActionCommand):
    kind: Literal["reject_response"] = "reject_response"
    rejection: Rejection


AnyActionCommand = Respond | AcceptResponse | RejectResponse


class ActionFact(Fact):
    """Something that has happened to the action that one finding requires."""

    finding_id: UUID


class ResponseGiven(ActionFact):
    kind: Literal["response_given"] = "response_given"
    response: GivenResponse


class FindingAccepted(ActionFact):
    kind: Literal["finding_accepted"] = "finding_accepted"


class ResponseRejected(ActionFact):
    kind: Literal["response_rejected"] = "response_rejected"
    rejection: Rejection


class FindingOverdue(ActionFact):
    kind: Literal["finding_overdue"] = "finding_overdue"
    due_on: date


AnyActionFact = ResponseGiven | FindingAccepted | ResponseRejected | FindingOverdue
REFUSES: Refusals = {
    Respond: ("unknown_finding", "no_action_required", "finding_closed"),
    AcceptResponse: ("unknown_finding", "no_response"),
    RejectResponse: ("unknown_finding", "no_response", "date_in_past", "date_too_far"),
}


def decide(command: AnyActionCommand, state: Open) -> tuple[AnyActionFact, ...]:
    finding = _known(command, state)
    match command:
        case Respond():
            return _respond(command, finding)
        case AcceptResponse():
            return _accept(command, finding)
        case RejectResponse():
            return _reject(command, finding)
        case _:
            assert_never(command)


def _respond(command: Respond, finding: Finding) -> tuple[AnyActionFact, ...]:
    if finding.kind != "action_required":
        raise Refused("no_action_required")
    if finding.state == "accepted":
        raise Refused("finding_closed")
    given = GivenResponse(**dict(command.response), given_on=today(command.at))
    return () if finding.responses[-1:] == (given,) else (ResponseGiven(finding_id=command.finding_id, response=given),)


def _accept(command: AcceptResponse, finding: Finding) -> tuple[AnyActionFact, ...]:
    if finding.state == "accepted":
        return ()
    _refuse_unanswered(finding)
    return (FindingAccepted(finding_id=command.finding_id),)


def _reject(command: RejectResponse, finding: Finding) -> tuple[AnyActionFact, ...]:
    _refuse_unanswered(finding)
    raise_first([still_to_come(command.rejection.due_on, command.at, "due_on")])
    return (ResponseRejected(finding_id=command.finding_id, rejection=command.rejection),)


def _refuse_unanswered(finding: Finding) -> None:
    if finding.state != "responded":
        raise Refused("no_response")


def _known(command: AnyActionCommand, state: Open) -> Finding:
    for finding in state.findings:
        if finding.finding_id == command.finding_id:
            return finding
    raise Refused("unknown_finding")


def overdue(command: Tick, state: Open) -> tuple[FindingOverdue, ...]:
    """Once for every due date that has passed."""
    day = today(command.at)
    return tuple(
        FindingOverdue(finding_id=finding_id, due_on=due_on) for finding_id, due_on in _due_dates(state) if due_on < day
    )


def due(state: Open) -> datetime | None:
    """When the day after the next due date begins."""
    days = [due_on + timedelta(days=1) for _, due_on in _due_dates(state)]
    return beginning_of(min(days)) if days else None


def _due_dates(state: Open) -> Iterator[tuple[UUID, date]]:
    """Of actions that are neither accepted nor known to be overdue."""
    for finding in state.findings:
        if finding.due_on and finding.state != "accepted" and not finding.overdue:
            yield finding.finding_id, finding.due_on


def evolve(state: Open, fact: AnyActionFact) -> Open:
    match fact:
        case ResponseGiven():
            return _changed(state, fact, lambda finding: _responded(finding, fact.response))
        case FindingAccepted():
            return _changed(state, fact, lambda _: {"state": "accepted", "overdue": False})
        case ResponseRejected():
            return _changed(state, fact, lambda finding: _rejected(finding, fact.rejection))
        case FindingOverdue():
            return _changed(state, fact, lambda _: {"overdue": True})
        case _:
            assert_never(fact)


def _responded(finding: Finding, response: GivenResponse) -> dict[str, object]:
    """Until an officer answers, a response replaces the one before."""
    answered = finding.responses[:-1] if finding.state == "responded" else finding.responses
    return {"state": "responded", "responses": (*answered, response)}


def _rejected(finding: Finding, rejection: Rejection) -> dict[str, object]:
    last = (response.model_copy(update={"rejection": rejection.text}) for response in finding.responses[-1:])
    return {
        "state": "open",
        "due_on": rejection.due_on,
        "overdue": False,
        "responses": (*finding.responses[:-1], *last),
    }


def _changed(validation: Open, fact: ActionFact, changes: Callable[[Finding], dict[str, object]]) -> Open:
    findings = (
        finding.model_copy(update=changes(finding)) if finding.finding_id == fact.finding_id else finding
        for finding in validation.findings
    )
    return validation.model_copy(update={"findings": tuple(findings)})
