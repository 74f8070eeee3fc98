"""What officers see of memberships: one with its benefits and latest changes, and all in order of revalidation."""

import asyncio
from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, get_args
from uuid import UUID

from pydantic import Field

from services.review.domain import membership
from services.review.domain.case.consumed import Profile
from services.review.domain.membership.state import Absent, Active, Ended, ProfileDeclaration, State, Suspended
from shared.contracts import types
from shared.contracts.catalogue import Catalogue, NamedBenefit, named
from shared.contracts.types import Code, MembershipStatus, Name, PipId
from shared.errors import Refused
from shared.handling import Aggregate
from shared.model import Model, Moment
from shared.programme.forms.days import Day
from shared.programme.forms.numbers import BusinessNumber
from shared.programme.forms.texts import SearchedName
from shared.store.documents import beginning_with
from shared.store.paging import Cursor

Memberships = Aggregate[membership.MembershipCommand, State, membership.MembershipFact]

_STATUS = "state.status"
_PIP_ID = "state.term.pip_id"
_DUE = "state.term.revalidation_due_on"
_PROFILE = "state.declared.profile"
_NAME = f"{_PROFILE}.legal_name"
UNIQUE = ((_PIP_ID, "pip_id_taken"),)
INDEXES = (_DUE, f"{_STATUS} {_DUE}", f"{_PROFILE}.business_number")
NAMES = (_NAME,)
RUNNING: tuple[MembershipStatus, ...] = ("active", "suspended")

# --- all memberships ------------------------------------------------------------------------------


class Filter(Model):
    """Which memberships, and after which cursor."""

    status: MembershipStatus | None = None
    revalidation_due_by: Annotated[
        Day | None, Field(description="to be validated anew by this day in Ontario; leaves out what has ended")
    ] = None
    name: SearchedName | None = None
    business_number: BusinessNumber | None = None
    pip_id: PipId | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    after: Cursor | None = None


class MembershipRow(Model):
    """One membership in the list; name and business number are unknown until a profile is declared."""

    company_id: UUID
    application_id: UUID
    pip_id: Code
    legal_name: Name | None
    business_number: types.BusinessNumber | None
    status: MembershipStatus
    status_since: date
    member_since: date
    revalidation_due_on: date
    revalidation_fell_due: bool


class MembershipList(Model):
    """One page of memberships; what is to be validated anew first comes first."""

    memberships: tuple[MembershipRow, ...]
    next: str | None


async def listed(memberships: Memberships, criteria: Filter) -> MembershipList:
    """One page of the memberships that match, by name those that are found by it. Raises Refused("malformed")."""
    by_name = criteria.name is not None
    page = await memberships.page(
        _matching(criteria),
        sort=_NAME if by_name else _DUE,
        limit=criteria.limit,
        after=criteria.after,
        folded=by_name,
    )
    rows = tuple(_row(snapshot.state) for snapshot in page.snapshots if not isinstance(snapshot.state, Absent))
    return MembershipList(memberships=rows, next=page.next)


async def counted(memberships: Memberships, today: date) -> Mapping[str, int]:
    """How many memberships there are in each status, and under `due` those whose revalidation is due by now."""
    statuses: tuple[MembershipStatus, ...] = get_args(MembershipStatus)
    due: dict[str, Any] = {"$lte": today.isoformat()}
    queries = [{_STATUS: status} for status in statuses] + [{_STATUS: status, _DUE: due} for status in RUNNING]
    numbers = await asyncio.gather(*map(memberships.count, queries))
    return dict(zip(statuses, numbers, strict=False)) | {"due": sum(numbers[len(statuses) :])}


def _matching(criteria: Filter) -> dict[str, Any]:
    """Only who has been a member has a day of revalidation."""
    due_by = criteria.revalidation_due_by
    query = {
        _STATUS: criteria.status or ({"$in": RUNNING} if due_by else None),
        _DUE: {"$gt": ""} | ({"$lte": due_by.isoformat()} if due_by else {}),
        _NAME: criteria.name and beginning_with(criteria.name),
        f"{_PROFILE}.business_number": criteria.business_number,
        _PIP_ID: criteria.pip_id,
    }
    return {path: value for path, value in query.items() if value is not None}


async def company_of(memberships: Memberships, pip_id: Code) -> str | None:
    """The id of the company that has this PIP number; None if nobody has it."""
    found = await memberships.find({_PIP_ID: pip_id}, limit=1)
    return found[0].id if found else None


# --- one membership -------------------------------------------------------------------------------


class ChangeView(Model):
    """One change of the declared profile: when, of which fields, and what it was before (programme 6.3)."""

    declared_at: Moment
    fields: tuple[str, ...]
    before: Profile


class MembershipView(MembershipRow):
    """The membership, the company's profile as it last declared it, and its latest changes, newest first."""

    benefits: tuple[NamedBenefit, ...]
    profile: Profile | None
    changes: tuple[ChangeView, ...]


def membership_view(state: State, catalogue: Catalogue) -> MembershipView:
    """Raises Refused("not_found") if the company was never a member."""
    if isinstance(state, Absent):
        raise Refused("not_found")
    return MembershipView(
        **dict(_row(state)),
        benefits=named(catalogue, state.term.benefits) if isinstance(state, Active) else (),
        profile=state.declared and state.declared.profile,
        changes=_changes(state),
    )


def _row(state: Active | Suspended | Ended) -> MembershipRow:
    profile = state.declared and state.declared.profile
    return MembershipRow(
        **state.term.model_dump(exclude={"benefits"}),
        legal_name=profile and profile.legal_name,
        business_number=profile and profile.business_number,
        status=state.status,
        status_since=state.status_since,
    )


def _changes(state: State) -> tuple[ChangeView, ...]:
    declared = (*state.earlier, *((state.declared,) if state.declared else ()))
    return tuple(_change(before, after) for before, after in reversed([*pairwise(declared)]))


def _change(before: ProfileDeclaration, after: ProfileDeclaration) -> ChangeView:
    changed = (
        field for field in Profile.model_fields if getattr(before.profile, field) != getattr(after.profile, field)
    )
    return ChangeView(declared_at=after.declared_at, fields=tuple(changed), before=before.profile)
