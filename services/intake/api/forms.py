"""What a company's people, and officers who recover an account, fill in (programme 9)."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import EmailStr, Field

from services.intake.domain.company.users import AddedRole
from shared.contracts.types import CarrierCode, Count, Language, LineOfBusiness, TextVersion, YesNo
from shared.programme.forms import Form
from shared.programme.forms.addresses import AddressForm, Country
from shared.programme.forms.days import PastDay
from shared.programme.forms.numbers import BusinessNumber, PersonReference
from shared.programme.forms.telephones import Telephone
from shared.programme.forms.texts import OneLine, Paragraphs

# --- the company ----------------------------------------------------------------------------------


class RegistrationForm(Form):
    """What a company is registered with; the registrant becomes its account owner."""

    legal_name: OneLine
    business_number: BusinessNumber
    address: AddressForm
    language: Language | None = None
    attests_signing_authority: YesNo


class ContactForm(Form):
    """The primary contact: all four fields or no contact at all."""

    name: Annotated[OneLine, Field(examples=["Sam Roy"])]
    title: Annotated[OneLine, Field(examples=["Director of security"])]
    email: EmailStr
    phone: Telephone


class ProfileForm(Form):
    """The working profile: what was given at registration, and the rest as far as it is filled in."""

    legal_name: OneLine
    operating_name: OneLine | None = None
    business_number: BusinessNumber
    carrier_code: CarrierCode | None = None
    courier: YesNo = False
    address: AddressForm
    headquarters_country: Country | None = None
    lines_of_business: Annotated[tuple[LineOfBusiness, ...], Field(max_length=10)] = ()
    language: Language | None = None
    contact: ContactForm | None = None


class EligibilityForm(Form):
    """The answers about the company (programme 1.5)."""

    facilities_in: Annotated[tuple[Country, ...], Field(max_length=50)]
    movements_12_months: Annotated[Count, Field(ge=0, le=10_000_000, examples=[240])]
    last_movement_on: PastDay
    carm_registered: YesNo
    insolvent: YesNo
    crown_debt: YesNo
    bankruptcy: YesNo
    convictions: YesNo
    foreign_convictions: YesNo
    contraventions: YesNo
    explanation: Paragraphs | None = None


# --- divisions, answers, and what is signed -------------------------------------------------------


class SiteForm(Form):
    """What a division is, apart from its answers."""

    name: OneLine
    lines_of_business: Annotated[tuple[LineOfBusiness, ...], Field(min_length=1, max_length=10)]
    address: AddressForm


class StatementForm(Form):
    """How a division meets a requirement, or why it does not apply."""

    response: Literal["described", "not_applicable"]
    text: Paragraphs
    evidence: Annotated[tuple[UUID, ...], Field(max_length=20)] = ()


class ReplyForm(Form):
    """The text of a reply, and the documents that it names."""

    text: Paragraphs
    documents: Annotated[tuple[UUID, ...], Field(max_length=20)] = ()


class AttestationForm(Form):
    """Who declares the package true, under which text."""

    name: Annotated[OneLine, Field(examples=["Sam Roy"])]
    title: Annotated[OneLine, Field(examples=["Director of security"])]
    text_version: TextVersion
    language: Language


class SubmissionForm(Form):
    """What the owner signs."""

    attests_truth: YesNo
    attestation: AttestationForm
    terms_version: TextVersion


# --- people ---------------------------------------------------------------------------------------


class UserForm(Form):
    """A person, known by the reference number (URN) that the portal shows to that person."""

    urn: PersonReference
    family_name: Annotated[OneLine, Field(examples=["Roy"])]
    email: EmailStr
    role: AddedRole


class RoleForm(Form):
    role: AddedRole


class SuccessorForm(Form):
    """A user of the company, by the reference number (URN) that the portal shows to that person."""

    urn: PersonReference


class RecoveryForm(SuccessorForm):
    """Who is to own the account, and the evidence that the owner is gone; every user of the company reads it."""

    evidence: Paragraphs | None = None
