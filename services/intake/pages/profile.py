"""The company's particulars: names, address, lines of business."""

from operator import attrgetter
from uuid import UUID

from fastapi.responses import Response

from services.intake.api.company import change_particulars
from services.intake.api.deps import AtDeps, Deps
from services.intake.api.forms import ParticularsForm
from services.intake.domain.company import Company
from services.intake.pages import parts
from services.intake.pages.deps import Trader
from services.intake.views.company import company_of
from shared.handling import Receipt
from shared.http.call import Call
from shared.pages.drafts import drafted
from shared.pages.forms import Filled, FormSent, Sent
from shared.pages.speech import printed
from shared.pages.visits import PageRouter, SignedVisit
from shared.programme.geography import country_names, in_order, regions_in_order

PART = attrgetter("particulars")
router = PageRouter()


@router.page("profile")
async def show_profile(company_id: UUID, visit: Trader, deps: AtDeps) -> Response:
    company, _ = await company_of(deps.companies, company_id, visit.call.caller.subject)
    form = await drafted(visit, Filled(parts.given(PART, company.profile)))
    return _shown(visit, company, form, deps)


@router.form("profile")
async def save_profile(company_id: UUID, visit: Trader, sent: FormSent, deps: AtDeps) -> Response:
    async def edge(merged: Sent, call: Call) -> Receipt:
        return await change_particulars(company_id, merged.body(ParticularsForm), call, deps)

    refused = await sent.change(visit, lambda: parts.standing(PART, company_id, visit, deps), edge)
    if refused:
        company, _ = await company_of(deps.companies, company_id, visit.call.caller.subject)
        return _shown(visit, company, refused, deps)
    return visit.leave("contact", done="profile")


def _shown(visit: SignedVisit, company: Company, form: Filled, deps: Deps) -> Response:
    language, catalogue = visit.language, deps.reference.catalogue
    return parts.show(
        visit,
        company,
        PART,
        form,
        catalogue,
        lines=[(line.id, printed(line.name, language)) for line in catalogue.lines_of_business],
        countries=in_order(country_names(), language),
        regions=regions_in_order(language),
    )
