"""The company's profile."""

from uuid import UUID

from fastapi.responses import Response

from services.intake.api.company import change_profile, read_company
from services.intake.api.deps import AtDeps
from services.intake.api.forms import ProfileForm
from services.intake.pages.deps import Trader
from shared.pages.forms import Filled, FormSent
from shared.pages.visits import PageRouter

router = PageRouter()


@router.page("profile")
async def show_profile(company_id: UUID, visit: Trader, deps: AtDeps) -> Response:
    company = await read_company(company_id, visit.call, deps)
    return visit.show("profile.html", form=Filled.of(company.profile))


@router.form("profile")
async def save_profile(company_id: UUID, visit: Trader, sent: FormSent, deps: AtDeps) -> Response:
    refused = await sent.command(visit, lambda call: change_profile(company_id, sent.body(ProfileForm), call, deps))
    if refused:
        return visit.show("profile.html", refused.status, form=refused)
    return visit.leave("profile", done="profile")
