"""What risk publishes: how an application was assessed; why it was so stays in risk (programme 2.3)."""

from collections.abc import Callable, Mapping
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.event import Event
from shared.contracts.types import Band, Code, RiskOutcome
from shared.model import Json, Moment

REASONS_1 = ("score", "rules", "reason")  # which version 1 published as well


def _without_reasons(body: Json) -> Json:
    return {name: value for name, value in body.items() if name not in REASONS_1}


class RiskAssessed(Event):
    """State: the outcome and its band, who decided it, and under which version of the policy."""

    SOURCE: ClassVar[str] = "/risk/assessments"
    TOPIC: ClassVar[str] = "pip.risk"
    VERSION: ClassVar[int] = 2
    UPCASTERS: ClassVar[Mapping[int, Callable[[Json], Json]]] = {1: _without_reasons}

    application_id: UUID
    submission: Annotated[int, Field(ge=1)]
    outcome: RiskOutcome
    band: Band
    decided_by: Literal["policy", "officer"]
    assessed_at: Moment
    policy_version: Code
