"""Everything that happened to a case, page by page."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from fastapi.responses import Response

from services.review.api.cases import read_case
from services.review.api.deps import AtDeps
from services.review.pages.deps import CaseReader
from services.review.pages.frame import show_in_case
from services.review.views.history import Reading, history
from shared.pages.visits import PageRouter

router = PageRouter()


@router.page("case_history")
async def show_history(
    application_id: UUID, visit: CaseReader, deps: AtDeps, before: Annotated[int | None, Query(ge=1, lt=2**63)] = None
) -> Response:
    case = await read_case(application_id, visit.call, deps)
    reading = Reading(deps.cases.decider, visit.call.caller.subject, deps.catalogue.labels)
    return show_in_case(
        visit, "case_history.html", case, deps, history=await history(deps.journal, application_id, reading, before)
    )
