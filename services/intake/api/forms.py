"""What a company's people, and officers who recover an account, fill in (programme 9)."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Discriminator, EmailStr, Field, Tag, model_validator

from services.intake.domain.company.users import AddedRole
from shared.contracts.catalogue import AnswerKind
from shared.contracts.types import CarrierCodes, Count, Language, LineOfBusiness, RmAccount, TextVersion, YesNo
from shared.errors import RefusedWith
from shared.programme.forms import Chosen, Declared, Form
from shared.programme.forms.addresses import AddressForm, Country
from shared.programme.forms.days import PastDay
from shared.programme.forms.numbers import BusinessNumber, PersonReference, rm_account
from shared.programme.forms.telephones import Telephone
from shared.programme.forms.texts import OneLine, Paragraphs

Attested = Annotated[YesNo, Declared("attestation_required")]

# --- the company ----------------------------------------------------------------------------------


class PersonForm(Form):
    """What a person is called, and where the person is written to."""

    family_name: Annotated[OneLine, Field(examples=["Roy"])]
    email: EmailStr


class NumberedForm(Form):
    """A business number, and the program account under it, which may also be typed after the number (programme 9.1)."""

    business_number: BusinessNumber
    rm_account: RmAccount | None = None

    @model_validator(mode="before")
    @classmethod
    def account_typed_with_the_number(cls, given: Any) -> Any:
        """Keeps an account that is typed after the business number, unless one is given apart."""
        typed = str(given.get("business_number")) if isinstance(given, dict) else ""
        return {"rm_account": rm_account(typed), **given} if rm_account(typed) else given


class RegistrationForm(NumberedForm):
    """What a company is registered with; the registrant becomes its account owner."""

    legal_name: OneLine
    address: AddressForm
    language: Language | None = None
    owner: PersonForm
    attests_signing_authority: Attested


class PrimaryContactForm(Form):
    """The primary contact, whole."""

    name: Annotated[OneLine, Field(examples=["Sam Roy"])]
    title: Annotated[OneLine, Field(examples=["Director of security"])]
    email: EmailStr
    phone: Telephone


class ContactForm(PrimaryContactForm):
    """The primary contact within a profile, which is saved without it as long as it lacks something."""

    @model_validator(mode="before")
    @classmethod
    def whole(cls, given: Any) -> Any:
        """Raises ValueError("contact_incomplete")."""
        if isinstance(given, dict) and not all(given.get(name) for name in cls.model_fields):
            raise ValueError("contact_incomplete")
        return given


class NumbersForm(NumberedForm):
    """The numbers by which authorities know the company."""

    carrier_codes: CarrierCodes = CarrierCodes()


class ParticularsForm(Form):
    """What the company is, without its numbers and its contact."""

    legal_name: OneLine
    operating_name: OneLine | None = None
    courier: YesNo = False
    address: AddressForm
    headquarters_country: Country | None = None
    lines_of_business: Annotated[tuple[LineOfBusiness, ...], Field(max_length=10)] = ()
    language: Language | None = None


class ProfileForm(NumbersForm, ParticularsForm):
    """The working profile: what was given at registration, and the rest as far as it is filled in."""

    contact: Annotated[ContactForm | None, RefusedWith("contact_incomplete")] = None


def kind_of(value: object) -> AnswerKind | None:
    """Which kind of answer is given, by its type in JSON."""
    match value:
        case bool():
            return "yes_no"
        case int():
            return "count"
        case str() | date():
            return "day"
        case list() | tuple():
            return "countries"
    return None


class AnswerForm(Form):
    """The answer to a question about the company, and an explanation, which an adverse answer needs (programme 1.5)."""

    value: Annotated[
        Annotated[YesNo, Tag("yes_no")]
        | Annotated[Count, Field(ge=0, le=10_000_000, examples=[240]), Tag("count")]
        | Annotated[PastDay, Tag("day")]
        | Annotated[tuple[Country, ...], Field(max_length=50), Tag("countries")],
        Discriminator(kind_of),
    ]
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
    """Who declares something true, under which text."""

    name: Annotated[OneLine, Field(examples=["Sam Roy"])]
    title: Annotated[OneLine, Field(examples=["Director of security"])]
    text_version: TextVersion
    language: Language


class ConsentAttestationForm(AttestationForm):
    """The owner's signature under the consent; name and title stay inside."""

    attests: Attested


class SubmissionForm(Form):
    """What the owner signs."""

    attests_truth: Attested
    attestation: AttestationForm
    terms_version: TextVersion


# --- people ---------------------------------------------------------------------------------------


class UserForm(PersonForm):
    """A person, known by the reference number (URN) that the portal shows to that person."""

    urn: PersonReference
    role: AddedRole


class RoleForm(Form):
    role: AddedRole


class SuccessorForm(Form):
    """A user of the company, by the reference number (URN) that the portal shows to that person."""

    urn: Annotated[PersonReference, Chosen()]


class RecoveryForm(SuccessorForm):
    """Who is to own the account, and the evidence that the owner is gone; every user of the company reads it."""

    evidence: Paragraphs | None = None
