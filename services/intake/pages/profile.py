"""The company's profile, without its numbers and its contact."""

from uuid import UUID

from fastapi.responses import Response

from services.intake.api.company import change_particulars
from services.intake.api.deps import AtDeps, Deps
from services.intake.api.forms import ParticularsForm
from services.intake.pages.deps import Trader
from services.intake.views.company import company_of
from shared.i18n import pick
from shared.pages.drafts import drafted
from shared.pages.fields import fields_of
from shared.pages.forms import Filled, FormSent
from shared.pages.stale import Standing
from shared.pages.visits import PageRouter

router = PageRouter()


@router.page("profile")
async def show_profile(company_id: UUID, visit: Trader, deps: AtDeps) -> Response:
    company, _ = await company_of(deps.companies, company_id, visit.call.caller.subject)
    return _shown(visit, await drafted(visit, Filled.of(company.profile.particulars)), deps)


@router.form("profile")
async def save_profile(company_id: UUID, visit: Trader, sent: FormSent, deps: AtDeps) -> Response:
    async def standing() -> Standing:
        company, sequence = await company_of(deps.companies, company_id, visit.call.caller.subject)
        return Standing(fields_of(company.profile.particulars), sequence)

    refused = await sent.change(
        visit, standing, lambda sent, call: change_particulars(company_id, sent.body(ParticularsForm), call, deps)
    )
    if refused:
        return _shown(visit, refused, deps)
    return visit.leave("profile", done="profile")


def _shown(visit: Trader, form: Filled, deps: Deps) -> Response:
    lines = [(line.id, pick(line.name, visit.language)) for line in deps.reference.catalogue.lines_of_business]
    return visit.show("profile.html", form.status, form=form, lines=lines)
