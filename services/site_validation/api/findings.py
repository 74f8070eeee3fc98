"""Findings over HTTP: site officers record them, and accept or reject what the company responds."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body

from services.site_validation.api.deps import AtDeps, SiteOfficer
from services.site_validation.api.forms import ObservationForm, RejectionForm
from services.site_validation.domain.validation import REFUSES
from services.site_validation.domain.validation.actions import AcceptResponse, Rejection, RejectResponse
from services.site_validation.domain.validation.findings import RecordFinding
from services.site_validation.domain.validation.state import Observation
from shared.handling import Receipt
from shared.http.openapi import refuses

OBSERVATION = Body(
    examples=[
        {
            "division_id": "00000000-0000-4000-8000-000000000001",
            "requirement_id": "CS-01",
            "kind": "action_required",
            "text": "The north gate has no lock.",
            "note": "Seen at both visits.",
            "due_on": "2027-06-09",
        }
    ]
)
router = APIRouter(tags=["validations"])


@router.post("/validations/{application_id}/findings", status_code=201, summary="Record a finding")
@refuses(*REFUSES[RecordFinding])
async def record_finding(
    application_id: UUID, body: Annotated[ObservationForm, OBSERVATION], call: SiteOfficer, deps: AtDeps
) -> Receipt:
    """At a visited division, about a requirement that it answered. Actions need a due date; the note stays inside."""
    finding_id, observation = call.new_id("finding", application_id), body.into(Observation)
    command = RecordFinding(at=call.at, actor=call.actor, finding_id=finding_id, observation=observation)
    return await call.handle(deps.validations, str(application_id), command, created=finding_id)


@router.post("/validations/{application_id}/findings/{finding_id}/acceptance", summary="Accept a response")
@refuses(*REFUSES[AcceptResponse])
async def accept_response(application_id: UUID, finding_id: UUID, call: SiteOfficer, deps: AtDeps) -> Receipt:
    """The required action has been taken; nothing more is asked."""
    command = AcceptResponse(at=call.at, actor=call.actor, finding_id=finding_id)
    return await call.handle(deps.validations, str(application_id), command)


@router.post("/validations/{application_id}/findings/{finding_id}/rejection", summary="Reject a response")
@refuses(*REFUSES[RejectResponse])
async def reject_response(
    application_id: UUID, finding_id: UUID, body: RejectionForm, call: SiteOfficer, deps: AtDeps
) -> Receipt:
    """The action is open again, with a new due date; the company reads the text."""
    rejection = body.into(Rejection)
    command = RejectResponse(at=call.at, actor=call.actor, finding_id=finding_id, rejection=rejection)
    return await call.handle(deps.validations, str(application_id), command)
