"""What everybody may read: what the programme is, and how this portal treats people and what they enter."""

from fastapi.responses import HTMLResponse

from services.intake.api.deps import AtDeps
from services.intake.api.programme import read_service_standard
from services.intake.pages.deps import Anybody
from shared.pages.visits import PageRouter

router = PageRouter()


@router.page("start")
async def show_start(visit: Anybody, deps: AtDeps) -> HTMLResponse:
    standard = await read_service_standard(deps)
    return visit.show("start.html", standard=standard, catalogue=deps.reference.catalogue)


@router.page("help")
async def show_help(visit: Anybody, deps: AtDeps) -> HTMLResponse:
    return visit.show("help.html", most_bytes=deps.reference.catalogue.documents.max_file_bytes)


@router.page("privacy")
async def show_privacy(visit: Anybody, deps: AtDeps) -> HTMLResponse:
    return visit.show("privacy.html", elements=deps.reference.catalogue.labels.elements)


@router.page("accessibility")
async def show_accessibility(visit: Anybody) -> HTMLResponse:
    return visit.show("accessibility.html")


@router.page("logging")
async def show_logging(visit: Anybody) -> HTMLResponse:
    return visit.show("logging.html")
