"""Visits over HTTP: site officers plan, move and cancel them, and record that they were held."""

from uuid import UUID

from fastapi import APIRouter

from services.site_validation.api.deps import AtDeps, SiteOfficer
from services.site_validation.api.forms import HeldForm, MoveForm, VisitForm
from services.site_validation.domain.validation import REFUSES
from services.site_validation.domain.validation.visits import CancelVisit, MoveVisit, PlanVisit, RecordVisit, VisitPlan
from shared.handling import Receipt
from shared.http.openapi import refuses

router = APIRouter(tags=["validations"])


@router.post("/validations/{application_id}/visits", status_code=201, summary="Plan a visit")
@refuses(*REFUSES[PlanVisit])
async def plan_visit(application_id: UUID, body: VisitForm, call: SiteOfficer, deps: AtDeps) -> Receipt:
    """To one or more divisions, today or later; the company may confirm it or ask for another day."""
    visit_id, plan = call.new_id("visit", application_id), body.into(VisitPlan)
    command = PlanVisit(at=call.at, actor=call.actor, visit_id=visit_id, plan=plan)
    return await call.handle(deps.validations, str(application_id), command, created=visit_id)


@router.put("/validations/{application_id}/visits/{visit_id}", summary="Move a visit to another day")
@refuses(*REFUSES[MoveVisit])
async def move_visit(application_id: UUID, visit_id: UUID, body: MoveForm, call: SiteOfficer, deps: AtDeps) -> Receipt:
    """The company may confirm the new day or ask for another; the officer has the last word."""
    command = MoveVisit(at=call.at, actor=call.actor, visit_id=visit_id, on=body.on)
    return await call.handle(deps.validations, str(application_id), command)


@router.delete("/validations/{application_id}/visits/{visit_id}", summary="Cancel a visit")
@refuses(*REFUSES[CancelVisit])
async def cancel_visit(application_id: UUID, visit_id: UUID, call: SiteOfficer, deps: AtDeps) -> Receipt:
    """A visit that was held cannot be cancelled."""
    command = CancelVisit(at=call.at, actor=call.actor, visit_id=visit_id)
    return await call.handle(deps.validations, str(application_id), command)


@router.post("/validations/{application_id}/visits/{visit_id}/record", summary="Record that a visit was held")
@refuses(*REFUSES[RecordVisit])
async def record_visit(
    application_id: UUID, visit_id: UUID, body: HeldForm, call: SiteOfficer, deps: AtDeps
) -> Receipt:
    """On the planned day or another, but not in the future."""
    command = RecordVisit(at=call.at, actor=call.actor, visit_id=visit_id, held_on=body.held_on)
    return await call.handle(deps.validations, str(application_id), command)
