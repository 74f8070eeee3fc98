"""The application is withdrawn, or the programme left: each asks once, and says what will happen."""

from uuid import UUID

from fastapi.responses import HTMLResponse, Response

from services.intake.api.application import leave_programme, withdraw_application
from services.intake.api.deps import AtDeps, Deps
from services.intake.domain.company.leaving import LeaveProgramme, Withdraw
from services.intake.domain.company.rights import role_of
from services.intake.pages.deps import Trader
from services.intake.views.company import company_of
from shared.pages.forms import Filled, FormSent
from shared.pages.visits import PageRouter, SignedVisit

router = PageRouter()


@router.page("withdraw")
async def show_withdraw(company_id: UUID, visit: Trader, deps: AtDeps) -> Response:
    return await _show("withdraw.html", company_id, visit, deps, Filled())


@router.form("withdraw")
async def withdraw(company_id: UUID, visit: Trader, sent: FormSent, deps: AtDeps) -> Response:
    refused = await sent.command(visit, lambda call: withdraw_application(company_id, call, deps))
    if refused:
        return await _show("withdraw.html", company_id, visit, deps, refused)
    return visit.leave("withdraw")


@router.page("leave")
async def show_leave(company_id: UUID, visit: Trader, deps: AtDeps) -> Response:
    return await _show("leave.html", company_id, visit, deps, Filled())


@router.form("leave")
async def leave(company_id: UUID, visit: Trader, sent: FormSent, deps: AtDeps) -> Response:
    refused = await sent.command(visit, lambda call: leave_programme(company_id, call, deps))
    if refused:
        return await _show("leave.html", company_id, visit, deps, refused)
    return visit.leave("leave")


async def _show(template: str, company_id: UUID, visit: SignedVisit, deps: Deps, form: Filled) -> HTMLResponse:
    company, _ = await company_of(deps.companies, company_id, visit.call.caller.subject)
    role = role_of(visit.call.caller.subject, company)
    return visit.show(
        template,
        form.status,
        company=company,
        form=form,
        may_withdraw=role in Withdraw.BY,
        may_leave=role in LeaveProgramme.BY,
    )
