"""How a validation ends: a site officer concludes it after a visit, or a decision officer waives the visit."""

from typing import Literal
from uuid import UUID

from fastapi.responses import HTMLResponse, Response

from services.site_validation.api.deps import AtDeps
from services.site_validation.api.forms import ConclusionForm, WaiverForm
from services.site_validation.api.validations import conclude_validation, waive_visit
from services.site_validation.domain.validation.concluding import Conclude, Waive
from services.site_validation.domain.validation.state import State
from services.site_validation.pages.deps import DecisionOfficer, SiteOfficer
from services.site_validation.pages.dossier import Dossier
from services.site_validation.views.concluding import in_the_way
from shared.pages.drafts import drafted
from shared.pages.forms import Filled, FormSent
from shared.pages.visits import PageRouter

OUTCOMES: tuple[Literal["passed"], Literal["failed"]] = ("passed", "failed")
router = PageRouter()


@router.page("conclusion")
async def show_conclusion(application_id: UUID, visit: SiteOfficer, deps: AtDeps) -> Response:
    return await _conclusion(Dossier(application_id, visit, deps), await drafted(visit, Filled()))


@router.form("conclusion")
async def conclude(application_id: UUID, visit: SiteOfficer, sent: FormSent, deps: AtDeps) -> Response:
    refused = await sent.command(
        visit, lambda call: conclude_validation(application_id, sent.body(ConclusionForm), call, deps)
    )
    if refused:
        return await _conclusion(Dossier(application_id, visit, deps), refused)
    return visit.leave("validation", done="validation_concluded")


async def _conclusion(dossier: Dossier, form: Filled) -> HTMLResponse:
    """Raises Refused("not_found")."""
    call, state = dossier.visit.call, await _state(dossier)
    passed, failed = (
        in_the_way(state, Conclude(at=call.at, actor=call.actor, outcome=outcome)) for outcome in OUTCOMES
    )
    return dossier.show("conclusion.html", await dossier.validation(), form, of_passed=passed, of_failed=failed)


@router.page("waiver")
async def show_waiver(application_id: UUID, visit: DecisionOfficer, deps: AtDeps) -> Response:
    return await _waiver(Dossier(application_id, visit, deps), await drafted(visit, Filled()))


@router.form("waiver")
async def waive(application_id: UUID, visit: DecisionOfficer, sent: FormSent, deps: AtDeps) -> Response:
    refused = await sent.command(visit, lambda call: waive_visit(application_id, sent.body(WaiverForm), call, deps))
    if refused:
        return await _waiver(Dossier(application_id, visit, deps), refused)
    return visit.leave("validation", done="visit_waived")


async def _waiver(dossier: Dossier, form: Filled) -> HTMLResponse:
    """Raises Refused("not_found")."""
    call, state = dossier.visit.call, await _state(dossier)
    of_waiver = in_the_way(state, Waive(at=call.at, actor=call.actor))
    return dossier.show("waiver.html", await dossier.validation(), form, of_waiver=of_waiver)


async def _state(dossier: Dossier) -> State:
    return (await dossier.deps.validations.read(str(dossier.application_id))).state
