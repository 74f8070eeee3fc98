"""Findings as officers see them: one is recorded about a requirement, and what the company responds is judged."""

from dataclasses import dataclass, replace
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from fastapi.responses import HTMLResponse, Response

from services.site_validation.api.deps import AtDeps
from services.site_validation.api.findings import accept_response, record_finding, reject_response
from services.site_validation.api.forms import ObservationForm, RejectionForm
from services.site_validation.pages.deps import Reader, SiteOfficer
from services.site_validation.pages.dossier import Dossier
from services.site_validation.views.checklist import check_of, checks_of
from shared.contracts.types import Code
from shared.pages.drafts import drafted
from shared.pages.forms import Filled, FormSent
from shared.pages.visits import PageRouter

router = PageRouter()


# --- recorded about a requirement -----------------------------------------------------------------


@dataclass(frozen=True)
class Named:
    """A requirement that a division has answered."""

    division_id: UUID
    requirement_id: Code


About = Annotated[Named, Depends()]


@router.page("site_requirement")
async def show_requirement(application_id: UUID, about: About, visit: Reader, deps: AtDeps) -> Response:
    return await _requirement(Dossier(application_id, visit, deps), about, await drafted(visit, Filled()))


@router.form("site_requirement")
async def record(application_id: UUID, about: About, visit: SiteOfficer, sent: FormSent, deps: AtDeps) -> Response:
    named = {"division_id": (str(about.division_id),), "requirement_id": (about.requirement_id,)}
    whole = replace(sent, given={**sent.given, **named})
    refused = await whole.command(
        visit, lambda call: record_finding(application_id, whole.body(ObservationForm), call, deps)
    )
    if refused:
        return await _requirement(Dossier(application_id, visit, deps), about, refused)
    return visit.leave("site_requirement", done="finding_recorded")


async def _requirement(dossier: Dossier, about: Named, form: Filled) -> HTMLResponse:
    """Raises Refused("not_found") for what the division has not answered."""
    validation = await dossier.validation()
    division = validation.division(about.division_id)
    check, following = check_of(checks_of(validation, division), about.requirement_id)
    return dossier.show("site_requirement.html", validation, form, division=division, check=check, following=following)


# --- responded to by the company ------------------------------------------------------------------


@router.page("site_finding")
async def show_site_finding(application_id: UUID, finding_id: UUID, visit: Reader, deps: AtDeps) -> Response:
    form = await drafted(visit, Filled(), act="reject")
    return await _finding(Dossier(application_id, visit, deps), finding_id, form)


@router.form("site_finding")
async def judge(application_id: UUID, finding_id: UUID, visit: SiteOfficer, sent: FormSent, deps: AtDeps) -> Response:
    if sent.act == "accept":
        done = "response_accepted"
        refused = await sent.command(visit, lambda call: accept_response(application_id, finding_id, call, deps))
    else:
        done = "response_rejected"
        refused = await sent.command(
            visit, lambda call: reject_response(application_id, finding_id, sent.body(RejectionForm), call, deps)
        )
    if refused:
        return await _finding(Dossier(application_id, visit, deps), finding_id, refused)
    return visit.leave("site_finding", done=done)


async def _finding(dossier: Dossier, finding_id: UUID, form: Filled) -> HTMLResponse:
    """Raises Refused("not_found")."""
    validation = await dossier.validation()
    return dossier.show(
        "site_finding.html",
        validation,
        replace(form, given={"due_on": (str(validation.proposed_due_on),), **form.given}),
        finding=validation.finding(finding_id),
    )
