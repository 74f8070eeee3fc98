"""One case: its facts, the one next action, and everything that is to do until the decision."""

from uuid import UUID

from fastapi.responses import Response

from services.review.api.cases import read_case
from services.review.api.deps import AtDeps
from services.review.pages.deps import CaseReader
from services.review.pages.frame import show_in_case
from shared.pages.visits import PageRouter

router = PageRouter()


@router.page("case")
async def show_case(application_id: UUID, visit: CaseReader, deps: AtDeps) -> Response:
    return show_in_case(visit, "case.html", await read_case(application_id, visit.call, deps), deps)
