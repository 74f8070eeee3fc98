"""The dashboard over HTTP: the company on one page."""

from uuid import UUID

from fastapi import APIRouter

from services.intake.api.deps import AtDeps, Trader
from services.intake.views.company import company_of
from services.intake.views.dashboard import Dashboard, dashboard
from shared.programme.calendar import today

router = APIRouter(tags=["company"])


@router.get("/companies/{company_id}/dashboard", summary="The dashboard of a company")
async def read_dashboard(company_id: UUID, call: Trader, deps: AtDeps) -> Dashboard:
    """Completeness and gaps of each section, where application and membership are, and whether it can be submitted."""
    company, sequence = await company_of(deps.companies, company_id, call.caller.subject)
    call.tag(sequence)
    return dashboard(company, call.caller.subject, today(call.at), deps.reference)
