"""Submit: the owner hands in the package once it is complete, eligible and attested (programme 1.4, 1.5, 3.1)."""

from collections.abc import Iterator
from datetime import date
from typing import Literal
from uuid import UUID

from services.intake.domain.company import documents
from services.intake.domain.company.completion import completion
from services.intake.domain.company.eligibility import NOT_ELIGIBLE, Applicant
from services.intake.domain.company.profile import carries
from services.intake.domain.company.rights import OWNER, PersonalCommand
from services.intake.domain.company.state import Company, Returned, UnderReview, Withdrawing
from shared.contracts import intake as published
from shared.contracts.catalogue import Catalogue, binding
from shared.contracts.intake import Attestation, Division, Eligibility, Profile, Reply
from shared.contracts.types import Code, TextVersion, YesNo
from shared.decider import Fact
from shared.errors import Refused, raise_first
from shared.model import Model, Moment
from shared.programme.calendar import today

ROOM = 8_192  # bytes of a package beside what the company drafts: attestation, ids, key and headers


class Submission(Model):
    """What the owner signs."""

    attests_truth: YesNo
    attestation: Attestation
    terms_version: TextVersion


class Submit(PersonalCommand):
    BY = OWNER
    kind: Literal["submit"] = "submit"
    signed: Submission


class ApplicationSubmitted(Fact):
    """`documents` are the documents that officers are now given; the divisions stand in the state."""

    kind: Literal["application_submitted"] = "application_submitted"
    number: int
    submission: int
    submitted_at: Moment
    profile: Profile
    eligibility: Eligibility
    documents: tuple[UUID, ...]
    replies: tuple[Reply, ...]
    attestation: Attestation
    terms_version: Code
    catalogue_version: Code


def submit(command: Submit, company: Company, catalogue: Catalogue, limit: int) -> tuple[ApplicationSubmitted]:
    applicant = ready(company, today(command.at), catalogue)
    _accepted(command.signed, catalogue)
    if drafted_bytes(company) > limit:
        raise Refused("package_too_large")
    again = company.application if isinstance(company.application, Returned) else None
    return (
        ApplicationSubmitted(
            number=company.applications if again else company.applications + 1,
            submission=company.submission + 1 if again else 1,
            submitted_at=command.at,
            profile=applicant.profile,
            eligibility=applicant.answers,
            documents=_given(company, catalogue),
            replies=again.replies if again else (),
            attestation=command.signed.attestation,
            terms_version=command.signed.terms_version,
            catalogue_version=catalogue.version,
        ),
    )


def ready(company: Company, day: date, catalogue: Catalogue) -> Applicant:
    """The applicant, if only the signature is missing. Raises Refused, with what is missing or stands against it."""
    raise_first(rule(company) for rule in (not_under_review, not_withdrawing, not_a_member))
    missing = completion(company, catalogue).missing
    if missing or company.eligibility is None:
        raise Refused("incomplete", details=[lack.model_dump() for lack in missing])
    applicant = Applicant(
        company.profile.completed(), company.eligibility, day, carries(company.profile.lines_of_business, catalogue)
    )
    if against := [{"where": "eligibility", "code": code} for code, stops in NOT_ELIGIBLE.items() if stops(applicant)]:
        raise Refused("not_eligible", details=against)
    return applicant


def not_under_review(company: Company) -> Refused | None:
    return Refused("application_open") if isinstance(company.application, UnderReview) else None


def not_withdrawing(company: Company) -> Refused | None:
    return Refused("withdrawal_pending") if isinstance(company.application, Withdrawing) else None


def not_a_member(company: Company) -> Refused | None:
    """Also not where an application was approved and the membership that follows has not been heard of."""
    approved = company.outcome is not None and company.outcome.result == "approved"
    follows = approved and (company.membership is None or company.membership.application_id != company.application_id)
    return Refused("already_member") if company.is_member or follows else None


def _accepted(signed: Submission, catalogue: Catalogue) -> None:
    if not signed.attests_truth:
        raise Refused("attestation_required", field="attests_truth")
    if signed.attestation.text_version != catalogue.attestation.version:
        raise Refused("text_version_outdated", field="attestation.text_version")
    if signed.terms_version != catalogue.terms.version:
        raise Refused("text_version_outdated", field="terms_version")


def keep_bounded(before: Company, after: Company, limit: int) -> None:
    """Raises Refused if an edit makes the draft larger than its topic could carry."""
    if (size := drafted_bytes(after)) > limit and size > drafted_bytes(before):
        raise Refused("package_too_large")


def drafted_bytes(company: Company) -> int:
    """At most how large the package would be that the company has drafted."""
    return ROOM + sum(len(part.model_dump_json().encode()) for part in _drafted(company))


def _drafted(company: Company) -> Iterator[Model]:
    yield company.profile
    yield from (company.eligibility,) if company.eligibility else ()
    yield from company.divisions
    yield from company.drafted
    yield from company.application.replies if isinstance(company.application, Returned) else ()


def _given(company: Company, catalogue: Catalogue) -> tuple[UUID, ...]:
    """The documents of the package: those of a required kind, and every one that the package names."""
    required, named = documents.required(company, catalogue), documents.named(company)
    return tuple(one.document_id for one in company.drafted if one.kind in required or one.document_id in named)


def evolve(company: Company, fact: ApplicationSubmitted) -> Company:
    begun = {"advice": (), "progress": None, "outcome": None} if fact.submission == 1 else {}
    numbers = {"applications": fact.number, "submission": fact.submission}
    filings = documents.release(company, fact.documents)
    return company.model_copy(update={**begun, **numbers, "application": UnderReview(), "documents": filings})


def package(fact: ApplicationSubmitted, company: Company, catalogue: Catalogue) -> published.ApplicationSubmitted:
    """The message, from the fact and the company as it then is."""
    return published.ApplicationSubmitted(
        company_id=company.company_id,
        application_id=company.application_id,
        submission=fact.submission,
        submitted_at=fact.submitted_at,
        profile=fact.profile,
        eligibility=fact.eligibility,
        divisions=tuple(_answered(division, catalogue) for division in company.divisions),
        documents=tuple(one for one in company.drafted if one.document_id in fact.documents),
        replies=fact.replies,
        attestation=fact.attestation,
        terms_version=fact.terms_version,
        catalogue_version=fact.catalogue_version,
    )


def _answered(division: Division, catalogue: Catalogue) -> Division:
    """A division with exactly one answer for each requirement that binds it, in the order of the catalogue."""
    given = {answer.requirement_id: answer for answer in division.answers}
    bound = binding(catalogue, division.lines_of_business)
    return division.model_copy(update={"answers": tuple(given[requirement.id] for requirement in bound)})
