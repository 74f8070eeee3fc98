"""The overview: where the company stands, and what is to be done next."""

from uuid import UUID

from fastapi.responses import HTMLResponse

from services.intake.api.dashboard import read_dashboard
from services.intake.api.deps import AtDeps
from services.intake.pages.deps import Trader
from shared.pages.visits import PageRouter

router = PageRouter()


@router.page("overview")
async def show_overview(company_id: UUID, visit: Trader, deps: AtDeps) -> HTMLResponse:
    return visit.show("overview.html", dashboard=await read_dashboard(company_id, visit.call, deps))
