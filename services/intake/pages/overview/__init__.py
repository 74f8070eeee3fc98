"""The overview: where the company stands, and what is to be done next."""

from uuid import UUID

from fastapi.responses import JSONResponse, Response

from services.intake.api.deps import AtDeps
from services.intake.api.deps import Trader as Caller
from services.intake.pages.deps import Trader
from services.intake.pages.overview.stages import stages
from services.intake.views.company import company_of
from services.intake.views.history import Histories
from services.intake.views.overview import overview
from services.intake.views.people import called, owner_of
from shared.http.etags import tag_of
from shared.pages.addresses import LANGUAGES, addresses
from shared.pages.visits import PageRouter
from shared.programme.calendar import today

NEWEST = 5  # of what happened
ASKED_AGAIN = {"Cache-Control": "private, no-cache"}
router = PageRouter()


@router.page("overview")
async def show_overview(company_id: UUID, visit: Trader, deps: AtDeps) -> Response:
    reader, catalogue = visit.call.caller.subject, deps.reference.catalogue
    company, _ = await company_of(deps.companies, company_id, reader)
    shown = overview(company, reader, today(visit.call.at), deps.reference)
    histories = Histories(deps.companies, deps.journal, catalogue)
    return visit.show(
        "overview.html",
        company=company,
        overview=shown,
        stages=stages(shown.track, visit.renderer, visit.language),
        happenings=await histories.newest(company, reader, NEWEST),
        catalogue=catalogue,
        owner=called(owner_of(company)),
        standard_days=deps.standard_days,
    )


async def read_state(company_id: UUID, call: Caller, deps: AtDeps) -> JSONResponse:
    """What a page that is open asks again and again, to say that something has changed."""
    _, sequence = await company_of(deps.companies, company_id, call.caller.subject)
    return JSONResponse({"sequence": sequence}, headers={"ETag": tag_of(sequence), **ASKED_AGAIN})


for language in LANGUAGES:
    path = f"{addresses()['overview'].template(language)}/state"
    router.add_api_route(path, read_state, methods=["GET"], name="overview_state")
