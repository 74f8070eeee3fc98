"""How a membership begins: with a number for life, benefits, and a day of revalidation (programme 3.3)."""

from typing import Literal, assert_never

from services.review.domain.membership.benefits import granted
from services.review.domain.membership.state import Absent, Active, Ended, State, Suspended, Term, known
from shared.contracts.catalogue import Entitlement
from shared.contracts.pip_id import pip_id
from shared.contracts.review import ApplicationApproved
from shared.decider import Command, Fact
from shared.programme.calendar import add_years

YEARS_TO_REVALIDATION = 4


class Activate(Command):
    kind: Literal["activate"] = "activate"
    approved: ApplicationApproved


class MembershipActivated(Fact):
    kind: Literal["membership_activated"] = "membership_activated"
    term: Term


def activate(command: Activate, state: State, entitlements: tuple[Entitlement, ...]) -> tuple[MembershipActivated, ...]:
    approved = command.approved
    match state:
        case Active() | Suspended():
            return ()
        case Ended() if state.term.application_id == approved.application_id:
            return ()
        case Absent() | Ended():
            return (MembershipActivated(term=_term(approved, entitlements)),)
        case _:
            assert_never(state)


def _term(approved: ApplicationApproved, entitlements: tuple[Entitlement, ...]) -> Term:
    since = approved.approved_on
    return Term(
        company_id=approved.company_id,
        application_id=approved.application_id,
        pip_id=pip_id(str(approved.company_id)),
        member_since=since,
        revalidation_due_on=add_years(since, YEARS_TO_REVALIDATION),
        benefits=granted(entitlements, approved),
    )


def evolve(state: State, fact: MembershipActivated) -> State:
    return Active(**known(state), term=fact.term, status_since=fact.term.member_since)
