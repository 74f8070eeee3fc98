"""The company's profile: registered, edited as a draft, and declared to the other services (programme 3.1)."""

from collections.abc import Iterator
from typing import Literal
from uuid import UUID

from services.intake.domain.company.announcing import ANNOUNCED
from services.intake.domain.company.rights import DraftingCommand
from services.intake.domain.company.section import Item, Section, measured
from services.intake.domain.company.state import (
    Company,
    Draft,
    Numbers,
    Particulars,
    Preparing,
    ProfileRevision,
    User,
)
from services.intake.domain.company.users import Person
from shared.contracts import intake as published
from shared.contracts.intake import Contact, Profile
from shared.contracts.types import MODES, Address, BusinessNumber, Language, Name, RmAccount, YesNo
from shared.decider import Command, Fact, Refusals
from shared.errors import Refused
from shared.model import Model, Moment

HOME_COUNTRIES = {"CA", "US"}


class Registration(Model):
    """What a company is registered with; the registrant becomes its account owner."""

    legal_name: Name
    business_number: BusinessNumber
    rm_account: RmAccount | None = None
    address: Address
    language: Language | None = None
    owner: Person
    attests_signing_authority: YesNo


class RegisterCompany(Command):
    kind: Literal["register_company"] = "register_company"
    company_id: UUID
    registration: Registration


class ChangeProfile(DraftingCommand):
    kind: Literal["change_profile"] = "change_profile"
    profile: Draft


class ChangeParticulars(DraftingCommand):
    kind: Literal["change_particulars"] = "change_particulars"
    particulars: Particulars


class ChangeNumbers(DraftingCommand):
    kind: Literal["change_numbers"] = "change_numbers"
    numbers: Numbers


class ChangeContact(DraftingCommand):
    kind: Literal["change_contact"] = "change_contact"
    contact: Contact


class CompanyRegistered(Fact):
    v: int = 3
    kind: Literal["company_registered"] = "company_registered"
    company_id: UUID
    profile: Draft
    owner: User
    attested_at: Moment
    announced: int


class ProfileChanged(Fact):
    v: int = 2
    kind: Literal["profile_changed"] = "profile_changed"
    profile: Draft


class ProfileDeclared(Fact):
    v: int = 2
    kind: Literal["profile_declared"] = "profile_declared"
    revision: int
    declared_at: Moment
    profile: Profile


ProfileCommand = ChangeProfile | ChangeParticulars | ChangeNumbers | ChangeContact
ProfileFact = CompanyRegistered | ProfileChanged | ProfileDeclared
REFUSES: Refusals = {
    RegisterCompany: ("attestation_required", "country_not_eligible"),
    ChangeProfile: ("business_number_fixed", "country_not_eligible", "courier_not_a_carrier"),
    ChangeParticulars: ("country_not_eligible", "courier_not_a_carrier"),
    ChangeNumbers: ("business_number_fixed",),
}


def register(command: RegisterCompany) -> tuple[CompanyRegistered]:
    registration = command.registration
    _at_home(registration.address)
    if not registration.attests_signing_authority:
        raise Refused("attestation_required", field="attests_signing_authority")
    return (
        CompanyRegistered(
            company_id=command.company_id,
            profile=Draft.model_validate(registration.model_dump(exclude={"owner", "attests_signing_authority"})),
            owner=User(subject=command.actor.subject, role="account_owner", **dict(registration.owner)),
            attested_at=command.at,
            announced=ANNOUNCED,
        ),
    )


def change(command: ProfileCommand, company: Company) -> tuple[ProfileChanged, ...]:
    """Replaces the working profile, or the part of it that a command carries."""
    draft = _changed(company.profile, command)
    if draft == company.profile:
        return ()
    _at_home(draft.address)
    if company.applications and draft.business_number != company.profile.business_number:
        raise Refused("business_number_fixed", field="business_number")
    if draft.courier and MODES.keys().isdisjoint(draft.lines_of_business):
        raise Refused("courier_not_a_carrier", field="courier")
    return (ProfileChanged(profile=draft),)


def _changed(draft: Draft, command: ProfileCommand) -> Draft:
    match command:
        case ChangeProfile(profile=profile):
            return profile
        case ChangeParticulars(particulars=particulars):
            return draft.model_copy(update=dict(particulars))
        case ChangeNumbers(numbers=numbers):
            return draft.model_copy(update=dict(numbers))
        case ChangeContact(contact=contact):
            return draft.model_copy(update={"contact": contact})


def declare(company: Company, at: Moment, *, submitting: bool) -> tuple[ProfileDeclared, ...]:
    """A complete, changed profile flows with a submission, or at once for a member that is not under review."""
    flows = submitting or (company.is_member and isinstance(company.application, Preparing))
    if not flows or section(company.profile).missing:
        return ()
    known, profile = company.declared, company.profile.completed()
    if known and known.profile == profile:
        return ()
    return (ProfileDeclared(revision=known.revision + 1 if known else 1, declared_at=at, profile=profile),)


def section(draft: Draft) -> Section:
    """The company profile (programme 1.4)."""
    required = (
        "legal_name",
        "business_number",
        "address",
        "contact",
        "lines_of_business",
        "headquarters_country",
        "language",
    )
    fields = ((f"profile/{field}", None if getattr(draft, field) else "field_required") for field in required)
    return measured((*fields, *_carrier_codes(draft)))


def _carrier_codes(draft: Draft) -> Iterator[Item]:
    """A code for the mode of every carrier's line, and of every code whether it is bonded."""
    given = draft.carrier_codes.by_mode
    for mode in {**{MODES[line]: None for line in draft.lines_of_business if line in MODES}, **dict.fromkeys(given)}:
        known = mode in given and given[mode].bonded is not None
        yield f"profile/carrier_codes/{mode}", None if known else "field_required"


def _at_home(address: Address) -> None:
    if address.country not in HOME_COUNTRIES:
        raise Refused("country_not_eligible", field="address.country")


def registered(fact: CompanyRegistered) -> Company:
    return Company(
        company_id=fact.company_id,
        attested_at=fact.attested_at,
        profile=fact.profile,
        users=(fact.owner,),
        announced=fact.announced,
    )


def evolve(company: Company, fact: ProfileChanged | ProfileDeclared) -> Company:
    if isinstance(fact, ProfileChanged):
        return company.model_copy(update={"profile": fact.profile})
    return company.model_copy(update={"declared": ProfileRevision(revision=fact.revision, profile=fact.profile)})


def message(fact: ProfileDeclared, company: Company) -> published.CompanyProfileUpdated:
    return published.CompanyProfileUpdated(
        company_id=company.company_id, revision=fact.revision, declared_at=fact.declared_at, profile=fact.profile
    )
