"""What site validation publishes: the visits, and their outcome (programme 2.3)."""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.event import Event
from shared.contracts.types import Code, FreeText, ValidationOutcome, VisitState
from shared.model import Model

FindingKind = Literal["confirmed", "action_required", "recommendation", "best_practice"]
FindingState = Literal["open", "responded", "accepted", "noted"]


class Visit(Model):
    """A visit to one or more divisions."""

    visit_id: UUID
    division_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=200)]
    on: date
    state: VisitState


class ValidationEvent(Event):
    """Published by the validation of one application."""

    SOURCE: ClassVar[str] = "/site_validation/validations"
    TOPIC: ClassVar[str] = "pip.site-validation"

    application_id: UUID
    submission: Annotated[int, Field(ge=1)]


class SiteVisitScheduled(ValidationEvent):
    """State: all visits, each time one is planned, moved, confirmed, held or cancelled."""

    visits: tuple[Visit, ...]


class ReportedFinding(Model):
    """What was found at one division about one requirement; only required actions have a course, the others are noted."""  # noqa: E501 - quoted by docs/contracts

    division_id: UUID
    requirement_id: Code
    kind: FindingKind
    state: FindingState
    text: FreeText


class SiteValidated(ValidationEvent):
    """State: the validation's outcome."""

    outcome: ValidationOutcome
    concluded_on: date
    visits: tuple[Visit, ...]
    findings: tuple[ReportedFinding, ...]
    reason: FreeText | None = None
