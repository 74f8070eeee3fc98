"""What intake publishes: the application package, and the company's profile, users and consents (programme 2.3)."""

from collections.abc import Callable, Mapping
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import EmailStr, Field, StringConstraints

from shared.contracts.earlier import package_2, profile_2
from shared.contracts.event import Event
from shared.contracts.types import (
    Address,
    Administration,
    BusinessNumber,
    CalendarDay,
    CarrierCodes,
    Code,
    CompanyRole,
    Count,
    Country,
    DocumentKind,
    FreeText,
    Language,
    LineOfBusiness,
    Name,
    RmAccount,
    Sha256,
    SubmissionKind,
    TextVersion,
    YesNo,
)
from shared.model import Json, Model, Moment

Upcasters = Mapping[int, Callable[[Json], Json]]


class CompanyEvent(Event):
    """Published by a company."""

    SOURCE: ClassVar[str] = "/intake/companies"
    TOPIC: ClassVar[str] = "pip.intake"


class Contact(Model):
    """The primary contact: all four fields or no contact at all."""

    name: Annotated[Name, Field(examples=["Sam Roy"])]
    title: Annotated[Name, Field(examples=["Director of security"])]
    email: EmailStr
    phone: Annotated[str, StringConstraints(pattern=r"^\+?[0-9 ().-]{7,30}$"), Field(examples=["+1 807 555 0142"])]


class Profile(Model):
    """A complete company profile."""

    legal_name: Name
    operating_name: Name | None = None
    business_number: BusinessNumber
    rm_account: RmAccount | None = None
    carrier_codes: CarrierCodes = CarrierCodes()
    courier: YesNo = False
    address: Address
    headquarters_country: Country
    lines_of_business: Annotated[tuple[LineOfBusiness, ...], Field(min_length=1, max_length=10)]
    language: Language
    contact: Contact


class Document(Model):
    """Describes an uploaded file, and which division or line it is about, if not all; its bytes stay in intake."""

    document_id: UUID
    kind: DocumentKind
    name: Annotated[Name, Field(examples=["site-plan.pdf"])]
    media_type: Annotated[Name, Field(examples=["application/pdf"])]
    size: Annotated[int, Field(ge=1)]
    sha256: Sha256
    division_id: UUID | None
    line_of_business: LineOfBusiness | None
    issued_on: CalendarDay | None
    valid_until: CalendarDay | None


AnswerValue = (
    YesNo
    | Annotated[Count, Field(ge=0, le=10_000_000, examples=[240])]
    | CalendarDay
    | Annotated[tuple[Country, ...], Field(max_length=50)]
)


class EligibilityAnswer(Model):
    """The answer to one question about the company (programme 1.5); an adverse one has its own explanation."""

    question_id: Code
    value: AnswerValue
    explanation: FreeText | None = None


class Answer(Model):
    """How one division meets one requirement."""

    requirement_id: Code
    response: Literal["described", "not_applicable"]
    text: FreeText
    evidence: Annotated[tuple[UUID, ...], Field(max_length=20)] = ()


class Division(Model):
    """One security profile: exactly one answer per requirement that binds one of its lines."""

    division_id: UUID
    name: Name
    lines_of_business: Annotated[tuple[LineOfBusiness, ...], Field(min_length=1, max_length=10)]
    address: Address
    answers: Annotated[tuple[Answer, ...], Field(max_length=200)]


class Reply(Model):
    """The company's answer to an officer's question."""

    question_id: UUID
    text: FreeText
    documents: Annotated[tuple[UUID, ...], Field(max_length=20)] = ()


class Attestation(Model):
    """Who declared the package true, under which text."""

    name: Annotated[Name, Field(examples=["Sam Roy"])]
    title: Annotated[Name, Field(examples=["Director of security"])]
    text_version: TextVersion
    language: Language


class ApplicationSubmitted(CompanyEvent):
    """State: the whole package as the owner submitted it."""

    TOPIC: ClassVar[str] = "pip.application"
    VERSION: ClassVar[int] = 2
    UPCASTERS: ClassVar[Upcasters] = {1: package_2}

    application_id: UUID
    submission: Annotated[int, Field(ge=1)]
    kind: SubmissionKind = "initial"
    submitted_at: Moment
    profile: Profile
    eligibility: Annotated[tuple[EligibilityAnswer, ...], Field(max_length=100)]
    divisions: Annotated[tuple[Division, ...], Field(min_length=1, max_length=200)]
    documents: Annotated[tuple[Document, ...], Field(max_length=500)]
    replies: tuple[Reply, ...] = ()
    attestation: Attestation
    terms_version: Code
    catalogue_version: Code


def _profile_updated_2(body: Json) -> Json:
    return {**body, "profile": profile_2(body["profile"])}


class ApplicationWithdrawn(CompanyEvent):
    """Change: the owner asks for the application to be closed."""

    TOPIC: ClassVar[str] = "pip.application"

    application_id: UUID
    submission: Annotated[int, Field(ge=1)]
    withdrawn_at: Moment


class CompanyProfileUpdated(CompanyEvent):
    """State: the profile as declared, by the rule under programme 3.1."""

    VERSION: ClassVar[int] = 2
    UPCASTERS: ClassVar[Upcasters] = {1: _profile_updated_2}

    revision: Annotated[int, Field(ge=1)]
    declared_at: Moment
    profile: Profile


class ConsentInForce(Model):
    """One consent that stands."""

    administration: Administration
    consent_id: UUID
    given_at: Moment


class ConsentGiven(CompanyEvent):
    """State: `in_force` replaces what was known."""

    administration: Administration
    consent_id: UUID
    given_at: Moment
    text_version: Code
    language: Language
    elements: Literal["five-v1"] = "five-v1"
    in_force: tuple[ConsentInForce, ...]


class ConsentWithdrawn(CompanyEvent):
    """State: `in_force` replaces what was known."""

    DISCARDABLE: ClassVar[bool] = False

    administration: Administration
    consent_id: UUID
    withdrawn_at: Moment
    in_force: tuple[ConsentInForce, ...]


class UserRole(Model):
    """Who may act for the company; no name, no e-mail."""

    subject: Name
    role: CompanyRole


class CompanyUsersChanged(CompanyEvent):
    """State: everybody who may act for the company. Version 1 had the same fields, on another topic."""

    TOPIC: ClassVar[str] = "pip.team"
    MOVED_FROM: ClassVar[str | None] = "pip.intake"
    VERSION: ClassVar[int] = 2
    UPCASTERS: ClassVar[Upcasters] = {1: dict}

    users: Annotated[tuple[UserRole, ...], Field(min_length=1, max_length=50)]


class ProgrammeLeft(CompanyEvent):
    """Change: a member leaves of its own will."""

    left_at: Moment


def document_url(intake_url: str, document_id: UUID) -> str:
    """Where officers of other services open a document, with their own token (programme 2.6)."""
    return f"{intake_url.rstrip('/')}/documents/{document_id}"
