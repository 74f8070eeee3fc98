"""One validation: what is next, its visits and findings, and where a visit is planned."""

from dataclasses import replace
from uuid import UUID

from fastapi.responses import HTMLResponse, Response

from services.site_validation.api.deps import AtDeps
from services.site_validation.api.forms import VisitForm
from services.site_validation.api.validations import read_validation
from services.site_validation.api.visits import plan_visit
from services.site_validation.pages.deps import Reader, SiteOfficer, acts_as
from services.site_validation.pages.dossier import Dossier
from services.site_validation.views.concluding import next_step
from services.site_validation.views.history import history
from services.site_validation.views.validations import ValidationView
from shared.pages.forms import Filled, FormSent
from shared.pages.visits import PageRouter
from shared.programme.roles import DECISION_OFFICER

NEWEST = 5
router = PageRouter()


@router.page("validation")
async def show_validation(application_id: UUID, visit: Reader, deps: AtDeps) -> Response:
    return await _shown(Dossier(application_id, visit, deps), Filled())


@router.form("validation")
async def plan(application_id: UUID, visit: SiteOfficer, sent: FormSent, deps: AtDeps) -> Response:
    refused = await sent.command(visit, lambda call: plan_visit(application_id, sent.body(VisitForm), call, deps))
    if refused:
        return await _shown(Dossier(application_id, visit, deps), refused)
    return visit.leave("validation", done="visit_planned")


async def _shown(dossier: Dossier, form: Filled) -> HTMLResponse:
    """Before it is open, and once it is closed, a page has little to show."""
    visit, deps = dossier.visit, dossier.deps
    validation = await read_validation(dossier.application_id, visit.call, deps)
    happened = await history(deps.validations, deps.journal, dossier.application_id, visit.call.caller.subject)
    if not isinstance(validation, ValidationView):
        return visit.show("validation_row.html", form.status, row=validation, happened=happened[:NEWEST], form=form)
    offered = [(str(division.division_id), division.name) for division in validation.divisions]
    only = {"division_ids": (offered[0][0],)} if len(offered) == 1 else {}
    return dossier.show(
        "validation.html",
        validation,
        replace(form, given={**only, **form.given}),
        offered=offered,
        step=next_step(validation, dossier.today),
        happened=happened[:NEWEST],
        may_waive=validation.status == "open" and acts_as(visit, DECISION_OFFICER),
    )
