"""The dashboard: the company on one page, for each of its people."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.intake import catalogue as texts
from services.intake.catalogue import Notice, Texts
from services.intake.domain.company import Company
from services.intake.domain.company.banners import banners
from services.intake.domain.company.completion import Completion, completion
from services.intake.domain.company.consents import inherited
from services.intake.domain.company.rights import role_of
from services.intake.domain.company.section import Missing, Section
from services.intake.domain.company.state import Consent, Offer, Recovery, Returned
from services.intake.domain.company.submission import ready
from services.intake.views.application import (
    MembershipView,
    OutcomeView,
    ProgressView,
    Questions,
    membership_of,
    outcome_of,
    progress_of,
    questions_of,
)
from services.intake.views.programme import current
from shared.contracts.catalogue import Catalogue, load
from shared.contracts.catalogue import Section as SectionName
from shared.contracts.types import Administration, Code, CompanyRole, Name
from shared.errors import Refused
from shared.i18n import Text
from shared.model import Model


class Lack(Missing):
    """What is missing or stands against submitting, where, and the sentence for it."""

    text: Text


class SectionView(Model):
    """How complete one part is; at 100 percent nothing is missing."""

    name: SectionName
    title: Text
    percent: Annotated[int, Field(ge=0, le=100)]
    missing: tuple[Lack, ...]


class Banner(Model):
    """What deserves attention today."""

    code: Code
    text: Text


class Dashboard(Model):
    """The company on one page.

    `against`: answers and lines that bar an application; `can_submit`: the owner sees the button;
    `inherited_consents`: those in force that another than the present owner has signed.
    """

    company_id: UUID
    legal_name: Name
    role: CompanyRole
    status: Literal["preparing", "under_review", "returned", "withdrawing"]
    sections: tuple[SectionView, ...]
    documents: SectionView
    against: tuple[Lack, ...]
    can_submit: bool
    course: ProgressView | None
    questions: Questions | None
    outcome: OutcomeView | None
    membership: MembershipView | None
    consents: tuple[Administration, ...]
    inherited_consents: tuple[Consent, ...]
    offer: Offer | None
    recovery: Recovery | None
    banners: tuple[Banner, ...]
    notices: tuple[Notice, ...]


class ReferenceData(Model):
    """The catalogue and the texts of the dashboard."""

    catalogue: Catalogue
    lacks: Texts
    banners: Texts
    notices: tuple[Notice, ...]


def reference_data() -> ReferenceData:
    """That of this release."""
    return ReferenceData(catalogue=load(), lacks=texts.lacks(), banners=texts.banners(), notices=texts.notices())


def dashboard(company: Company, subject: str, today: date, reference: ReferenceData) -> Dashboard:
    done, labels = completion(company, reference.catalogue, today), reference.catalogue.labels
    sections = {name: _section(name, getattr(done, name), reference) for name in labels.sections}
    role = role_of(subject, company)
    refused = _stands_against(company, done, today, reference.catalogue)
    return Dashboard(
        company_id=company.company_id,
        legal_name=company.profile.legal_name,
        role=role,
        status=company.application.status,
        documents=sections.pop("documents"),
        sections=tuple(sections.values()),
        against=_lacks(map(Missing.model_validate, refused.details), reference)
        if refused and refused.code == "not_eligible"
        else (),
        can_submit=refused is None and role == "account_owner",
        course=company.progress and progress_of(company, company.progress, today, labels),
        questions=questions_of(company.application) if isinstance(company.application, Returned) else None,
        outcome=company.outcome and outcome_of(company.outcome, labels),
        membership=company.membership and membership_of(company, company.membership, reference.catalogue),
        consents=tuple(consent.administration for consent in company.consents),
        inherited_consents=inherited(company),
        offer=company.offer,
        recovery=company.recovery,
        banners=tuple(Banner(code=code, text=reference.banners[code]) for code in banners(company, today)),
        notices=current(reference.notices, today),
    )


def _stands_against(company: Company, done: Completion, today: date, catalogue: Catalogue) -> Refused | None:
    try:
        ready(company, done, today, catalogue)
    except Refused as refused:
        return refused
    return None


def _section(name: SectionName, section: Section, reference: ReferenceData) -> SectionView:
    return SectionView(
        name=name,
        title=reference.catalogue.labels.sections[name],
        percent=section.percent,
        missing=_lacks(section.missing, reference),
    )


def _lacks(missing: Iterable[Missing], reference: ReferenceData) -> tuple[Lack, ...]:
    return tuple(Lack(where=lack.where, code=lack.code, text=reference.lacks[lack.code]) for lack in missing)
