"""What a case keeps of what it hears: package, risk, visits and validation. Pure: no clock, no ids, no I/O."""

from datetime import date
from typing import Literal
from uuid import UUID

from services.review.domain.profile import Profile
from shared.contracts.types import (
    Address,
    Band,
    Code,
    Count,
    Country,
    DocumentKind,
    FreeText,
    Language,
    LineOfBusiness,
    Name,
    RiskOutcome,
    Sha256,
    TextVersion,
    ValidationOutcome,
    VisitState,
    YesNo,
)
from shared.i18n import Text
from shared.model import Model, Moment

# --- from intake ----------------------------------------------------------------------------------


class Eligibility(Model):
    """The answers about the company (programme 1.5)."""

    facilities_in: tuple[Country, ...]
    movements_12_months: Count
    last_movement_on: date
    carm_registered: YesNo
    insolvent: YesNo
    crown_debt: YesNo
    bankruptcy: YesNo
    convictions: YesNo
    foreign_convictions: YesNo
    contraventions: YesNo
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
    """What is said of a file; its bytes stay in intake."""

    document_id: UUID
    kind: DocumentKind
    name: Name
    media_type: Name
    size: int
    sha256: Sha256


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
    kind: Literal["initial"] = "initial"
    submitted_at: Moment
    profile: Profile
    eligibility: Eligibility
    divisions: tuple[Division, ...]
    documents: tuple[Document, ...]
    replies: tuple[Reply, ...] = ()
    attestation: Attestation
    terms_version: Code
    catalogue_version: Code


# --- from risk ------------------------------------------------------------------------------------


class RuleHit(Model):
    """One rule that added to the score, explained in both languages."""

    rule_id: Code
    points: int
    explanation: Text


class RiskResult(Model):
    """How the risk was assessed, by whom and why."""

    company_id: UUID
    application_id: UUID
    submission: int
    outcome: RiskOutcome
    band: Band
    score: int
    decided_by: Literal["policy", "officer"]
    reason: FreeText | None = None
    assessed_at: Moment
    policy_version: Code
    rules: tuple[RuleHit, ...]


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
