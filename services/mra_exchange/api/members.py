"""Members over HTTP: a partner reads those that it may know now."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.mra_exchange.api.deps import AtDeps, Partner, administration_of
from services.mra_exchange.views.members import Filter, Members, member, members
from shared.contracts.mra_exchange import PartnerRecord
from shared.contracts.types import PipId

router = APIRouter(tags=["partners"])


@router.get("/partner/members", summary="Current members")
async def read_members(criteria: Annotated[Filter, Query()], call: Partner, deps: AtDeps) -> Members:
    """The records that your administration may know now. To keep a copy, read /partner/changes from the start."""
    return await members(deps.disclosures, administration_of(call), criteria)


@router.get("/partner/members/{pip}", summary="One current member")
async def read_member(pip: PipId, call: Partner, deps: AtDeps) -> PartnerRecord:
    """The record of a member by its PIP number, if your administration may know it."""
    return await member(deps.disclosures, administration_of(call), pip)
