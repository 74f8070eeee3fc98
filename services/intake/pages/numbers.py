"""The company's numbers: its business number and its carrier codes."""

from operator import attrgetter
from uuid import UUID

from fastapi.responses import Response

from services.intake.api.company import change_numbers
from services.intake.api.deps import AtDeps, Deps
from services.intake.api.forms import NumbersForm
from services.intake.domain.company import Company
from services.intake.pages import parts
from services.intake.pages.deps import Trader
from services.intake.views.company import company_of
from shared.contracts.types import MODES
from shared.handling import Receipt
from shared.http.call import Call
from shared.pages.drafts import drafted
from shared.pages.forms import Filled, FormSent, Sent
from shared.pages.visits import PageRouter, SignedVisit

PART = attrgetter("numbers")
router = PageRouter()


@router.page("numbers")
async def show_numbers(company_id: UUID, visit: Trader, deps: AtDeps) -> Response:
    company, _ = await company_of(deps.companies, company_id, visit.call.caller.subject)
    form = await drafted(visit, Filled(parts.given(PART, company.profile)))
    return _shown(visit, company, form, deps)


@router.form("numbers")
async def save_numbers(company_id: UUID, visit: Trader, sent: FormSent, deps: AtDeps) -> Response:
    async def edge(merged: Sent, call: Call) -> Receipt:
        return await change_numbers(company_id, merged.body(NumbersForm), call, deps)

    refused = await sent.change(visit, lambda: parts.standing(PART, company_id, visit, deps), edge)
    if refused:
        company, _ = await company_of(deps.companies, company_id, visit.call.caller.subject)
        return _shown(visit, company, refused, deps)
    return visit.leave("overview", done="numbers")


def _shown(visit: SignedVisit, company: Company, form: Filled, deps: Deps) -> Response:
    """Every mode of transport, and whether a line of business needs its code."""
    needed = {MODES[line] for line in company.profile.lines_of_business if line in MODES}
    modes = [(mode, mode in needed) for mode in MODES.values()]
    return parts.show(visit, company, PART, form, deps.reference.catalogue, modes=modes)
