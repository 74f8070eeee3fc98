"""The decision on a case: its grounds on one sheet, what would follow, and the two ways to decide."""

from uuid import UUID

from fastapi.responses import HTMLResponse, Response

from services.review.api.cases import approve_application, deny_application
from services.review.api.deps import AtDeps, Deps
from services.review.api.forms import DenialForm
from services.review.domain.case.closing import Approve, Deny
from services.review.domain.case.state import Denial, State
from services.review.pages.deps import CaseDecider, CaseReader
from services.review.pages.frame import show_in_case
from services.review.views.cases import CaseView, case_view
from services.review.views.decision import approval, hindrances, note_of_denial, published, sheet_of
from shared.contracts.review import ApplicationDenied
from shared.pages.drafts import drafted
from shared.pages.forms import Filled, FormSent, Sent
from shared.pages.speech import printed
from shared.pages.visits import PageRouter, SignedVisit
from shared.programme.calendar import today
from shared.programme.roles import DECISION_OFFICER

router = PageRouter()


@router.page("case_decision")
async def show_decision(application_id: UUID, visit: CaseReader, deps: AtDeps) -> Response:
    return await _show(application_id, visit, deps, await drafted(visit, Filled(), act="deny"))


@router.form("case_decision")
async def decide(application_id: UUID, visit: CaseDecider, sent: FormSent, deps: AtDeps) -> Response:
    if sent.looks_ahead:
        return await _show_denial(application_id, visit, sent, deps)
    if sent.act == "approve":
        done = "approved"
        refused = await sent.command(visit, lambda call: approve_application(application_id, call, deps))
    else:
        done = "denied"
        refused = await sent.command(
            visit, lambda call: deny_application(application_id, sent.body(DenialForm), call, deps)
        )
    if refused:
        return await _show(application_id, visit, deps, refused)
    return visit.leave("case_decision", done=done)


async def _show_denial(application_id: UUID, visit: SignedVisit, sent: Sent, deps: Deps) -> HTMLResponse:
    """What the denial would lead to, for the officer to confirm."""
    state, call = (await deps.cases.read(str(application_id))).state, visit.call

    def look() -> ApplicationDenied | None:
        denial = sent.body(DenialForm).into(Denial)
        return published(deps.cases, Deny(at=call.at, actor=call.actor, denial=denial), state, ApplicationDenied)

    denied = sent.ahead(visit, look)
    if isinstance(denied, Filled):
        return await _show(application_id, visit, deps, denied)
    case = _case(state, visit, deps)
    return show_in_case(visit, "denial.html", case, deps, denied=denied, form=sent.filled)


async def _show(application_id: UUID, visit: SignedVisit, deps: Deps, form: Filled) -> HTMLResponse:
    """Raises Refused("not_found") if there is no case."""
    state, call = (await deps.cases.read(str(application_id))).state, visit.call
    case, hindered = _case(state, visit, deps), hindrances(deps.cases, state, call.at, call.actor)
    approve = Approve(at=call.at, actor=call.actor)
    outlook = (
        None if hindered["approve"] else await approval(deps.cases, deps.memberships, approve, state, deps.catalogue)
    )
    return show_in_case(
        visit,
        "decision.html",
        case,
        deps,
        status=form.status,
        sheet=sheet_of(case, deps.catalogue),
        hindered=hindered,
        outlook=outlook,
        may_decide=DECISION_OFFICER in visit.session.roles,
        note=await note_of_denial(deps.cases, deps.journal, application_id) if case.denial else None,
        form=form,
        grounds={code: printed(ground, visit.language) for code, ground in deps.catalogue.labels.grounds.items()},
    )


def _case(state: State, visit: SignedVisit, deps: Deps) -> CaseView:
    """Raises Refused("not_found") if there is no case."""
    return case_view(state, today(visit.call.at), deps.catalogue.requirements, deps.intake_url)
