"""How a case ends: approved by an officer, or withdrawn by the company, whichever comes first. Pure: no clock, no ids, no I/O."""

from datetime import date
from typing import Literal

from services.review.domain.case.state import Absent, Approved, Case, DecisionPending, Denied, Dossier, Open, State, Withdrawn, noted
from shared.calendar import today
from shared.contracts.intake import ApplicationWithdrawn
from shared.contracts.review import ApplicationApproved
from shared.decider import Command, Fact
from shared.errors import Refused


class Approve(Command):
    kind: Literal["approve"] = "approve"


class CloseWithdrawn(Command):
    kind: Literal["close_withdrawn"] = "close_withdrawn"
    withdrawal: ApplicationWithdrawn


Asked = Approve | CloseWithdrawn


class CaseApproved(Fact):
    """`validated_on` is None when the site validation was waived."""

    kind: Literal["case_approved"] = "case_approved"
    approved_on: date
    validated_on: date | None


class CaseWithdrawn(Fact):
    kind: Literal["case_withdrawn"] = "case_withdrawn"
    withdrawn_on: date


class WithdrawalTooLate(Fact):
    kind: Literal["withdrawal_too_late"] = "withdrawal_too_late"


Happened = CaseApproved | CaseWithdrawn | WithdrawalTooLate


def approve(command: Approve, state: State) -> tuple[Happened, ...]:
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


def close_withdrawn(command: CloseWithdrawn, state: State) -> tuple[Happened, ...]:
    if isinstance(state, Open):
        return (CaseWithdrawn(withdrawn_on=today(command.withdrawal.withdrawn_at)),)
    too_late = isinstance(state, Approved | Denied) and not state.withdrawal_too_late
    return (WithdrawalTooLate(),) if too_late else ()


def evolve(state: State, fact: Happened) -> State:
    match fact, state:
        case CaseApproved(), Case():
            dossier = _stopped(state, fact.approved_on)
            return Approved(dossier=dossier, approved_on=fact.approved_on, validated_on=fact.validated_on)
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
    """What the company and its membership learn."""
    return ApplicationApproved(
        company_id=dossier.package.company_id,
        application_id=dossier.package.application_id,
        submission=dossier.package.submission,
        kind=dossier.package.kind,
        lines_of_business=dossier.package.profile.lines_of_business,
        approved_on=fact.approved_on,
        validated_on=fact.validated_on,
    )
