"""Sharing: whom the company allows to be informed, and exactly what each administration would be sent."""

from dataclasses import replace
from uuid import UUID

from fastapi.responses import HTMLResponse, Response

from services.intake.api.consents import AdministrationCode, give_consent, withdraw_consent
from services.intake.api.deps import AtDeps, Deps
from services.intake.api.forms import ConsentAttestationForm
from services.intake.domain.company import Company
from services.intake.domain.company.consents import GiveConsent, WithdrawConsent, inherited
from services.intake.domain.company.rights import role_of
from services.intake.pages.deps import Trader
from services.intake.views.company import company_of
from services.intake.views.consents import Consents, consents
from shared.errors import Refused
from shared.pages.drafts import drafted
from shared.pages.fields import EMPTY
from shared.pages.forms import Filled, FormSent
from shared.pages.visits import PageRouter, SignedVisit
from shared.programme.calendar import today

router = PageRouter()


@router.page("sharing")
async def show_sharing(company_id: UUID, visit: Trader, deps: AtDeps) -> Response:
    company, offered = await _offered(company_id, visit, deps)
    return visit.show("sharing.html", consents=offered, inherited=_inherited(company), is_member=company.is_member)


@router.page("administration")
async def show_administration(
    company_id: UUID, administration: AdministrationCode, visit: Trader, deps: AtDeps
) -> Response:
    form = await drafted(visit, Filled({"name": (visit.session.name,)}), act="give")
    return await _show(company_id, administration, visit, deps, replace(form, given={**form.given, "attests": EMPTY}))


@router.form("administration")
async def change_consent(
    company_id: UUID, administration: AdministrationCode, visit: Trader, sent: FormSent, deps: AtDeps
) -> Response:
    if sent.act == "withdraw":
        done = "consent_withdrawn"
        refused = await sent.command(visit, lambda call: withdraw_consent(company_id, administration, call, deps))
    else:
        done = "consent_given"
        refused = await sent.command(
            visit,
            lambda call: give_consent(company_id, administration, sent.body(ConsentAttestationForm), call, deps),
        )
    if refused:
        return await _show(company_id, administration, visit, deps, refused)
    return visit.leave("administration", done=done)


async def _offered(company_id: UUID, visit: SignedVisit, deps: Deps) -> tuple[Company, Consents]:
    company, _ = await company_of(deps.companies, company_id, visit.call.caller.subject)
    return company, consents(company, today(visit.call.at), visit.language, deps.reference.catalogue)


async def _show(company_id: UUID, administration: str, visit: SignedVisit, deps: Deps, form: Filled) -> HTMLResponse:
    """One administration. Raises Refused("not_found") if there is none to choose."""
    company, offered = await _offered(company_id, visit, deps)
    choice = next((each for each in offered.choices if each.administration == administration), None)
    if choice is None:
        raise Refused("not_found")
    role = role_of(visit.call.caller.subject, company)
    return visit.show(
        "administration.html",
        form.status,
        choice=choice,
        consents=offered,
        form=form,
        is_inherited=administration in _inherited(company),
        is_member=company.is_member,
        statuses=deps.reference.catalogue.labels.partner_statuses,
        may_give=role in GiveConsent.BY,
        may_withdraw=role in WithdrawConsent.BY,
    )


def _inherited(company: Company) -> frozenset[str]:
    """The administrations for which another than the present owner has signed."""
    return frozenset(consent.administration for consent in inherited(company))
