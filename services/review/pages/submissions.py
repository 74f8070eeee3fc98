"""A package as it was submitted, with what changed since the one before marked."""

from typing import Annotated
from uuid import UUID

from fastapi import Path
from fastapi.responses import Response

from services.review.api.cases import read_case
from services.review.api.deps import AtDeps
from services.review.pages.deps import CaseReader
from services.review.pages.frame import show_in_case
from services.review.views.submissions import Submissions
from shared.pages.sheet import compared, sheet_for
from shared.pages.visits import PageRouter

router = PageRouter()


@router.page("case_submission")
async def show_submission(
    application_id: UUID, submission: Annotated[int, Path(ge=1, lt=2**31)], visit: CaseReader, deps: AtDeps
) -> Response:
    """Raises Refused("not_found")."""
    case = await read_case(application_id, visit.call, deps)
    every = await Submissions.of(deps.cases, deps.journal, application_id)
    package, earlier = every.numbered(submission), every.before(submission)
    sheet = sheet_for(visit, deps.catalogue, every.asked)
    parts = sheet.parts(package)
    return show_in_case(
        visit,
        "case_submission.html",
        case,
        deps,
        package=package,
        earlier=earlier,
        written=parts,
        changed=compared(sheet.parts(earlier), parts) if earlier else (),
        others=[each for each in every.packages if each is not package],
    )
