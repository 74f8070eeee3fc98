"""The versions of the policy: what they read of a submission, and what another one would make of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from services.risk.domain.assessment.policy import BandOfScores, Course, Policy, Quantity, RuleHit
from services.risk.domain.assessment.scoring import QUANTITIES, Score, Weighed, score
from services.risk.domain.assessment.state import Closed, Collecting, Scored, State
from services.risk.views.assessments import known
from shared.contracts.types import Band, Code, FreeText
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


# --- a score on its scale, and what its rules have read -------------------------------------------


@dataclass(frozen=True)
class Step:
    """One band of the scale. `up_to` is None for the highest; `here`: the assessment is in it."""

    band: BandOfScores
    up_to: int | None
    here: bool


@dataclass(frozen=True)
class Scale:
    """Where a score lies among the bands of its policy. `end`: of the drawing; `hard`: a rule decides by itself."""

    points: int
    end: int
    steps: tuple[Step, ...]
    hard: bool


def scale_of(policy: Policy, standing: Standing | Score) -> Scale:
    bands, above = policy.bands, (*(band.since - 1 for band in policy.bands[1:]), None)
    return Scale(
        points=standing.score,
        end=max(standing.score, bands[-1].since + (bands[-1].since - bands[-2].since if len(bands) > 1 else 1)),
        steps=tuple(Step(band, up_to, band.band == standing.band) for band, up_to in zip(bands, above, strict=True)),
        hard=policy.band_of(standing.score).band != standing.band,
    )


Unit = Literal["yes_no", "percent", "number", "days"]
UNITS: Mapping[Quantity, Unit] = {
    "should_unmet_percent": "percent",
    "not_applicable_percent": "percent",
    "movements_12_months": "number",
    "days_since_last_movement": "days",
    "divisions": "number",
}


@dataclass(frozen=True)
class Reading:
    """One quantity as the rules read it. `value` is None where it is not known; `explanation` is the company's."""

    quantity: Quantity
    unit: Unit
    value: int | None
    points: int
    explanation: FreeText | None


def readings(assessment: Scored, policy: Policy) -> tuple[Reading, ...]:
    """All that the rules of the policy have read, in their order, with the points that followed."""
    points = {hit.rule_id: hit.points for hit in assessment.score.rules}
    explained = {given.question_id: given.explanation for given in assessment.declared.eligibility}
    return tuple(
        Reading(
            quantity=quantity,
            unit=UNITS.get(quantity, "yes_no"),
            value=QUANTITIES[quantity](assessment) if _is_known(quantity, assessment) else None,
            points=sum(points.get(rule.id, 0) for rule in policy.rules if rule.quantity == quantity),
            explanation=explained.get(quantity),
        )
        for quantity in dict.fromkeys(rule.quantity for rule in policy.rules)
    )


def _is_known(quantity: Quantity, weighed: Weighed) -> bool:
    """Whether the company was asked, or anything was judged."""
    match quantity:
        case "should_unmet_percent":
            return bool(weighed.recommended)
        case "not_applicable_percent" | "divisions":
            return True
        case "days_since_last_movement":
            return weighed.declared.to("last_movement_on") is not None
        case _:
            return weighed.declared.to(quantity) is not None
