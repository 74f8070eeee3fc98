"""One submission under another version of the policy, beside the version by which it was scored."""

from uuid import UUID

from fastapi.responses import Response

from services.risk.api.assessments import read_assessment
from services.risk.api.deps import AtDeps
from services.risk.api.policies import compare_policies
from services.risk.pages.deps import Weigher
from services.risk.views.policies import policy_of, scale_of
from shared.pages.visits import PageRouter

router = PageRouter()


@router.page("what_if")
async def show_what_if(application_id: UUID, version: str, visit: Weigher, deps: AtDeps) -> Response:
    """Raises Refused: "assessment_closed", "not_assessed_yet", "unknown_policy"."""
    compared = await compare_policies(application_id, version, visit.call, deps)
    standings = (compared.scored, compared.what_if)
    policies = [policy_of(deps.policies, standing.policy_version) for standing in standings]
    return visit.show(
        "what_if.html",
        compared=compared,
        legal_name=(await read_assessment(application_id, visit.call, deps)).legal_name,
        sides=[(policy, scale_of(policy, standing)) for policy, standing in zip(policies, standings, strict=True)],
        policies=deps.policies,
    )
