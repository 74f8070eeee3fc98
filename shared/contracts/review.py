"""What review publishes: the course and outcome of an application, and the membership (programme 2.3)."""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from shared.contracts.event import Event
from shared.contracts.types import (
    Code,
    FreeText,
    Ground,
    LineOfBusiness,
    MembershipStatus,
    PauseCode,
    Stage,
    Verdict,
    VisitState,
)
from shared.model import Model, Moment


class Pause(Model):
    """Days on which the service standard does not run: since < day <= until, or still open."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    since: Annotated[date, Field(alias="from")]
    until: Annotated[date | None, Field(alias="to")] = None
    code: PauseCode
    text: FreeText


class Clock(Model):
    """The service standard of one application, in business days (programme 1.7)."""

    started_on: date
    standard_days: Annotated[int, Field(ge=1)]
    pauses: tuple[Pause, ...] = ()
    stopped_on: date | None = None


class CaseEvent(Event):
    """Published by the case of one application."""

    SOURCE: ClassVar[str] = "/review/cases"
    TOPIC: ClassVar[str] = "pip.review"

    application_id: UUID
    submission: Annotated[int, Field(ge=1)]


class Judgement(Model):
    """One answer, judged; `advice` is for the company."""

    division_id: UUID
    requirement_id: Code
    verdict: Verdict
    advice: FreeText | None = None


class JudgedDocument(Model):
    """One required document, judged; `advice` is for the company."""

    document_id: UUID
    accepted: bool
    advice: FreeText | None = None


class SecurityProfileReviewed(CaseEvent):
    """State: how every answer and document was judged."""

    outcome: Literal["meets", "does_not_meet"]
    judgements: tuple[Judgement, ...]
    documents: tuple[JudgedDocument, ...]
    concluded_at: Moment


class Question(Model):
    """What an officer needs to know, about the whole or one exact requirement or document."""

    question_id: UUID
    division_id: UUID | None = None
    requirement_id: Code | None = None
    document_kind: Code | None = None
    text: FreeText


class ApplicationReturned(CaseEvent):
    """State: the questions to answer, and until when."""

    questions: Annotated[tuple[Question, ...], Field(min_length=1)]
    answer_by: date
    returned_at: Moment


class VisitSummary(Model):
    """A visit as the company sees it."""

    division_ids: tuple[UUID, ...]
    on: date
    state: VisitState


class ApplicationProgressed(CaseEvent):
    """State: the stage, since when, the clock and the visits."""

    stage: Stage
    since: Moment
    clock: Clock
    visits: tuple[VisitSummary, ...] = ()


class ApplicationDenied(CaseEvent):
    """State: the application was denied."""

    grounds: Annotated[tuple[Ground, ...], Field(min_length=1)]
    message: FreeText
    denied_on: date


class ApplicationApproved(CaseEvent):
    """State: the application was approved; `validated_on` is None when the visit was waived."""

    kind: Literal["initial"] = "initial"
    lines_of_business: tuple[LineOfBusiness, ...]
    courier: bool = False
    approved_on: date
    validated_on: date | None = None


class Benefit(Model):
    """One entitlement of a member."""

    code: Code
    since: date


class MembershipEvent(Event):
    """State: the whole membership; the four messages share this body."""

    SOURCE: ClassVar[str] = "/review/memberships"
    TOPIC: ClassVar[str] = "pip.membership"

    application_id: UUID
    pip_id: Code
    status: MembershipStatus
    status_since: date
    member_since: date
    member_until: date | None = None
    revalidation_due_on: date | None = None
    benefits: tuple[Benefit, ...] = ()
    message: FreeText | None = None


class MembershipActivated(MembershipEvent):
    """The company is a member."""


class MembershipSuspended(MembershipEvent):
    """The membership rests; all benefits are off."""


class MembershipReinstated(MembershipEvent):
    """The membership runs again."""


class MembershipCancelled(MembershipEvent):
    """The membership has ended: cancelled by the programme, or withdrawn by the member."""
