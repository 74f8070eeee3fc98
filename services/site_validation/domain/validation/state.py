"""What is true of a validation in every status."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.site_validation.domain.validation.consumed import Package, Review, Risk
from shared.contracts.event import Application
from shared.contracts.site_validation import FindingKind, FindingState, Visit
from shared.contracts.types import CalendarDay, Code, FreeText, Sha256, ValidationOutcome, VisitState
from shared.decider import AggregateState
from shared.model import Model

OVER: tuple[VisitState, ...] = ("held", "cancelled")


class Appointment(Visit):
    """A visit, and why the company asks for another day."""

    reason: FreeText | None = None


DueDate = Annotated[CalendarDay, Field(lt=date.max)]  # what is overdue is so from the day after


class Observation(Model):
    """What was found at one division about one requirement. The company reads text and due date, not the note."""

    division_id: UUID
    requirement_id: Code
    kind: FindingKind
    text: FreeText
    note: FreeText | None = None
    due_on: DueDate | None = None


class Proof(Model):
    """A document that lies in intake, and the digest by which an officer knows its bytes."""

    document_id: UUID
    sha256: Sha256


class CompanyResponse(Model):
    """What the company has done about a required action, and the documents that show it."""

    text: FreeText
    documents: Annotated[tuple[Proof, ...], Field(max_length=20)] = ()


class GivenResponse(CompanyResponse):
    """A response, and why an officer rejected it, if so."""

    given_on: date
    rejection: FreeText | None = None


class Finding(Observation):
    """An observation and its course: a required action is open until it is accepted, anything else is noted."""

    finding_id: UUID
    state: FindingState
    overdue: bool = False
    responses: tuple[GivenResponse, ...] = ()


class Absent(AggregateState):
    status: Literal["absent"] = "absent"


class Collecting(AggregateState):
    """What has been received of the newest submission."""

    v: int = 3
    status: Literal["collecting"] = "collecting"
    application: Application
    package: Package | None = None
    review: Review | None = None
    risk: Risk | None = None


class Dossier(AggregateState):
    """What an officer takes to the site, and brings back."""

    v: int = 3
    application: Application
    package: Package
    review: Review
    risk: Risk
    visits: tuple[Appointment, ...] = ()
    findings: tuple[Finding, ...] = ()


class Open(Dossier):
    status: Literal["open"] = "open"


class Concluded(Dossier):
    status: Literal["concluded"] = "concluded"
    outcome: ValidationOutcome
    concluded_on: date
    reason: FreeText | None = None


class Closed(AggregateState):
    status: Literal["closed"] = "closed"
    application: Application


State = Absent | Collecting | Open | Concluded | Closed
