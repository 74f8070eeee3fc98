"""The membership of one invented company in each of its statuses, and what may be asked of it."""

from datetime import UTC, date, datetime
from functools import cache

from services.review.domain.membership import MembershipFact
from services.review.domain.membership.activation import Activate, MembershipActivated
from services.review.domain.membership.profile import NoteProfile
from services.review.domain.membership.standing import (
    Cancel,
    Leave,
    MembershipCancelled,
    MembershipReinstated,
    MembershipSuspended,
    Reinstate,
    Suspend,
)
from services.review.domain.membership.state import MembershipNotice, State, Term
from shared.contracts.pip_id import pip_id
from shared.contracts.review import ApplicationApproved, Benefit
from tests.support.builders.deciding import given
from tests.support.builders.packages import COMPANY
from tests.support.builders.review import APPLICATION, AT, DECISION_OFFICER, MEMBERSHIPS, SERVICE, approved, declaration

SINCE = date(2026, 3, 9)
LATER = datetime(2026, 8, 5, 2, tzinfo=UTC)
LATER_ON = date(2026, 8, 4)
ON_THE_DAY = datetime(2030, 3, 9, 5, tzinfo=UTC)
NOTICE = MembershipNotice(message="Two seals were broken.", note="Told by the port.")
TERM = Term(
    company_id=COMPANY,
    application_id=APPLICATION,
    pip_id=pip_id(str(COMPANY)),
    member_since=SINCE,
    revalidation_due_on=date(2030, 3, 9),
    benefits=(Benefit(code="security_advice", since=SINCE), Benefit(code="fast_eligibility", since=SINCE)),
)
ACTIVATED = MembershipActivated(term=TERM)
SUSPENDED = MembershipSuspended(on=LATER_ON, notice=NOTICE)
REINSTATED = MembershipReinstated(on=LATER_ON, notice=NOTICE)
CANCELLED = MembershipCancelled(status="cancelled", on=LATER_ON, notice=NOTICE)
WITHDRAWN = MembershipCancelled(status="withdrawn", on=date(2026, 2, 3))
LIVES: dict[str, tuple[MembershipFact, ...]] = {
    "absent": (),
    "active": (ACTIVATED,),
    "suspended": (ACTIVATED, SUSPENDED),
    "cancelled": (ACTIVATED, CANCELLED),
    "withdrawn": (ACTIVATED, WITHDRAWN),
}


def activate(event: ApplicationApproved | None = None) -> Activate:
    return Activate(at=LATER, actor=SERVICE, approved=event or approved())


def suspend() -> Suspend:
    return Suspend(at=LATER, actor=DECISION_OFFICER, notice=NOTICE)


def reinstate() -> Reinstate:
    return Reinstate(at=LATER, actor=DECISION_OFFICER, notice=NOTICE)


def cancel() -> Cancel:
    return Cancel(at=LATER, actor=DECISION_OFFICER, notice=NOTICE)


def leave() -> Leave:
    return Leave(at=LATER, actor=SERVICE, left_at=AT)


def note_profile(revision: int = 1) -> NoteProfile:
    return NoteProfile(at=LATER, actor=SERVICE, declared=declaration(revision))


@cache
def membership_in(life: str) -> State:
    """A membership at this point of its life."""
    return given(MEMBERSHIPS, *LIVES[life])
