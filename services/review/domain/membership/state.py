"""What is true of a membership."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from services.review.domain.case.consumed import Profile
from shared.contracts.review import Benefit
from shared.contracts.types import Code, FreeText
from shared.decider import AggregateState
from shared.model import Model, Moment


class MembershipNotice(Model):
    """Why a membership changes: the message is for the company, a note stays inside."""

    message: FreeText
    note: FreeText | None = None


class ProfileDeclaration(Model):
    """The company's profile as it declared it; of several the highest revision counts."""

    company_id: UUID
    revision: int
    declared_at: Moment
    profile: Profile


class Term(Model):
    """What an approval gives: a number for life, a first day, entitlements, and the day when revalidation is due."""

    company_id: UUID
    application_id: UUID
    pip_id: Code
    member_since: date
    revalidation_due_on: date
    benefits: tuple[Benefit, ...]
    revalidation_fell_due: bool = False


class Known(AggregateState):
    """In every status: the company's profile as it last declared it, and how it was declared before, oldest first."""

    v: int = 2
    declared: ProfileDeclaration | None = None
    earlier: tuple[ProfileDeclaration, ...] = ()


class Absent(Known):
    status: Literal["absent"] = "absent"


class Member(Known):
    term: Term
    status_since: date


class Active(Member):
    status: Literal["active"] = "active"


class Suspended(Member):
    status: Literal["suspended"] = "suspended"


class Ended(Member):
    status: Literal["cancelled", "withdrawn"]


State = Absent | Active | Suspended | Ended


def known(state: Known) -> dict[str, Any]:
    """What a membership keeps when its status changes."""
    return {"declared": state.declared, "earlier": state.earlier}
