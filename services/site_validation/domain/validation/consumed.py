"""What a validation keeps of the messages that it consumes: what an officer takes to the site."""

from datetime import date
from typing import Literal
from uuid import UUID

from shared.contracts.earlier import document_2
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
    """Describes a document, and which division or line it is about, if not all; its bytes lie in intake."""

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


class Risk(OfSubmission):
    """How the risk was assessed, and by whom."""

    outcome: RiskOutcome
    band: Band
    decided_by: Literal["policy", "officer"]
    assessed_at: Moment
    policy_version: Code


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


def _package_3(package: Json) -> Json:
    """Version 2 did not know what a document is about."""
    return {**package, "documents": [document_2(document) for document in package["documents"]]}


def _risk(message: Json) -> Json:
    """Without the reasons."""
    return {name: value for name, value in message.items() if name not in {"score", "rules", "reason"}}


def _profile_collected_3(fact: Json) -> Json:
    return {**fact, "package": _package_3(fact["package"])}


def _risk_noted_2(fact: Json) -> Json:
    return {**fact, "risk": _risk(fact["risk"])}


def _status_3(state: Json) -> Json:
    package, risk = state["package"], state["risk"]
    return {**state, "package": package and _package_3(package), "risk": risk and _risk(risk)}


FACT_UPCASTERS: Upcasters = {
    ("profile_collected", 1): _profile_collected_2,
    ("profile_collected", 2): _profile_collected_3,
    ("review_noted", 1): _review_noted_2,
    ("risk_noted", 1): _risk_noted_2,
}
_OF_STATUS = {1: _status_2, 2: _status_3}
STATE_UPCASTERS: Upcasters = {
    (status, version): lifted
    for status in ("collecting", "open", "concluded")
    for version, lifted in _OF_STATUS.items()
}
