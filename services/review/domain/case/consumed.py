"""What a case keeps of the messages it consumes: package, risk, visits and validation."""

from datetime import date
from typing import Literal
from uuid import UUID

from shared.contracts.types import (
    Address,
    Band,
    BusinessNumber,
    CalendarDay,
    CarrierCodes,
    Code,
    Count,
    Country,
    DocumentKind,
    FreeText,
    Language,
    LineOfBusiness,
    Name,
    RiskOutcome,
    RmAccount,
    Sha256,
    SubmissionKind,
    TextVersion,
    ValidationOutcome,
    VisitState,
    YesNo,
)
from shared.model import Model, Moment

# --- from intake ----------------------------------------------------------------------------------


class Contact(Model):
    """Whom an officer writes to or calls."""

    name: Name
    title: Name
    email: str
    phone: str


class Profile(Model):
    """The company as it describes itself."""

    legal_name: Name
    operating_name: Name | None = None
    business_number: BusinessNumber
    rm_account: RmAccount | None = None
    carrier_codes: CarrierCodes = CarrierCodes()
    courier: YesNo = False
    address: Address
    headquarters_country: Country
    lines_of_business: tuple[LineOfBusiness, ...]
    language: Language
    contact: Contact


class EligibilityAnswer(Model):
    """The answer to one question about the company (programme 1.5), and its explanation."""

    question_id: Code
    value: YesNo | Count | CalendarDay | tuple[Country, ...]
    explanation: FreeText | None = None


class Answer(Model):
    """How one division meets one requirement."""

    requirement_id: Code
    response: Literal["described", "not_applicable"]
    text: FreeText
    evidence: tuple[UUID, ...] = ()


class Division(Model):
    """One security profile: what is to be judged, answer by answer."""

    division_id: UUID
    name: Name
    lines_of_business: tuple[LineOfBusiness, ...]
    address: Address
    answers: tuple[Answer, ...]


class Document(Model):
    """Describes a file, and which division or line it is about, if not all; its bytes stay in intake."""

    document_id: UUID
    kind: DocumentKind
    name: Name
    media_type: Name
    size: int
    sha256: Sha256
    division_id: UUID | None
    line_of_business: LineOfBusiness | None
    issued_on: date | None
    valid_until: date | None


class Reply(Model):
    """The company's answer to an officer's question."""

    question_id: UUID
    text: FreeText
    documents: tuple[UUID, ...] = ()


class Attestation(Model):
    """Who declared the package true, under which text."""

    name: Name
    title: Name
    text_version: TextVersion
    language: Language


class Package(Model):
    """The whole application as it was submitted; officers see all of it."""

    company_id: UUID
    application_id: UUID
    submission: int
    kind: SubmissionKind = "initial"
    submitted_at: Moment
    profile: Profile
    eligibility: tuple[EligibilityAnswer, ...]
    divisions: tuple[Division, ...]
    documents: tuple[Document, ...]
    replies: tuple[Reply, ...] = ()
    attestation: Attestation
    terms_version: Code
    catalogue_version: Code


# --- from risk ------------------------------------------------------------------------------------


class RiskResult(Model):
    """How the risk was assessed, and by whom."""

    company_id: UUID
    application_id: UUID
    submission: int
    outcome: RiskOutcome
    band: Band
    decided_by: Literal["policy", "officer"]
    assessed_at: Moment
    policy_version: Code


# --- from site validation -------------------------------------------------------------------------


class Visit(Model):
    """A visit to one or more divisions."""

    visit_id: UUID
    division_ids: tuple[UUID, ...]
    on: date
    state: VisitState


class VisitSchedule(Model):
    """All visits on one submission."""

    submission: int
    visits: tuple[Visit, ...]


class Finding(Model):
    """What was found at one division about one requirement."""

    division_id: UUID
    requirement_id: Code
    kind: Literal["confirmed", "action_required", "recommendation", "best_practice"]
    state: Literal["open", "responded", "accepted", "noted"]
    text: FreeText


class ValidationResult(Model):
    """How the site validation ended, and what was found."""

    company_id: UUID
    application_id: UUID
    submission: int
    outcome: ValidationOutcome
    concluded_on: date
    visits: tuple[Visit, ...]
    findings: tuple[Finding, ...]
    reason: FreeText | None = None
