"""Validations over HTTP: officers read them, and conclude or waive them."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.site_validation.api.deps import AtDeps, DecisionOfficer, ListReader, Reader, SiteOfficer
from services.site_validation.api.forms import ConclusionForm, WaiverForm
from services.site_validation.domain.validation import REFUSES
from services.site_validation.domain.validation.concluding import Conclude, Waive
from services.site_validation.views.validations import (
    Filter,
    Queue,
    ValidationRow,
    ValidationView,
    queue,
    validation_view,
)
from shared.handling import Receipt
from shared.http.openapi import refuses
from shared.programme.calendar import today

router = APIRouter(tags=["validations"])


@router.get("/validations", summary="The queue of validations")
async def list_validations(criteria: Annotated[Filter, Query()], _: ListReader, deps: AtDeps) -> Queue:
    """One page of the validations in a status, in order of their ids; the open ones where none is named.

    `overdue`: those that have an overdue action; `visit_from` and `visit_until`: those with a visit to come in between.
    """
    return await queue(deps.validations, criteria)


@router.get("/validations/{application_id}", summary="One validation")
async def read_validation(application_id: UUID, call: Reader, deps: AtDeps) -> ValidationView | ValidationRow:
    """What the company declared and how it was judged, the visits and findings; only the row before it is open."""
    snapshot = await deps.validations.read(str(application_id))
    call.tag(snapshot.sequence)
    proposed_due_on = today(call.at) + timedelta(days=deps.action_days)
    return validation_view(snapshot.state, deps.catalogue.requirements, deps.intake_url, proposed_due_on)


@router.post("/validations/{application_id}/conclusion", summary="Conclude a validation")
@refuses(*REFUSES[Conclude])
async def conclude_validation(application_id: UUID, body: ConclusionForm, call: SiteOfficer, deps: AtDeps) -> Receipt:
    """Passed, if a visit was held and no visit or required action is open; or failed after a visit, with a reason."""
    command = Conclude(at=call.at, actor=call.actor, outcome=body.outcome, reason=body.reason)
    return await call.handle(deps.validations, str(application_id), command)


@router.post("/validations/{application_id}/waiver", summary="Waive the visit")
@refuses(*REFUSES[Waive])
async def waive_visit(application_id: UUID, body: WaiverForm, call: DecisionOfficer, deps: AtDeps) -> Receipt:
    """Where the risk is low and no visit has been held, with a reason; otherwise every company is visited."""
    command = Waive(at=call.at, actor=call.actor, reason=body.reason)
    return await call.handle(deps.validations, str(application_id), command)
