"""The versions of the policy, and what another one would make of a submission."""

from uuid import UUID

from services.risk.domain.assessment.policy import Course, Policy, RuleHit
from services.risk.domain.assessment.scoring import Score, score
from services.risk.domain.assessment.state import Closed, Collecting, Scored, State
from services.risk.views.assessments import known
from shared.contracts.types import Band, Code
from shared.errors import Refused
from shared.model import Model


class Policies(Model):
    """Every version by age. In an explanation {value} stands for what was found, {above} and {up_to} for the bounds."""

    policies: tuple[Policy, ...]


class Standing(Model):
    """What one version of the policy makes of a submission."""

    policy_version: Code
    score: int
    band: Band
    course: Course


class RuleCompared(Model):
    """One rule, and what it adds under either version: nothing if it does not hold, or the version has no such rule."""

    rule_id: Code
    scored: RuleHit | None
    what_if: RuleHit | None


class WhatIf(Model):
    """A submission as it was scored, and as another version of the policy would score it."""

    application_id: UUID
    submission: int
    scored: Standing
    what_if: Standing
    rules: tuple[RuleCompared, ...]


def policy_of(policies: tuple[Policy, ...], version: Code) -> Policy:
    """Raises Refused("unknown_policy")."""
    for policy in policies:
        if policy.version == version:
            return policy
    raise Refused("unknown_policy", field="policy")


def what_if(state: State, policy: Policy) -> WhatIf:
    """Raises Refused where nothing is scored yet, or nothing is kept any more."""
    match known(state):
        case Collecting():
            raise Refused("not_assessed_yet")
        case Closed():
            raise Refused("assessment_closed")
        case Scored() as assessment:
            tried = score(policy, assessment)
            return WhatIf(
                application_id=assessment.application.application_id,
                submission=assessment.application.submission,
                scored=_standing(assessment.score),
                what_if=_standing(tried),
                rules=_compared(assessment.score, tried),
            )


def _standing(scored: Score) -> Standing:
    return Standing(**scored.model_dump(include=set(Standing.model_fields)))


def _compared(scored: Score, tried: Score) -> tuple[RuleCompared, ...]:
    before = {hit.rule_id: hit for hit in scored.rules}
    after = {hit.rule_id: hit for hit in tried.rules}
    return tuple(
        RuleCompared(rule_id=rule, scored=before.get(rule), what_if=after.get(rule)) for rule in {**before, **after}
    )
