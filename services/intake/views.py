"""What people see of a company; the only file that knows which stored fields are read."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.intake.catalogue import Lacks, Notice
from services.intake.domain import company as domain
from services.intake.domain.company import Company
from services.intake.domain.company.completion import completion
from services.intake.domain.company.section import Missing, Section
from services.intake.domain.company.state import Consent, Draft, Filing, Outcome, Progress, User
from services.intake.domain.company.submission import ready
from shared.calendar import due_on, elapsed
from shared.contracts import catalogue as reference
from shared.contracts.mra_exchange import PartnerRecord, partner_record
from shared.contracts.review import MembershipEvent, VisitSummary
from shared.contracts.types import Address, Administration, Clock, Code, CompanyRole, Division, Document, Eligibility, Language, Name, Stage
from shared.decider import Model, Moment
from shared.errors import Detail, Refused
from shared.handling import Aggregate
from shared.i18n import Text, pick

Companies = Aggregate[domain.Asked, domain.State, domain.Happened]
MOST_COMPANIES = 100

# --- whose company --------------------------------------------------------------------------------


class CompanyRow(Model):
    """A company for which a person acts, and in which role."""

    company_id: UUID
    legal_name: Name
    role: CompanyRole


class Me(Model):
    """The caller: the reference number (URN) by which a company adds this person as a user, and the companies that have."""

    urn: Name
    companies: tuple[CompanyRow, ...]


async def me(companies: Companies, subject: str) -> Me:
    found = [one.state for one in await companies.find({"state.users.subject": subject}, limit=MOST_COMPANIES)]
    return Me(urn=subject, companies=tuple(_row(company, subject) for company in found if isinstance(company, Company)))


def _row(company: Company, subject: str) -> CompanyRow:
    return CompanyRow(company_id=company.company_id, legal_name=company.profile.legal_name, role=role_of(company, subject))


def role_of(company: Company, subject: str) -> CompanyRole:
    """Raises Refused("not_found") for strangers."""
    if role := company.role_of(subject):
        return role
    raise Refused("not_found")


async def company_of(companies: Companies, company_id: UUID, subject: str) -> tuple[Company, int]:
    """The company as one of its people reads it, and its sequence. Raises Refused("not_found")."""
    snapshot = await companies.read(str(company_id))
    if not isinstance(snapshot.state, Company):
        raise Refused("not_found")
    role_of(snapshot.state, subject)
    return snapshot.state, snapshot.sequence


async def filing_of(companies: Companies, document_id: UUID) -> tuple[Company, Filing]:
    """A document and the company that filed it. Raises Refused("not_found")."""
    for one in await companies.find({"state.documents.document.document_id": str(document_id)}, limit=1):
        if isinstance(one.state, Company) and (filing := one.state.filing(document_id)):
            return one.state, filing
    raise Refused("not_found")


# --- what it prepares -----------------------------------------------------------------------------


class DocumentView(Document):
    """A document; a released one can no longer be deleted."""

    released: bool


class CompanyView(Model):
    """Everything that the company prepares, as it stands."""

    company_id: UUID
    profile: Draft
    users: tuple[User, ...]
    unused_roles: tuple[CompanyRole, ...]
    eligibility: Eligibility | None
    divisions: tuple[Division, ...]
    documents: tuple[DocumentView, ...]


def company_view(company: Company) -> CompanyView:
    return CompanyView(
        company_id=company.company_id,
        profile=company.profile,
        users=company.users,
        unused_roles=company.unused_roles,
        eligibility=company.eligibility,
        divisions=company.divisions,
        documents=tuple(DocumentView(**dict(one.document), released=one.released) for one in company.documents if not one.hidden),
    )


# --- the dashboard --------------------------------------------------------------------------------


class Lack(Missing):
    """What is missing or stands against submitting, where, and in words."""

    text: Text


class SectionView(Model):
    """How complete one part is; at 100 percent nothing is missing."""

    name: reference.Section
    title: Text
    percent: Annotated[int, Field(ge=0, le=100)]
    missing: tuple[Lack, ...]


class Course(Model):
    """Where the application is, since when, and the service standard: business days that have counted, and when it is used up."""

    stage: Stage
    title: Text
    since: Moment
    clock: Clock
    elapsed: int
    due_on: date | None
    visits: tuple[VisitSummary, ...]


class Dashboard(Model):
    """The company on one page. `against` are the answers for which it may not apply; `can_submit` shows the button to the owner."""

    company_id: UUID
    legal_name: Name
    role: CompanyRole
    status: Literal["preparing", "under_review", "returned", "withdrawing"]
    sections: tuple[SectionView, ...]
    documents: SectionView
    against: tuple[Lack, ...]
    can_submit: bool
    course: Course | None
    outcome: Outcome | None
    membership: MembershipEvent | None
    consents: tuple[Administration, ...]
    notices: tuple[Notice, ...]


class Words(Model):
    """The reference data in which a dashboard is written."""

    catalogue: reference.Catalogue
    lacks: Lacks
    notices: tuple[Notice, ...]


def dashboard(company: Company, subject: str, today: date, words: Words) -> Dashboard:
    done = completion(company, words.catalogue)
    sections = {name: _section(name, getattr(done, name), words) for name in words.catalogue.labels.sections}
    role = role_of(company, subject)
    refused = _stands_against(company, today, words.catalogue)
    return Dashboard(
        company_id=company.company_id,
        legal_name=company.profile.legal_name,
        role=role,
        status=company.application.status,
        documents=sections.pop("documents"),
        sections=tuple(sections.values()),
        against=_lacks(refused.details, words) if refused and refused.code == "not_eligible" else (),
        can_submit=refused is None and role == "account_owner",
        course=company.progress and _course(company.progress, today, words.catalogue),
        outcome=company.outcome,
        membership=company.membership,
        consents=tuple(consent.administration for consent in company.consents),
        notices=current(words.notices, today),
    )


def _stands_against(company: Company, today: date, catalogue: reference.Catalogue) -> Refused | None:
    try:
        ready(company, today, catalogue)
    except Refused as refused:
        return refused
    return None


def _section(name: reference.Section, section: Section, words: Words) -> SectionView:
    missing = _lacks([lack.model_dump() for lack in section.missing], words)
    return SectionView(name=name, title=words.catalogue.labels.sections[name], percent=section.percent, missing=missing)


def _lacks(details: Iterable[Detail], words: Words) -> tuple[Lack, ...]:
    return tuple(Lack(where=detail["where"], code=detail["code"], text=words.lacks[detail["code"]]) for detail in details)


def _course(progress: Progress, today: date, catalogue: reference.Catalogue) -> Course:
    clock = progress.clock
    return Course(**dict(progress), title=catalogue.labels.stages[progress.stage], elapsed=elapsed(clock, today), due_on=due_on(clock))


def current(notices: tuple[Notice, ...], today: date) -> tuple[Notice, ...]:
    """The notices that stand today."""
    return tuple(notice for notice in notices if notice.since <= today and (notice.until is None or today < notice.until))


# --- consent --------------------------------------------------------------------------------------


class AwaitingActivation(Model):
    """What is already known of the record; status, dates and number follow when the membership begins."""

    name: Name
    address: Address


class Signed(Model):
    """The text to be signed, in the reader's language."""

    version: Code
    language: Language
    title: str
    text: str


