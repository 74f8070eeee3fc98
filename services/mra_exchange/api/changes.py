"""Changes over HTTP: a partner keeps its copy of the members up to date."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.mra_exchange.api.deps import AtDeps, Partner, administration_of
from services.mra_exchange.views.changes import Changes, changes, opened_cursor
from services.mra_exchange.views.members import Filter
from shared.http.openapi import refuses

router = APIRouter(tags=["partners"])


@router.get("/partner/changes", summary="Changes since a cursor")
@refuses("cursor_expired")
async def read_changes(criteria: Annotated[Filter, Query()], call: Partner, deps: AtDeps) -> Changes:
    """Without a cursor, all current members; with one, every change since and in the minute before: `n` shows repeats.

    Keep `next`, and come back with it within 30 days.
    """
    cursor = opened_cursor(criteria.after, call.at)
    return await changes(deps.disclosures, administration_of(call), cursor, criteria.limit)
