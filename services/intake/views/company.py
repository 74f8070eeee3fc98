"""Whose company it is, and what it prepares, as its people see it."""

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.intake.domain import company as domain
from services.intake.domain.company import Company
from services.intake.domain.company.announcing import ANNOUNCED
from services.intake.domain.company.rights import EDITORS, may_open, role_of
from services.intake.domain.company.state import Draft, Filing, User
from shared.contracts.intake import Division, Document, EligibilityAnswer
from shared.contracts.types import CompanyRole, Name
from shared.errors import Refused
from shared.handling import Aggregate
from shared.model import Model
from shared.store.paging import Cursor

Companies = Aggregate[domain.CompanyCommand, domain.State, domain.CompanyFact]

_USER = "state.users.subject"
_DOCUMENT = "state.documents.document.document_id"
TAKEN = "business_number_taken"
_NUMBER = "state.profile.business_number"
UNIQUE = ((_NUMBER, TAKEN), (_DOCUMENT, "key_reused"))
_ANNOUNCED = "state.announced"
UNANNOUNCED = {_ANNOUNCED: {"$in": [None, *range(ANNOUNCED)]}, "state.status": "registered"}
INDEXES = (_USER, _DOCUMENT, _ANNOUNCED)
NOT_TO_OPEN = ("document_ambiguous", "not_found")

# --- whose company --------------------------------------------------------------------------------


class CompanyRow(Model):
    """A company for which a person acts, and in which role."""

    company_id: UUID
    legal_name: Name
    role: CompanyRole


class Filter(Model):
    """How many rows, and after which cursor."""

    limit: Annotated[int, Field(ge=1, le=100)] = 50
    after: Cursor | None = None


class Me(Model):
    """The caller: the reference number (URN) by which a company adds this person, and one page of those that have."""

    urn: Name
    companies: tuple[CompanyRow, ...]
    next: str | None


async def me(companies: Companies, subject: str, criteria: Filter) -> Me:
    """The companies of a person, in order of their ids. Raises Refused("malformed") for a foreign cursor."""
    page = await companies.page({_USER: subject}, limit=criteria.limit, after=criteria.after)
    rows = tuple(_row(snapshot.state, subject) for snapshot in page.snapshots if isinstance(snapshot.state, Company))
    return Me(urn=subject, companies=rows, next=page.next)


def _row(company: Company, subject: str) -> CompanyRow:
    return CompanyRow(
        company_id=company.company_id, legal_name=company.profile.legal_name, role=role_of(subject, company)
    )


async def company_of(companies: Companies, company_id: UUID, subject: str) -> tuple[Company, int]:
    """The company as one of its people reads it, and its sequence. Raises Refused("not_found")."""
    snapshot = await companies.read(str(company_id))
    if not isinstance(snapshot.state, Company):
        raise Refused("not_found")
    role_of(subject, snapshot.state)
    return snapshot.state, snapshot.sequence


def may_edit(company: Company, subject: str) -> bool:
    """Whether a person's role is one of those that change what the company prepares."""
    return company.role_of(subject) in EDITORS


async def acts_for(companies: Companies, subject: str, business_number: str) -> bool:
    """Whether a person is a user of the company with this business number."""
    return bool(await companies.find({_USER: subject, _NUMBER: business_number}, limit=1))


async def filing_of(
    companies: Companies, document_id: UUID, subject: str, roles: frozenset[str]
) -> tuple[Company, Filing]:
    """A document that a person may open, and the company that filed it. Raises Refused with a code of NOT_TO_OPEN.

    Of documents that were stored under one id by an earlier release, none is taken for another.
    """
    filed = [
        (snapshot.state, filing)
        for snapshot in await companies.find({_DOCUMENT: str(document_id)})
        if isinstance(snapshot.state, Company) and (filing := snapshot.state.filing(document_id))
    ]
    opened = [(company, filing) for company, filing in filed if may_open(company, filing, subject, roles)]
    if len(opened) > 1:
        raise Refused("document_ambiguous")
    if not opened:
        raise Refused("not_found")
    return opened[0]


# --- what it prepares -----------------------------------------------------------------------------


class DocumentView(Document):
    """A document; a released one can no longer be deleted, an outdated one is to be filed anew by a new owner.

    `same_as`: the first one that has the same bytes, where that is another.
    """

    released: bool
    outdated: bool
    same_as: UUID | None


class CompanyView(Model):
    """Everything that the company prepares, as it stands."""

    company_id: UUID
    profile: Draft
    users: tuple[User, ...]
    unused_roles: tuple[CompanyRole, ...]
    eligibility: tuple[EligibilityAnswer, ...]
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
        documents=tuple(_documents(company)),
    )


def _documents(company: Company) -> Iterator[DocumentView]:
    first: dict[str, UUID] = {}
    for filing in company.documents:
        document = filing.document
        if not filing.hidden:
            yield DocumentView(
                **dict(document),
                released=filing.released,
                outdated=filing.outdated,
                same_as=first.get(document.sha256),
            )
            first.setdefault(document.sha256, document.document_id)