class Choice(Model):
    """One customs administration, and the company's consent to inform it."""

    administration: Administration
    name: Text
    programme: str
    in_force: bool
    consent: Consent | None


class Consents(Model):
    """The administrations to choose from, the text of consent, and exactly what each would be sent."""

    text: Signed
    elements: Mapping[str, Text]
    preview: PartnerRecord | AwaitingActivation
    choices: tuple[Choice, ...]


def consents(company: Company, today: date, language: Language, catalogue: reference.Catalogue) -> Consents:
    """Every administration whose arrangement is in force today, and those with a consent still on file."""
    form, given = catalogue.consent, {consent.administration: consent for consent in company.consents}
    in_force = reference.in_force(catalogue, today)
    return Consents(
        text=Signed(version=form.version, language=language, title=pick(form.title, language), text=pick(form.text, language)),
        elements=catalogue.labels.elements,
        preview=_preview(company),
        choices=tuple(
            Choice(
                administration=one.code, name=one.name, programme=one.programme, in_force=one.code in in_force, consent=given.get(one.code)
            )
            for one in catalogue.administrations
            if one.code in in_force or one.code in given
        ),
    )


def _preview(company: Company) -> PartnerRecord | AwaitingActivation:
    if company.is_member and company.membership and company.declared:
        return partner_record(company.declared.profile.legal_name, company.declared.profile.address, company.membership)
    return AwaitingActivation(name=company.profile.legal_name, address=company.profile.address)


# --- what everybody may read ----------------------------------------------------------------------


class ServiceStandard(Model):
    """In how many business days an application is decided, and the notices that stand today."""

    standard_days: int
    notices: tuple[Notice, ...]
