"""The officers' endpoints: see what is referred and why, decide it, and try another version of the policy on it."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.risk import views
from services.risk.domain.assessment import REFUSES, Decide, Ruling
from services.risk.domain.policy import Policy
from shared.contracts.types import Code
from shared.handling import Receipt
from shared.http.call import Call
from shared.http.guard import allow, deps
from shared.http.openapi import refuses


@dataclass(frozen=True)
class Deps:
    """What the endpoints work with."""

    assessments: views.Assessments
    policies: tuple[Policy, ...]


AtDeps = Annotated[Deps, deps()]
RiskOfficer = Annotated[Call, allow("risk_officer")]
Reader = Annotated[Call, allow("risk_officer", "decision_officer")]
Version = Annotated[Code, Query(examples=["2026-01"])]
router = APIRouter(tags=["assessments"])


@router.get("/assessments", summary="The queue of assessments")
async def list_assessments(wanted: Annotated[views.Filter, Query()], _: Reader, deps: AtDeps) -> views.Queue:
    """One page of the assessments in a status and band, by id; without a status, those that wait for an officer."""
    return await views.queue(deps.assessments, wanted)


@router.get("/assessments/{application_id}", summary="One assessment")
async def read_assessment(application_id: UUID, call: Reader, deps: AtDeps) -> views.AssessmentView:
    """What was weighed, every rule that held with the fact that made it, and what was decided."""
    snapshot = await deps.assessments.read(str(application_id))
    call.tag(snapshot.sequence)
    return views.assessment_view(snapshot.state)


@router.get("/assessments/{application_id}/what-if", summary="One submission under another version of the policy")
@refuses("assessment_closed", "not_assessed_yet", "unknown_policy")
async def compare_policies(application_id: UUID, policy: Version, _: RiskOfficer, deps: AtDeps) -> views.WhatIf:
    """Both scores, rule by rule. Nothing is changed, and nobody else hears of it."""
    snapshot = await deps.assessments.read(str(application_id))
    return views.what_if(snapshot.state, views.version(deps.policies, policy))


@router.get("/policies", summary="The versions of the risk policy")
async def read_policies(_: Reader, deps: AtDeps) -> views.Policies:
    """All of them by age, drafts last, with bands and rules. A submission is weighed by the version of its day."""
    return views.Policies(policies=deps.policies)


@router.post("/assessments/{application_id}/decision", summary="Decide a referred assessment")
@refuses(*REFUSES[Decide])
async def decide_assessment(application_id: UUID, body: Ruling, call: RiskOfficer, deps: AtDeps) -> Receipt:
    """What policy has not decided by itself; the reason is kept with the decision."""
    return await call.handle(deps.assessments, str(application_id), Decide(at=call.at, actor=call.actor, ruling=body))
