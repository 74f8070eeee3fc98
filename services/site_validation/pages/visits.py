"""Visits: those to come, of which the company confirms the day or asks for another, and those that were held."""

from uuid import UUID

from fastapi.responses import HTMLResponse, Response

from services.site_validation.api.companies import ask_another_day, confirm_visit
from services.site_validation.api.deps import AtDeps, Deps
from services.site_validation.api.forms import WishForm
from services.site_validation.domain.validation.state import Open
from services.site_validation.pages.deps import Trader, may_act
from services.site_validation.views.companies import (
    division_names,
    opened_validation,
    own_validation,
    validation_of_visit,
)
from shared.pages.drafts import drafted
from shared.pages.forms import Filled, FormSent
from shared.pages.visits import PageRouter, SignedVisit

router = PageRouter()


@router.page("visits")
async def show_visits(company_id: UUID, visit: Trader, deps: AtDeps) -> Response:
    acts = await may_act(company_id, visit, deps)
    found = await opened_validation(deps.validations, company_id)
    if found is None:
        return visit.show("no_validation.html")
    return visit.show(
        "visits.html",
        validation=own_validation(found.state, deps.catalogue.requirements),
        divisions=division_names(found.state),
        may_act=acts and isinstance(found.state, Open),
    )


@router.page("visit")
async def show_visit(company_id: UUID, visit_id: UUID, visit: Trader, deps: AtDeps) -> Response:
    return await _show(company_id, visit_id, visit, deps, await drafted(visit, Filled(), act="another_day"))


@router.form("visit")
async def arrange_visit(company_id: UUID, visit_id: UUID, visit: Trader, sent: FormSent, deps: AtDeps) -> Response:
    if sent.act == "confirm":
        done = "visit_confirmed"
        refused = await sent.command(visit, lambda call: confirm_visit(company_id, visit_id, call, deps))
    else:
        done = "another_day_asked"
        refused = await sent.command(
            visit, lambda call: ask_another_day(company_id, visit_id, sent.body(WishForm), call, deps)
        )
    if refused:
        return await _show(company_id, visit_id, visit, deps, refused)
    return visit.leave("visit", done=done)


async def _show(company_id: UUID, visit_id: UUID, visit: SignedVisit, deps: Deps, form: Filled) -> HTMLResponse:
    """One visit. Raises Refused("not_found")."""
    acts = await may_act(company_id, visit, deps)
    state = (await validation_of_visit(deps.validations, company_id, visit_id)).state
    return visit.show(
        "visit.html",
        form.status,
        appointment=next(planned for planned in state.visits if planned.visit_id == visit_id),
        divisions=division_names(state),
        is_open=isinstance(state, Open),
        may_act=acts,
        form=form,
    )
