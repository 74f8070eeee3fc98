"""What a company keeps of what review says: questions, clock, visits and membership. Pure: no clock, no ids, no I/O."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from shared.contracts.types import Code, FreeText, MembershipStatus, PauseCode, VisitState
from shared.model import Model


class Question(Model):
    """What an officer needs to know, about the whole or one exact requirement or document."""

    question_id: UUID
    division_id: UUID | None = None
    requirement_id: Code | None = None
    document_kind: Code | None = None
    text: FreeText


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
    standard_days: int
    pauses: tuple[Pause, ...] = ()
    stopped_on: date | None = None


class Visit(Model):
    """A visit as the company sees it."""

    division_ids: tuple[UUID, ...]
    on: date
    state: VisitState


class Benefit(Model):
    """One entitlement of a member."""

    code: Code
    since: date


class Membership(Model):
    """The whole membership, and which application led to it."""

    company_id: UUID
    application_id: UUID
    pip_id: Code
    status: MembershipStatus
    status_since: date
    member_since: date
    member_until: date | None = None
    revalidation_due_on: date | None = None
    benefits: tuple[Benefit, ...] = ()
    message: FreeText | None = None
