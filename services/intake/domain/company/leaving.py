"""The company withdraws its application or leaves the programme, by asking review and waiting (programme 3.1)."""

from typing import Literal, assert_never

from services.intake.domain.company.rights import OWNER, PersonalCommand
from services.intake.domain.company.state import Company, Preparing, Withdrawing
from shared.contracts import intake as published
from shared.decider import Fact
from shared.errors import Refused
from shared.model import Moment


class Withdraw(PersonalCommand):
    BY = OWNER
    kind: Literal["withdraw"] = "withdraw"


class LeaveProgramme(PersonalCommand):
    BY = OWNER
    kind: Literal["leave_programme"] = "leave_programme"


class WithdrawalRequested(Fact):
    kind: Literal["withdrawal_requested"] = "withdrawal_requested"
    withdrawn_at: Moment


class LeavingRequested(Fact):
    kind: Literal["leaving_requested"] = "leaving_requested"
    left_at: Moment


LeavingCommand = Withdraw | LeaveProgramme
LeavingFact = WithdrawalRequested | LeavingRequested


def decide(command: LeavingCommand, company: Company) -> tuple[LeavingFact, ...]:
    match command:
        case Withdraw():
            return withdraw(command, company)
        case LeaveProgramme():
            return leave(command, company)
        case _:
            assert_never(command)


def withdraw(command: Withdraw, company: Company) -> tuple[WithdrawalRequested, ...]:
    if isinstance(company.application, Preparing):
        raise Refused("no_application")
    return () if isinstance(company.application, Withdrawing) else (WithdrawalRequested(withdrawn_at=command.at),)


def leave(command: LeaveProgramme, company: Company) -> tuple[LeavingRequested, ...]:
    if not company.is_member:
        raise Refused("not_a_member")
    return () if company.leaving_since else (LeavingRequested(left_at=command.at),)


def evolve(company: Company, fact: LeavingFact) -> Company:
    if isinstance(fact, WithdrawalRequested):
        return company.model_copy(update={"application": Withdrawing()})
    return company.model_copy(update={"leaving_since": fact.left_at})


def told(fact: LeavingFact, company: Company) -> published.ApplicationWithdrawn | published.ProgrammeLeft:
    if isinstance(fact, LeavingRequested):
        return published.ProgrammeLeft(company_id=company.company_id, left_at=fact.left_at)
    return published.ApplicationWithdrawn(
        company_id=company.company_id,
        application_id=company.application_id,
        submission=company.submission,
        withdrawn_at=fact.withdrawn_at,
    )
