"""How a case ends: approved or denied by an officer, or withdrawn by the company."""

from datetime import date
from typing import Literal, assert_never

from services.review.domain.case.state import (
    Absent,
    Approved,
    Case,
    DecisionPending,
    Denial,
    Denied,
    Dossier,
    Open,
    Returned,
    RiskAssessment,
    SiteValidation,
    State,
    UnderReview,
    Withdrawn,
    noted,
)
from shared.contracts.review import ApplicationApproved, ApplicationDenied
from shared.contracts.types import FreeText, Ground
from shared.decider import Command, Fact, Refusals
from shared.errors import Refused
from shared.model import Moment
from shared.programme.calendar import today


class Approve(Command):
    kind: Literal["approve"] = "approve"


class Deny(Command):
    kind: Literal["deny"] = "deny"
    denial: Denial


class CloseWithdrawn(Command):
    kind: Literal["close_withdrawn"] = "close_withdrawn"
    withdrawn_at: Moment


ClosingCommand = Approve | Deny | CloseWithdrawn


class CaseApproved(Fact):
    """`validated_on` is None when the site validation was waived."""

    kind: Literal["case_approved"] = "case_approved"
    approved_on: date
    validated_on: date | None


class CaseDenied(Fact):
    kind: Literal["case_denied"] = "case_denied"
    grounds: tuple[Ground, ...]
    message: FreeText
    note: FreeText | None = None
    denied_on: date


class CaseWithdrawn(Fact):
    kind: Literal["case_withdrawn"] = "case_withdrawn"
    withdrawn_on: date


class WithdrawalTooLate(Fact):
    kind: Literal["withdrawal_too_late"] = "withdrawal_too_late"


ClosingFact = CaseApproved | CaseDenied | CaseWithdrawn | WithdrawalTooLate
REFUSES: Refusals = {
    Approve: ("not_found", "not_approvable"),
    Deny: ("not_found", "case_closed", "wait_for_result", "answer_still_possible", "message_required"),
}


def approve(command: Approve, state: State) -> tuple[ClosingFact, ...]:
    match state:
        case Absent():
            raise Refused("not_found")
        case Approved():
            return ()
        case DecisionPending(basis="passed" | "waived"):
            return (CaseApproved(approved_on=today(command.at), validated_on=_validated_on(state.dossier)),)
        case _:
            raise Refused("not_approvable")


def _validated_on(dossier: Dossier) -> date | None:
    validation = dossier.validation
    return validation.concluded_on if validation and validation.outcome == "passed" else None


def deny(command: Deny, state: State) -> tuple[ClosingFact, ...]:
    """Not while another service's result is on its way, nor while the company may still answer."""
    match state:
        case Absent():
            raise Refused("not_found")
        case Approved() | Denied() | Withdrawn():
            raise Refused("case_closed")
        case RiskAssessment() | SiteValidation():
            raise Refused("wait_for_result")
        case Returned() if today(command.at) <= state.answer_by:
            raise Refused("answer_still_possible")
        case UnderReview() | Returned() | DecisionPending():
            return (_denied(command.denial, today(command.at)),)
        case _:
            assert_never(state)


def _denied(denial: Denial, on: date) -> CaseDenied:
    if denial.message is None:
        raise Refused("message_required", field="message")
    return CaseDenied(grounds=denial.grounds, message=denial.message, note=denial.note, denied_on=on)


def close_withdrawn(command: CloseWithdrawn, state: State) -> tuple[ClosingFact, ...]:
    if isinstance(state, Open):
        return (CaseWithdrawn(withdrawn_on=today(command.withdrawn_at)),)
    too_late = isinstance(state, Approved | Denied) and not state.withdrawal_too_late
    return (WithdrawalTooLate(),) if too_late else ()


def evolve(state: State, fact: ClosingFact) -> State:
    match fact, state:
        case CaseApproved(), Case():
            dossier = _stopped(state, fact.approved_on)
            return Approved(dossier=dossier, approved_on=fact.approved_on, validated_on=fact.validated_on)
        case CaseDenied(), Case():
            dossier = _stopped(state, fact.denied_on)
            return Denied(dossier=dossier, grounds=fact.grounds, message=fact.message, denied_on=fact.denied_on)
        case CaseWithdrawn(), Case():
            return Withdrawn(dossier=_stopped(state, fact.withdrawn_on), withdrawn_on=fact.withdrawn_on)
        case WithdrawalTooLate(), Approved() | Denied():
            return state.model_copy(update={"withdrawal_too_late": True})
        case _:
            return state


def _stopped(case: Case, on: date) -> Dossier:
    clock = case.dossier.clock.model_copy(update={"stopped_on": on})
    return noted(case, clock=clock).dossier


def approved(fact: CaseApproved, dossier: Dossier) -> ApplicationApproved:
    """The message of an approval, from which the membership follows."""
    return ApplicationApproved(
        **dict(dossier.application),
        lines_of_business=dossier.package.profile.lines_of_business,
        courier=dossier.package.profile.courier,
        approved_on=fact.approved_on,
        validated_on=fact.validated_on,
    )


def denied(fact: CaseDenied, dossier: Dossier) -> ApplicationDenied:
    """The message of a denial; the note stays inside."""
    return ApplicationDenied(
        **dict(dossier.application),
        grounds=fact.grounds,
        message=fact.message,
        denied_on=fact.denied_on,
    )
