"""The policy by which risk is weighed: programme data, one file of the catalogue for each version."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shared.contracts.types import Band, Code
from shared.i18n import Text
from shared.model import Model

Quantity = Literal[
    "convictions",
    "bankruptcy",
    "insolvent",
    "foreign_convictions",
    "crown_debt",
    "contraventions",
    "should_unmet_percent",
    "not_applicable_percent",
    "movements_12_months",
    "days_since_last_movement",
    "divisions",
]
Course = Literal["acceptable", "refer", "unacceptable"]


class RuleHit(Model):
    """One rule that added to the score, explained in both languages."""

    rule_id: Code
    points: Annotated[int, Field(ge=0)]
    explanation: Text


class PolicyRule(Model):
    """Points for a quantity that is true, or above `above` and at most `up_to`; the explanation may name all three."""

    id: Code
    quantity: Quantity
    hard: bool = False
    points: Annotated[int, Field(ge=0)]
    above: int | None = None
    up_to: int | None = None
    explanation: Text

    def holds(self, value: int) -> bool:
        if self.above is None and self.up_to is None:
            return bool(value)
        return (self.above is None or value > self.above) and (self.up_to is None or value <= self.up_to)

    def hit(self, value: int) -> RuleHit:
        """What the rule adds to the score, and the fact that made it."""
        named = {"value": value, "above": self.above, "up_to": self.up_to}
        explanation = Text(en=self.explanation.en.format(**named), fr=self.explanation.fr.format(**named))
        return RuleHit(rule_id=self.id, points=self.points, explanation=explanation)


class BandOfScores(Model):
    """A band, the score at which it begins, and what becomes of an assessment in it."""

    band: Band
    since: Annotated[int, Field(ge=0, alias="from")]
    course: Course


class Policy(Model):
    """One version: the first day of submissions it weighs (none for a draft), bands from low to high, and rules."""

    version: Code
    since: Annotated[date | None, Field(alias="from")]
    summary: Text
    bands: Annotated[tuple[BandOfScores, ...], Field(min_length=1)]
    rules: tuple[PolicyRule, ...]

    def band_of(self, score: int) -> BandOfScores:
        return next(band for band in reversed(self.bands) if band.since <= score)


def in_force(policies: tuple[Policy, ...], day: date) -> Policy:
    """Which of the versions, by age, weighs the submissions of a day: the latest that has begun, else the first."""
    return next((policy for policy in reversed(policies) if policy.since and policy.since <= day), policies[0])
