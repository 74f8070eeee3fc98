"""What everybody may read: what the programme is, and how this portal treats people and what they enter."""

from fastapi.responses import HTMLResponse, Response

from services.intake.api.deps import AtDeps
from services.intake.api.programme import read_service_standard
from services.intake.pages.deps import Anybody
from shared.pages.console import first_room_of
from shared.pages.visits import PageRouter

router = PageRouter()


@router.page("start")
async def show_start(visit: Anybody, deps: AtDeps) -> Response:
    """Whoever has a room in the console goes on to it."""
    if visit.session and (room := first_room_of(visit.session.roles)):
        return visit.leave(room)
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
