"""Assessments over HTTP: officers read them, and decide what is referred."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.risk.api.deps import AtDeps, ListReader, Reader, RiskOfficer
from services.risk.api.forms import RulingForm
from services.risk.domain.assessment import REFUSES
from services.risk.domain.assessment.deciding import DecideReferral, Ruling
from services.risk.views.assessments import AssessmentView, Filter, Queue, assessment_view, queue
from shared.handling import Receipt
from shared.http.openapi import refuses

router = APIRouter(tags=["assessments"])


@router.get("/assessments", summary="The queue of assessments")
async def list_assessments(criteria: Annotated[Filter, Query()], _: ListReader, deps: AtDeps) -> Queue:
    """One page of the assessments in a status and band, by id; without a status, those that wait for an officer."""
    return await queue(deps.assessments, criteria)


@router.get("/assessments/{application_id}", summary="One assessment")
async def read_assessment(application_id: UUID, call: Reader, deps: AtDeps) -> AssessmentView:
    """What was weighed, every rule that held with the fact that made it, and what was decided."""
    snapshot = await deps.assessments.read(str(application_id))
    call.tag(snapshot.sequence)
    return assessment_view(snapshot.state)


@router.post("/assessments/{application_id}/decision", summary="Decide a referred assessment")
@refuses(*REFUSES[DecideReferral])
async def decide_assessment(application_id: UUID, body: RulingForm, call: RiskOfficer, deps: AtDeps) -> Receipt:
    """What policy has not decided by itself; the reason is kept with the decision."""
    command = DecideReferral(at=call.at, actor=call.actor, ruling=body.into(Ruling))
    return await call.handle(deps.assessments, str(application_id), command)
