"""One case: its facts, the one next action, and everything that is to do until the decision."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from fastapi.responses import HTMLResponse, Response

from services.review.api.cases import assign_case, pause_clock, read_case, resume_clock
from services.review.api.deps import AtDeps, Deps
from services.review.api.forms import AssignmentForm, PauseForm
from services.review.pages.deps import CaseReader, CaseReviewer
from services.review.pages.frame import show_in_case
from services.review.pages.next_action import next_action
from shared.errors import Refused
from shared.handling import Receipt
from shared.http.call import Call
from shared.pages.drafts import drafted
from shared.pages.forms import ACT, Filled, FormSent, Sent
from shared.pages.visits import PageRouter, SignedVisit

router = PageRouter()


@router.page("case")
async def show_case(application_id: UUID, visit: CaseReader, deps: AtDeps) -> Response:
    return await _shown(application_id, visit, deps, await drafted(visit, Filled(act="pause"), "pause"))


@router.form("case")
async def handle_case(application_id: UUID, visit: CaseReviewer, sent: FormSent, deps: AtDeps) -> Response:
    """Assigns the case, or pauses or resumes its clock."""
    if refused := await sent.command(visit, _edge(application_id, sent, deps)):
        return await _shown(application_id, visit, deps, refused)
    return visit.leave("case", done=f"case_{sent.act}")


def _edge(application_id: UUID, sent: Sent, deps: Deps) -> Callable[[Call], Awaitable[Receipt]]:
    """The command of one of the page's forms. Raises Refused("malformed")."""
    match sent.act:
        case "assign":
            return lambda call: assign_case(application_id, sent.body(AssignmentForm), call, deps)
        case "pause":
            return lambda call: pause_clock(application_id, sent.body(PauseForm), call, deps)
        case "resume":
            return lambda call: resume_clock(application_id, call, deps)
        case _:
            raise Refused("malformed", field=ACT)


async def _shown(application_id: UUID, visit: SignedVisit, deps: Deps, form: Filled) -> HTMLResponse:
    """The page with one form as it was sent, or kept; the others are fresh."""
    case = await read_case(application_id, visit.call, deps)
    reader = visit.call.caller
    return show_in_case(
        visit,
        "case.html",
        case,
        deps,
        status=form.status,
        form=form,
        form_of=lambda act: form if form.act == act else Filled(act=act),
        action=next_action(case, reader.subject, reader.roles),
        reader=reader.subject,
        roles=reader.roles,
        divisions={division.division_id: division.name for division in case.divisions},
    )
