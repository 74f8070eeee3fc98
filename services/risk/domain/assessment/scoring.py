"""The score of a submission: every rule of the policy, over what was declared and how it was judged."""

from collections.abc import Callable, Mapping
from datetime import date

from services.risk.domain.assessment.consumed import DeclaredFacts
from services.risk.domain.assessment.policy import Course, Policy, Quantity, RuleHit
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


def _answered(question_id: str) -> Callable[[Weighed], int]:
    """The answer to a question about the company as a number; yes is 1."""

    def quantity(weighed: Weighed) -> int:
        answer = weighed.declared.to(question_id)
        return int(answer) if isinstance(answer, int) else 0

    return quantity


def should_unmet_percent(weighed: Weighed) -> int:
    return _percent(weighed.recommended.count("not_met"), len(weighed.recommended))


def not_applicable_percent(weighed: Weighed) -> int:
    return _percent(weighed.declared.not_applicable, weighed.declared.answers)


def days_since_last_movement(weighed: Weighed) -> int:
    """On the day of submission, so that it does not matter when it is weighed; 0 where there was no movement."""
    last = weighed.declared.to("last_movement_on")
    return (weighed.declared.submitted_on - last).days if isinstance(last, date) else 0


def divisions(weighed: Weighed) -> int:
    return weighed.declared.divisions


def _percent(part: int, whole: int) -> int:
    """Rounded up, so that what lies above a whole number stays above it."""
    return -(-100 * part // whole) if whole else 0


ASKED: tuple[Quantity, ...] = (
    "convictions",
    "bankruptcy",
    "insolvent",
    "foreign_convictions",
    "crown_debt",
    "contraventions",
    "movements_12_months",
)
QUANTITIES: Mapping[Quantity, Callable[[Weighed], int]] = {
    **{question: _answered(question) for question in ASKED},
    "should_unmet_percent": should_unmet_percent,
    "not_applicable_percent": not_applicable_percent,
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
