"""The frame of every page of a case: whose it is, where it stands, and the way to its other rooms."""

from uuid import UUID

from fastapi.responses import HTMLResponse

from services.review.api.deps import Deps
from services.review.views.cases import CaseView
from shared.pages.visits import SignedVisit


def show_in_case(
    visit: SignedVisit, template: str, case: CaseView, deps: Deps, *, status: int = 200, **shown: object
) -> HTMLResponse:
    """A page of a case. Its template extends `case_frame.html`, with the blocks `heading` and `part`."""
    return visit.show(
        template,
        status,
        case=case,
        catalogue=deps.catalogue,
        is_mine=case.assignee == visit.call.caller.subject,
        division_to_judge=division_to_judge(case),
        **shown,
    )


def division_to_judge(case: CaseView) -> UUID:
    """The division of the first answer that is not judged; the first division where all are."""
    ids = (*(answer.division_id for answer in case.answers_to_judge), *(each.division_id for each in case.divisions))
    return ids[0]
