"""What is true of a validation in every status. Pure: no clock, no ids, no I/O."""

from datetime import date
from typing import Literal
from uuid import UUID

from shared.contracts.intake import ApplicationSubmitted
from shared.contracts.review import SecurityProfileReviewed
from shared.contracts.risk import RiskAssessed
from shared.contracts.site_validation import FindingKind, FindingState, ValidationOutcome
from shared.contracts.types import Code, FreeText, Visit
from shared.decider import Model


class Application(Model):
    """Which application, and which submission of it."""

    company_id: UUID
    application_id: UUID
    submission: int


class Appointment(Visit):
    """A visit, and why the company asks for another day."""

    reason: FreeText | None = None


class Observation(Model):
    """What was found at one division about one requirement; the company reads text and due date, the note stays inside."""

    division_id: UUID
    requirement_id: Code
    kind: FindingKind
    text: FreeText
    note: FreeText | None = None
    due_on: date | None = None


class Finding(Observation):
    """An observation and its course: a required action is open until it is accepted, anything else is noted."""

    finding_id: UUID
    state: FindingState


class Absent(Model):
    status: Literal["absent"] = "absent"


class Collecting(Model):
    """What has been heard of the newest submission."""

    status: Literal["collecting"] = "collecting"
    application: Application
    package: ApplicationSubmitted | None = None
    review: SecurityProfileReviewed | None = None
    risk: RiskAssessed | None = None


class Dossier(Model):
    """What an officer takes to the site, and brings back."""

    application: Application
    package: ApplicationSubmitted
    review: SecurityProfileReviewed
    risk: RiskAssessed
    visits: tuple[Appointment, ...] = ()
    findings: tuple[Finding, ...] = ()


class Open(Dossier):
    status: Literal["open"] = "open"


class Concluded(Dossier):
    status: Literal["concluded"] = "concluded"
    outcome: ValidationOutcome
    concluded_on: date
    reason: FreeText | None = None


class Closed(Model):
    status: Literal["closed"] = "closed"
    application: Application


State = Absent | Collecting | Open | Concluded | Closed
