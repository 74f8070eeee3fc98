"""What a validation keeps of the messages that it consumes: what an officer takes to the site."""

from typing import Literal
from uuid import UUID

from shared.contracts.types import (
    Address,
    Band,
    Code,
    DocumentKind,
    FreeText,
    Language,
    LineOfBusiness,
    Name,
    RiskOutcome,
    Sha256,
    TextVersion,
    Verdict,
)
from shared.decider import Upcasters
from shared.i18n import Text
from shared.model import Json, Model, Moment


class OfSubmission(Model):
    """Something about one submission of an application."""

    company_id: UUID
    application_id: UUID
    submission: int


# --- from intake ----------------------------------------------------------------------------------


class Contact(Model):
    """The company's primary contact."""

    name: Name
    title: Name
    email: str
    phone: str


class Profile(Model):
    """The name of the company, and whom an officer asks for."""

    legal_name: Name
    contact: Contact


class Answer(Model):
    """How one division meets one requirement."""

    requirement_id: Code
    response: Literal["described", "not_applicable"]
    text: FreeText
    evidence: tuple[UUID, ...] = ()


class Division(Model):
    """One site to visit, and what was answered about it."""

    division_id: UUID
    name: Name
    lines_of_business: tuple[LineOfBusiness, ...]
    address: Address
    answers: tuple[Answer, ...]


class Document(Model):
    """The description of a document; its bytes lie in intake."""

    document_id: UUID
    kind: DocumentKind
    name: Name
    media_type: Name
    size: int
    sha256: Sha256


class Attestation(Model):
    """Who declared the package true, under which text."""

    name: Name
    title: Name
    text_version: TextVersion
    language: Language


class Package(OfSubmission):
    """What a visit verifies, and who attested it: no answer about eligibility, no reply."""

    submitted_at: Moment
    profile: Profile
    divisions: tuple[Division, ...]
    documents: tuple[Document, ...]
    attestation: Attestation


# --- from review ----------------------------------------------------------------------------------


class Judgement(Model):
    """One answer, judged from the desk; the advice is for the company."""

    division_id: UUID
    requirement_id: Code
    verdict: Verdict
    advice: FreeText | None = None


class Review(OfSubmission):
    """How the answers were judged: no document."""

    judgements: tuple[Judgement, ...]


# --- from risk ------------------------------------------------------------------------------------


class RuleHit(Model):
    """One rule that added to the score, explained in both languages."""

    rule_id: Code
    points: int
    explanation: Text


class Risk(OfSubmission):
    """How the risk was assessed, by whom and why."""

    outcome: RiskOutcome
    band: Band
    score: int
    decided_by: Literal["policy", "officer"]
    reason: FreeText | None = None
    assessed_at: Moment
    policy_version: Code
    rules: tuple[RuleHit, ...]


# --- as it was kept before ------------------------------------------------------------------------


def _package(message: Json) -> Json:
    profile = {name: message["profile"][name] for name in ("legal_name", "contact")}
    kept = ("company_id", "application_id", "submission", "submitted_at", "divisions", "documents", "attestation")
    return {**{name: message[name] for name in kept}, "profile": profile}


def _review(message: Json) -> Json:
    return {name: message[name] for name in ("company_id", "application_id", "submission", "judgements")}


def _profile_collected_2(fact: Json) -> Json:
    """Version 1 kept the whole message of intake."""
    return {**fact, "package": _package(fact["package"])}


def _review_noted_2(fact: Json) -> Json:
    """Version 1 kept the whole message of review."""
    return {**fact, "review": _review(fact["review"])}


def _status_2(state: Json) -> Json:
    """Version 1 kept both messages whole."""
    package, review = state["package"], state["review"]
    return {**state, "package": package and _package(package), "review": review and _review(review)}


FACT_UPCASTERS: Upcasters = {("profile_collected", 1): _profile_collected_2, ("review_noted", 1): _review_noted_2}
STATE_UPCASTERS: Upcasters = {("collecting", 1): _status_2, ("open", 1): _status_2, ("concluded", 1): _status_2}
