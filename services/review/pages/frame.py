"""The frame of every page of a case: whose it is, where it stands, and the way to its other rooms."""

from fastapi.responses import HTMLResponse

from services.review.api.deps import Deps
from services.review.views.cases import CaseSummary
from shared.pages.visits import SignedVisit


def show_in_case(
    visit: SignedVisit, template: str, case: CaseSummary, deps: Deps, *, status: int = 200, **shown: object
) -> HTMLResponse:
    """A page of a case. Its template extends `case_frame.html`, with the blocks `heading` and `part`."""
    return visit.show(
        template,
        status,
        case=case,
        catalogue=deps.catalogue,
        is_mine=case.assignee == visit.call.caller.subject,
        **shown,
    )
