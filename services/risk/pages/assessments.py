"""One assessment: its score rule by rule, what the rules have read, what happened, and the decision of an officer."""

from collections.abc import Mapping
from uuid import UUID

from fastapi.responses import HTMLResponse, Response

from services.risk.api.assessments import decide_assessment
from services.risk.api.deps import AtDeps, Deps
from services.risk.api.forms import RulingForm
from services.risk.domain.assessment.policy import Policy
from services.risk.domain.assessment.state import Scored, State
from services.risk.pages.deps import Reader, RiskOfficer
from services.risk.views.assessments import assessment_view, history
from services.risk.views.policies import policy_of, readings, scale_of
from shared.pages.drafts import drafted
from shared.pages.forms import Filled, FormSent
from shared.pages.visits import PageRouter, SignedVisit
from shared.programme.roles import RISK_OFFICER

router = PageRouter()


@router.page("assessment")
async def show_assessment(application_id: UUID, visit: Reader, deps: AtDeps) -> Response:
    return await _shown(application_id, visit, deps, await drafted(visit, Filled()))


@router.form("assessment")
async def decide(application_id: UUID, visit: RiskOfficer, sent: FormSent, deps: AtDeps) -> Response:
    refused = await sent.command(
        visit, lambda call: decide_assessment(application_id, sent.body(RulingForm), call, deps)
    )
    if refused:
        return await _shown(application_id, visit, deps, refused)
    return visit.leave("assessment", done="assessed")


async def _shown(application_id: UUID, visit: SignedVisit, deps: Deps, form: Filled) -> HTMLResponse:
    """Raises Refused("not_found")."""
    state = (await deps.assessments.read(str(application_id))).state
    return visit.show(
        "assessment.html",
        form.status,
        form=form,
        **weighed(state, deps.policies),
        policies=deps.policies,
        happened=await history(deps.assessments, deps.journal, application_id),
        lines=deps.lines,
        weighs=RISK_OFFICER in visit.session.roles,
    )


def weighed(state: State, policies: tuple[Policy, ...]) -> Mapping[str, object]:
    """The assessment, and where it is scored, the policy, its scale and what its rules have read.

    Raises Refused("not_found") if nothing is known of the application.
    """
    if not isinstance(state, Scored):
        return {"assessment": assessment_view(state), "policy": None}
    policy = policy_of(policies, state.score.policy_version)
    return {
        "assessment": assessment_view(state),
        "policy": policy,
        "scale": scale_of(policy, state.score),
        "readings": readings(state, policy),
    }
