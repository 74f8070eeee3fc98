"""Recovery of ownership: an officer gives an account whose owner is gone to another user of the company."""

from dataclasses import replace
from uuid import UUID

from fastapi.responses import HTMLResponse, Response

from services.intake.api.deps import AtDeps, Deps
from services.intake.api.forms import RecoveryForm
from services.intake.api.people import recover_ownership
from services.intake.pages.deps import DecisionOfficer
from services.intake.views.people import called
from services.intake.views.recovery import ownership_of
from shared.errors import Refused
from shared.pages.drafts import drafted
from shared.pages.fields import filled_in, gathered
from shared.pages.forms import INVALID, NOT_THERE, Filled, FormSent
from shared.pages.visits import PageRouter, SignedVisit

READ = "users_read"
COMPANY = "company_id"
router = PageRouter()


@router.page("recovery")
async def find_company(visit: DecisionOfficer, deps: AtDeps) -> Response:
    """Leads to the company whose id stands in the address."""
    form = Filled(gathered(visit.http.query_params.multi_items()))
    typed = "".join(filled_in(form.given, COMPANY)).strip()
    if not typed:
        return visit.show("recovery.html", form=form)
    try:
        company_id = UUID(typed)
        await deps.companies.read(str(company_id))
    except ValueError:
        form = replace(form, faults={COMPANY: "company_id_unfitting"}, status=INVALID)
    except Refused:
        form = replace(form, faults={COMPANY: "unknown_company"}, status=NOT_THERE)
    else:
        return visit.leave("recovery_of", company_id=company_id)
    return visit.show("recovery.html", form.status, form=form)


@router.page("recovery_of")
async def show_recovery(company_id: UUID, visit: DecisionOfficer, deps: AtDeps) -> Response:
    return await _shown(company_id, visit, deps, await drafted(visit, Filled()))


@router.form("recovery_of")
async def recover(company_id: UUID, visit: DecisionOfficer, sent: FormSent, deps: AtDeps) -> Response:
    refused = await sent.command(visit, lambda call: recover_ownership(company_id, sent.body(RecoveryForm), call, deps))
    if refused:
        return await _shown(company_id, visit, deps, refused)
    return visit.leave("recovery_of", done="recovered")


async def _shown(company_id: UUID, visit: SignedVisit, deps: Deps, form: Filled) -> HTMLResponse:
    """The users of the company, whose reading is noted first. Raises Refused("not_found"), ("not_impartial")."""
    ownership = await ownership_of(deps.companies, company_id, visit.call.caller.subject)
    await visit.call.note(READ, str(company_id))
    return visit.show(
        "recovery_of.html",
        form.status,
        form=form,
        ownership=ownership,
        called=called,
        roles=deps.reference.catalogue.labels.roles,
    )
