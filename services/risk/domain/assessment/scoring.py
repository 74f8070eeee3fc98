"""The score of a submission: every rule of the policy, over what was declared and how it was judged."""

from collections.abc import Callable, Mapping

from services.risk.domain.assessment.consumed import DeclaredFacts
from services.risk.domain.assessment.policy import Course, Policy, Quantity
from shared.contracts.risk import RuleHit
from shared.contracts.types import Band, Code, Verdict
from shared.model import Model


class Weighed(Model):
    """All that the rules look at: the declaration, and how the recommended measures were judged."""

    declared: DeclaredFacts
    recommended: tuple[Verdict, ...] = ()


class Score(Model):
    """The rules that hold, the sum of their points, and the course that the policy sets."""

    score: int
    band: Band
    course: Course
    rules: tuple[RuleHit, ...]
    policy_version: Code


def convictions(weighed: Weighed) -> int:
    return weighed.declared.eligibility.convictions


def bankruptcy(weighed: Weighed) -> int:
    return weighed.declared.eligibility.bankruptcy


def insolvent(weighed: Weighed) -> int:
    return weighed.declared.eligibility.insolvent


def foreign_convictions(weighed: Weighed) -> int:
    return weighed.declared.eligibility.foreign_convictions


def crown_debt(weighed: Weighed) -> int:
    return weighed.declared.eligibility.crown_debt


def contraventions(weighed: Weighed) -> int:
    return weighed.declared.eligibility.contraventions


def should_unmet_percent(weighed: Weighed) -> int:
    return _percent(weighed.recommended.count("not_met"), len(weighed.recommended))


def not_applicable_percent(weighed: Weighed) -> int:
    return _percent(weighed.declared.not_applicable, weighed.declared.answers)


def movements_12_months(weighed: Weighed) -> int:
    return weighed.declared.eligibility.movements_12_months


def days_since_last_movement(weighed: Weighed) -> int:
    """On the day of submission, so that it does not matter when it is weighed."""
    return (weighed.declared.submitted_on - weighed.declared.eligibility.last_movement_on).days


def divisions(weighed: Weighed) -> int:
    return weighed.declared.divisions


def _percent(part: int, whole: int) -> int:
    """Rounded up, so that what lies above a whole number stays above it."""
    return -(-100 * part // whole) if whole else 0


QUANTITIES: Mapping[Quantity, Callable[[Weighed], int]] = {
    "convictions": convictions,
    "bankruptcy": bankruptcy,
    "insolvent": insolvent,
    "foreign_convictions": foreign_convictions,
    "crown_debt": crown_debt,
    "contraventions": contraventions,
    "should_unmet_percent": should_unmet_percent,
    "not_applicable_percent": not_applicable_percent,
    "movements_12_months": movements_12_months,
    "days_since_last_movement": days_since_last_movement,
    "divisions": divisions,
}


def score(policy: Policy, weighed: Weighed) -> Score:
    """Every rule of the policy over what is weighed; a hard rule leads to the highest band."""
    values = [(rule, QUANTITIES[rule.quantity](weighed)) for rule in policy.rules]
    holding = [(rule, value) for rule, value in values if rule.holds(value)]
    points = sum(rule.points for rule, _ in holding)
    band = policy.bands[-1] if any(rule.hard for rule, _ in holding) else policy.band_of(points)
    return Score(
        score=points,
        band=band.band,
        course=band.course,
        rules=tuple(rule.hit(value) for rule, value in holding),
        policy_version=policy.version,
    )
