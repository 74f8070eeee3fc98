"""Submit: the whole package to read, its signature, and what happens next."""

from dataclasses import replace
from uuid import UUID

from fastapi.responses import HTMLResponse, Response

from services.intake.api.application import submit_application
from services.intake.api.dashboard import read_dashboard
from services.intake.api.deps import AtDeps, Deps
from services.intake.api.forms import SubmissionForm
from services.intake.domain.company.rights import role_of
from services.intake.domain.company.submission import Submit
from services.intake.pages.deps import Trader
from services.intake.views.company import company_of
from services.intake.views.submissions import Reference, Submissions, prepared
from shared.errors import Refused
from shared.pages.drafts import drafted
from shared.pages.fields import EMPTY
from shared.pages.forms import Filled, FormSent
from shared.pages.sheet import sheet_for
from shared.pages.visits import PageRouter, SignedVisit
from shared.programme.calendar import today

router = PageRouter()


@router.page("submit")
async def show_submit(company_id: UUID, visit: Trader, deps: AtDeps) -> Response:
    form = await drafted(visit, Filled({"attestation.name": (visit.session.name,)}))
    return await _show(company_id, visit, deps, replace(form, given={**form.given, "attests_truth": EMPTY}))


@router.form("submit")
async def submit(company_id: UUID, visit: Trader, sent: FormSent, deps: AtDeps) -> Response:
    refused = await sent.command(
        visit, lambda call: submit_application(company_id, sent.body(SubmissionForm), call, deps)
    )
    return await _show(company_id, visit, deps, refused) if refused else visit.leave("submitted")


async def _show(company_id: UUID, visit: SignedVisit, deps: Deps, form: Filled) -> HTMLResponse:
    """The package with the form under it; while it cannot be submitted, the reason."""
    company, _ = await company_of(deps.companies, company_id, visit.call.caller.subject)
    catalogue = deps.reference.catalogue
    try:
        package = prepared(company, today(visit.call.at), catalogue)
    except Refused as refused:
        dashboard = await read_dashboard(company_id, visit.call, deps)
        return visit.show("not_to_submit.html", form.status, code=refused.code, dashboard=dashboard)
    asked = await Submissions(deps.companies, deps.journal, company_id).asked(package.replies)
    return visit.show(
        "submit.html",
        form.status,
        form=form,
        parts=sheet_for(visit, catalogue, asked).parts(package),
        attestation=catalogue.attestation,
        terms=catalogue.terms,
        may_submit=role_of(visit.call.caller.subject, company) in Submit.BY,
    )


@router.page("submitted")
async def show_submitted(company_id: UUID, visit: Trader, deps: AtDeps) -> Response:
    """Raises Refused("not_found") for a company that has submitted nothing."""
    company, _ = await company_of(deps.companies, company_id, visit.call.caller.subject)
    if not company.applications:
        raise Refused("not_found")
    every = await Submissions(deps.companies, deps.journal, company_id).newest_first()
    latest = Reference(company.application_id, company.submission)
    return visit.show(
        "submitted.html",
        company=company,
        submitted=next((row for row in every if row.reference == latest), None),
        standard_days=deps.standard_days,
        received_by_officers=company.progress is not None and company.progress.stage == "under_review",
    )
