"""The company's profile: registered, edited as a draft, and declared to the other services (programme 3.1)."""

from typing import Literal
from uuid import UUID

from services.intake.domain.company.rights import PersonalCommand
from services.intake.domain.company.section import Section, measured
from services.intake.domain.company.state import Company, Declared, Draft, Preparing, User
from shared.contracts import intake as published
from shared.contracts.catalogue import Catalogue
from shared.contracts.intake import Profile
from shared.contracts.types import Address, BusinessNumber, Language, LineOfBusiness, Name, YesNo
from shared.decider import Command, Fact
from shared.errors import Refused
from shared.model import Model, Moment

HOME_COUNTRIES = {"CA", "US"}


class Registration(Model):
    """What a company is registered with; the registrant becomes its account owner."""

    legal_name: Name
    business_number: BusinessNumber
    address: Address
    language: Language | None = None
    attests_signing_authority: YesNo


class RegisterCompany(Command):
    kind: Literal["register_company"] = "register_company"
    company_id: UUID
    registration: Registration


class ChangeProfile(PersonalCommand):
    kind: Literal["change_profile"] = "change_profile"
    profile: Draft


class CompanyRegistered(Fact):
    kind: Literal["company_registered"] = "company_registered"
    company_id: UUID
    profile: Draft
    owner: User
    attested_at: Moment


class ProfileChanged(Fact):
    kind: Literal["profile_changed"] = "profile_changed"
    profile: Draft


class ProfileDeclared(Fact):
    kind: Literal["profile_declared"] = "profile_declared"
    revision: int
    declared_at: Moment
    profile: Profile


ProfileFact = CompanyRegistered | ProfileChanged | ProfileDeclared


def register(command: RegisterCompany) -> tuple[CompanyRegistered]:
    registration = command.registration
    _at_home(registration.address)
    if not registration.attests_signing_authority:
        raise Refused("attestation_required", field="attests_signing_authority")
    return (
        CompanyRegistered(
            company_id=command.company_id,
            profile=Draft.model_validate(registration.model_dump(exclude={"attests_signing_authority"})),
            owner=User(subject=command.actor.subject, role="account_owner"),
            attested_at=command.at,
        ),
    )


def change(command: ChangeProfile, company: Company, catalogue: Catalogue) -> tuple[ProfileChanged, ...]:
    draft = command.profile
    if draft == company.profile:
        return ()
    _at_home(draft.address)
    if company.applications and draft.business_number != company.profile.business_number:
        raise Refused("business_number_fixed", field="business_number")
    if draft.courier and not carries(draft.lines_of_business, catalogue):
        raise Refused("courier_not_a_carrier", field="courier")
    return (ProfileChanged(profile=draft),)


def declare(company: Company, at: Moment, *, submitting: bool, catalogue: Catalogue) -> tuple[ProfileDeclared, ...]:
    """A complete, changed profile flows with a submission, or at once for a member that is not under review."""
    flows = submitting or (company.is_member and isinstance(company.application, Preparing))
    if not flows or section(company.profile, catalogue).missing:
        return ()
    known, profile = company.declared, company.profile.completed()
    if known and known.profile == profile:
        return ()
    return (ProfileDeclared(revision=known.revision + 1 if known else 1, declared_at=at, profile=profile),)


def section(draft: Draft, catalogue: Catalogue) -> Section:
    """The company profile (programme 1.4)."""
    required = [
        "legal_name",
        "business_number",
        "address",
        "contact",
        "lines_of_business",
        "headquarters_country",
        "language",
    ]
    if carries(draft.lines_of_business, catalogue):
        required.append("carrier_code")
    return measured((f"profile/{field}", None if getattr(draft, field) else "field_required") for field in required)


def carries(lines: tuple[LineOfBusiness, ...], catalogue: Catalogue) -> bool:
    """Whether one of the lines is a carrier's."""
    return any(line.carrier for line in catalogue.lines_of_business if line.id in lines)


def _at_home(address: Address) -> None:
    if address.country not in HOME_COUNTRIES:
        raise Refused("country_not_eligible", field="address.country")


def registered(fact: CompanyRegistered) -> Company:
    return Company(company_id=fact.company_id, attested_at=fact.attested_at, profile=fact.profile, users=(fact.owner,))


def evolve(company: Company, fact: ProfileChanged | ProfileDeclared) -> Company:
    if isinstance(fact, ProfileChanged):
        return company.model_copy(update={"profile": fact.profile})
    return company.model_copy(update={"declared": Declared(revision=fact.revision, profile=fact.profile)})


def updated(fact: ProfileDeclared, company: Company) -> published.CompanyProfileUpdated:
    return published.CompanyProfileUpdated(
        company_id=company.company_id, revision=fact.revision, declared_at=fact.declared_at, profile=fact.profile
    )
