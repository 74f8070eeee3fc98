"""Endpoints: a company reads what was told of it, a foreign administration what it may know."""

from dataclasses import dataclass
from typing import Annotated, get_args
from uuid import UUID

from fastapi import APIRouter, Query

from services.mra_exchange import views
from shared.contracts.mra_exchange import PartnerRecord
from shared.contracts.types import Administration, PipId
from shared.errors import Refused
from shared.http.call import Call
from shared.http.guard import allow, deps
from shared.http.openapi import refuses
from shared.programme.team import Teams, require
from shared.store.journal import Journal

ADMINISTRATIONS: tuple[Administration, ...] = get_args(Administration)


@dataclass(frozen=True)
class Deps:
    """What the endpoints work with."""

    disclosures: views.Disclosures
    teams: Teams
    journal: Journal
    words: views.Words


AtDeps = Annotated[Deps, deps()]
Trader = Annotated[Call, allow("trader")]
Partner = Annotated[Call, allow("partner")]
companies = APIRouter(tags=["companies"])
partners = APIRouter(tags=["partners"])


@companies.get("/companies/{company_id}/disclosures", summary="What was told of a company")
async def read_log(
    company_id: UUID, wanted: Annotated[views.LogFilter, Query()], call: Trader, deps: AtDeps
) -> views.Log:
    """Every message to foreign administrations, newest first: to which, when, why, under which consent, which values.

    A message stands here as soon as it may leave, which is shortly before the administration has it.
    """
    await require(deps.teams, company_id, call.caller.subject)
    return await views.log(deps.disclosures, deps.journal, company_id, wanted, deps.words)


@partners.get("/partner/members", summary="Current members")
async def read_members(wanted: Annotated[views.Filter, Query()], call: Partner, deps: AtDeps) -> views.Members:
    """The records that your administration may know now. To keep a copy, read /partner/changes from the start."""
    return await views.members(deps.disclosures, _administration(call), wanted)


@partners.get("/partner/members/{pip}", summary="One current member")
async def read_member(pip: PipId, call: Partner, deps: AtDeps) -> PartnerRecord:
    """The record of a member by its PIP number, if your administration may know it."""
    return await views.member(deps.disclosures, _administration(call), pip)


@partners.get("/partner/changes", summary="Changes since a cursor")
@refuses("cursor_expired")
async def read_changes(wanted: Annotated[views.Filter, Query()], call: Partner, deps: AtDeps) -> views.Changes:
    """Without a cursor, all current members; with one, every change since and in the minute before: `n` shows repeats.

    Keep `next`, and come back with it within 30 days.
    """
    return await views.changes(
        deps.disclosures, _administration(call), views.opened(wanted.after, call.at), wanted.limit
    )


def _administration(call: Call) -> Administration:
    """The administration of a partner's token. Raises Refused("role_not_allowed") if it names none that is known."""
    for code in ADMINISTRATIONS:
        if code == call.caller.administration:
            return code
    raise Refused("role_not_allowed")
