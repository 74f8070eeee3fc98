"""One visit as its officers see it: it is moved to another day, recorded as held, or cancelled."""

from dataclasses import replace
from uuid import UUID

from fastapi.responses import HTMLResponse, Response

from services.site_validation.api.deps import AtDeps
from services.site_validation.api.forms import HeldForm, MoveForm
from services.site_validation.api.visits import cancel_visit, move_visit, record_visit
from services.site_validation.pages.deps import Reader, SiteOfficer
from services.site_validation.pages.dossier import Dossier
from shared.errors import Refused
from shared.handling import Receipt
from shared.http.call import Call
from shared.pages.forms import Filled, FormSent
from shared.pages.visits import PageRouter

router = PageRouter()


@router.page("site_visit")
async def show_site_visit(application_id: UUID, visit_id: UUID, visit: Reader, deps: AtDeps) -> Response:
    return await _shown(Dossier(application_id, visit, deps), visit_id, Filled())


@router.form("site_visit")
async def change_site_visit(
    application_id: UUID, visit_id: UUID, visit: SiteOfficer, sent: FormSent, deps: AtDeps
) -> Response:
    async def changed(call: Call) -> Receipt:
        match sent.act:
            case "move":
                return await move_visit(application_id, visit_id, sent.body(MoveForm), call, deps)
            case "record":
                return await record_visit(application_id, visit_id, sent.body(HeldForm), call, deps)
            case "cancel":
                return await cancel_visit(application_id, visit_id, call, deps)
        raise Refused("malformed", field="form-act")

    refused = await sent.command(visit, changed)
    if refused:
        return await _shown(Dossier(application_id, visit, deps), visit_id, refused)
    return visit.leave("site_visit", done=f"site_visit_{sent.act}")


async def _shown(dossier: Dossier, visit_id: UUID, form: Filled) -> HTMLResponse:
    """One visit. Raises Refused("not_found")."""
    validation = await dossier.validation()
    planned = validation.visit(visit_id)
    stands = {"on": (str(planned.on),), "held_on": (str(min(planned.on, dossier.today)),)}
    filled = replace(form, given={**stands, **form.given})
    return dossier.show("site_visit.html", validation, filled, planned=planned)
