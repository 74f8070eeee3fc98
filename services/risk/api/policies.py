"""The risk policy over HTTP: officers read its versions, and try one on a submission."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.risk.api.deps import AtDeps, ListReader, Weigher
from services.risk.views.policies import Policies, WhatIf, policy_of, what_if
from shared.contracts.types import Code
from shared.http.openapi import refuses

Version = Annotated[Code, Query(examples=["2026-01"])]
router = APIRouter(tags=["assessments"])


@router.get("/policies", summary="The versions of the risk policy")
async def read_policies(_: ListReader, deps: AtDeps) -> Policies:
    """All of them by age, drafts last, with bands and rules. A submission is weighed by the version of its day."""
    return Policies(policies=deps.policies)


@router.get("/assessments/{application_id}/what-if", summary="One submission under another version of the policy")
@refuses("assessment_closed", "not_assessed_yet", "unknown_policy")
async def compare_policies(application_id: UUID, policy: Version, _: Weigher, deps: AtDeps) -> WhatIf:
    """Both scores, rule by rule. Nothing is changed, and nothing is published."""
    snapshot = await deps.assessments.read(str(application_id))
    return what_if(snapshot.state, policy_of(deps.policies, policy))
