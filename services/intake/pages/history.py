"""Everything that happened to a company, page by page."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from fastapi.responses import Response

from services.intake.api.deps import AtDeps
from services.intake.pages.deps import Trader
from services.intake.views.company import company_of
from services.intake.views.history import Histories
from shared.pages.visits import PageRouter

router = PageRouter()


@router.page("history")
async def show_history(
    company_id: UUID, visit: Trader, deps: AtDeps, before: Annotated[int | None, Query(ge=1, lt=2**63)] = None
) -> Response:
    reader = visit.call.caller.subject
    company, _ = await company_of(deps.companies, company_id, reader)
    histories = Histories(deps.companies, deps.journal, deps.reference.catalogue)
    history = await histories.page(company, reader, before)
    return visit.show("history.html", company=company, history=history)
