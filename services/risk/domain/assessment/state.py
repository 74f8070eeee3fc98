"""What is true of an assessment in every status."""

from typing import Literal

from services.risk.domain.assessment.consumed import DeclaredFacts, Review
from services.risk.domain.assessment.scoring import Score, Weighed
from shared.contracts.event import Application
from shared.contracts.types import FreeText, RiskOutcome
from shared.decider import AggregateState
from shared.model import Model, Moment


class Decision(Model):
    """What was decided, by whom and when; the reason is an officer's."""

    outcome: RiskOutcome
    decided_by: Literal["policy", "officer"]
    reason: FreeText | None = None
    decided_at: Moment


class Absent(AggregateState):
    status: Literal["absent"] = "absent"


class Collecting(AggregateState):
    """What has been received of the newest submission."""

    v: int = 3
    status: Literal["collecting"] = "collecting"
    application: Application
    declared: DeclaredFacts | None = None
    review: Review | None = None


class Scored(Weighed, AggregateState):
    """What was weighed, and the score; it can be weighed again by another policy."""

    v: int = 2
    application: Application
    score: Score


class Referred(Scored):
    status: Literal["referred"] = "referred"


class Assessed(Scored):
    status: Literal["assessed"] = "assessed"
    decision: Decision


class Closed(AggregateState):
    status: Literal["closed"] = "closed"
    application: Application


State = Absent | Collecting | Referred | Assessed | Closed
