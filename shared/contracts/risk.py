"""What risk publishes: an assessment that explains itself (programme 2.3)."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.event import Event
from shared.contracts.types import Band, Code, FreeText, RiskOutcome
from shared.i18n import Text
from shared.model import Model, Moment


class RuleHit(Model):
    """One rule that added to the score, explained in both languages."""

    rule_id: Code
    points: Annotated[int, Field(ge=0)]
    explanation: Text


class RiskAssessed(Event):
    """State: the outcome, who decided it and why."""

    SOURCE: ClassVar[str] = "/risk/assessments"
    TOPIC: ClassVar[str] = "pip.risk"

    application_id: UUID
    submission: Annotated[int, Field(ge=1)]
    outcome: RiskOutcome
    band: Band
    score: Annotated[int, Field(ge=0)]
    decided_by: Literal["policy", "officer"]
    reason: FreeText | None = None
    assessed_at: Moment
    policy_version: Code
    rules: tuple[RuleHit, ...]
