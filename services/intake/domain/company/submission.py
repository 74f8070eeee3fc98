"""Submit: the owner hands in the package once it is complete, eligible and attested (programme 1.4, 1.5, 3.1)."""

from collections.abc import Iterator
from datetime import date
from typing import Literal
from uuid import UUID

from services.intake.domain.company import documents
from services.intake.domain.company.completion import Completion, completion
from services.intake.domain.company.eligibility import Applicant, against, answered
from services.intake.domain.company.rights import OWNER, PersonalCommand
from services.intake.domain.company.state import Company, Returned, UnderReview, Withdrawing
from shared.contracts import intake as published
from shared.contracts.catalogue import Catalogue, binding
from shared.contracts.intake import Attestation, Division, EligibilityAnswer, Profile, Reply
from shared.contracts.types import Code, TextVersion, YesNo
from shared.decider import Fact, Refusals
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

    v: int = 2
    kind: Literal["application_submitted"] = "application_submitted"
    number: int
    submission: int
    submitted_at: Moment
    profile: Profile
    eligibility: tuple[EligibilityAnswer, ...]
    documents: tuple[UUID, ...]
    replies: tuple[Reply, ...]
    attestation: Attestation
    terms_version: Code
    catalogue_version: Code


REFUSES: Refusals = {
    Submit: (
        "already_member",
        "application_open",
        "attestation_required",
        "incomplete",
        "not_eligible",
        "package_too_large",
        "text_version_outdated",
        "withdrawal_pending",
    )
}


def submit(command: Submit, company: Company, catalogue: Catalogue, limit: int) -> tuple[ApplicationSubmitted]:
    day = today(command.at)
    applicant = ready(company, completion(company, catalogue, day), day, catalogue)
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
            documents=documents.given(company, catalogue, applicant.day),
            replies=again.replies if again else (),
            attestation=command.signed.attestation,
            terms_version=command.signed.terms_version,
            catalogue_version=catalogue.version,
        ),
    )


def ready(company: Company, done: Completion, day: date, catalogue: Catalogue) -> Applicant:
    """The applicant, if only the signature is missing. Raises Refused, with what is missing or stands against it.

    `done`: how complete the application is on this day.
    """
    raise_first(rule(company) for rule in (not_under_review, not_withdrawing, not_a_member))
    if done.missing:
        raise Refused("incomplete", details=[lack.model_dump() for lack in done.missing])
    applicant = Applicant(company.profile.completed(), answered(company, catalogue), day)
    if standing := against(applicant):
        raise Refused("not_eligible", details=[lack.model_dump() for lack in standing])
    return applicant


def not_under_review(company: Company) -> Refused | None:
    return Refused("application_open") if isinstance(company.application, UnderReview) else None


def not_withdrawing(company: Company) -> Refused | None:
    return Refused("withdrawal_pending") if isinstance(company.application, Withdrawing) else None


def not_a_member(company: Company) -> Refused | None:
    """Refuses a member, and a company whose approval has not yet become a membership here."""
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
    """Raises Refused("package_too_large") if an edit makes the draft larger than its topic can carry."""
    if (size := drafted_bytes(after)) > limit and size > drafted_bytes(before):
        raise Refused("package_too_large")


def drafted_bytes(company: Company) -> int:
    """The size that the drafted package has at most."""
    return ROOM + sum(len(part.model_dump_json().encode()) for part in _drafted(company))


def _drafted(company: Company) -> Iterator[Model]:
    yield company.profile
    yield from company.eligibility
    yield from company.divisions
    yield from company.drafted
    yield from company.application.replies if isinstance(company.application, Returned) else ()


def evolve(company: Company, fact: ApplicationSubmitted) -> Company:
    begun = {"advice": (), "progress": None, "outcome": None} if fact.submission == 1 else {}
    numbers = {"applications": fact.number, "submission": fact.submission}
    filings = documents.release(company, fact.documents)
    return company.model_copy(update={**begun, **numbers, "application": UnderReview(), "documents": filings})


def package(fact: ApplicationSubmitted, company: Company, catalogue: Catalogue) -> published.ApplicationSubmitted:
    """The message of a submission, from its fact and the company as it then is."""
    return published.ApplicationSubmitted(
        company_id=company.company_id,
        application_id=company.application_id,
        submission=fact.submission,
        submitted_at=fact.submitted_at,
        profile=fact.profile,
        eligibility=fact.eligibility,
        divisions=tuple(answered_in_full(division, catalogue) for division in company.divisions),
        documents=tuple(document for document in company.drafted if document.document_id in fact.documents),
        replies=fact.replies,
        attestation=fact.attestation,
        terms_version=fact.terms_version,
        catalogue_version=fact.catalogue_version,
    )


def answered_in_full(division: Division, catalogue: Catalogue) -> Division:
    """A division with exactly one answer for each requirement that binds it, in the order of the catalogue."""
    given = {answer.requirement_id: answer for answer in division.answers}
    bound = binding(catalogue, division.lines_of_business)
    return division.model_copy(update={"answers": tuple(given[requirement.id] for requirement in bound)})
