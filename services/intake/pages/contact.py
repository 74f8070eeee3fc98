"""The company's primary contact."""

from operator import attrgetter
from uuid import UUID

from fastapi.responses import Response

from services.intake.api.company import change_contact
from services.intake.api.deps import AtDeps, Deps
from services.intake.api.forms import PrimaryContactForm
from services.intake.domain.company import Company
from services.intake.pages import parts
from services.intake.pages.deps import Trader
from services.intake.views.company import company_of
from shared.handling import Receipt
from shared.http.call import Call
from shared.pages.drafts import drafted
from shared.pages.forms import Filled, FormSent, Sent
from shared.pages.visits import PageRouter, SignedVisit

PART = attrgetter("contact")
router = PageRouter()


@router.page("contact")
async def show_contact(company_id: UUID, visit: Trader, deps: AtDeps) -> Response:
    company, _ = await company_of(deps.companies, company_id, visit.call.caller.subject)
    form = await drafted(visit, Filled(parts.given(PART, company.profile)))
    return _shown(visit, company, form, deps)


@router.form("contact")
async def save_contact(company_id: UUID, visit: Trader, sent: FormSent, deps: AtDeps) -> Response:
    async def edge(merged: Sent, call: Call) -> Receipt:
        return await change_contact(company_id, merged.body(PrimaryContactForm), call, deps)

    refused = await sent.change(visit, lambda: parts.standing(PART, company_id, visit, deps), edge)
    if refused:
        company, _ = await company_of(deps.companies, company_id, visit.call.caller.subject)
        return _shown(visit, company, refused, deps)
    return visit.leave("numbers", done="contact")


def _shown(visit: SignedVisit, company: Company, form: Filled, deps: Deps) -> Response:
    return parts.show(visit, company, PART, form, deps.reference.catalogue)
