"""What a company is about to submit, and every package as it was submitted: read from the journal alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from services.intake.domain.company import Company
from services.intake.domain.company import documents as filed
from services.intake.domain.company.completion import completion
from services.intake.domain.company.course import ReturnReceived
from services.intake.domain.company.state import Returned
from services.intake.domain.company.submission import ApplicationSubmitted, answered_in_full, ready
from services.intake.views.company import Companies
from shared.contracts import intake as published
from shared.contracts.application_id import application_id
from shared.contracts.catalogue import Catalogue
from shared.contracts.envelope import name_and_version
from shared.contracts.intake import Division, Document, EligibilityAnswer, Profile, Reply
from shared.contracts.types import FreeText, Name
from shared.errors import Refused
from shared.model import Model, Moment
from shared.store.journal import Entry, Journal


class Prepared(Model):
    """A package before it is signed."""

    profile: Profile
    eligibility: tuple[EligibilityAnswer, ...]
    divisions: tuple[Division, ...]
    documents: tuple[Document, ...]
    replies: tuple[Reply, ...]


def prepared(company: Company, day: date, catalogue: Catalogue) -> Prepared:
    """What the owner would submit today. Raises Refused, with what is missing or stands against it."""
    applicant = ready(company, completion(company, catalogue, day), day, catalogue)
    given = filed.given(company, catalogue, day)
    return Prepared(
        profile=applicant.profile,
        eligibility=applicant.answers,
        divisions=tuple(answered_in_full(division, catalogue) for division in company.divisions),
        documents=tuple(document for document in company.drafted if document.document_id in given),
        replies=company.application.replies if isinstance(company.application, Returned) else (),
    )


class Reference(NamedTuple):
    """Which submission of which application."""

    application_id: UUID
    submission: int


class Submitted(Model):
    """One submission: the first, second, ... of an application; when it was signed, and by whom."""

    application_id: UUID
    number: int
    submission: int
    submitted_at: Moment
    name: Name
    title: Name

    @property
    def reference(self) -> Reference:
        return Reference(self.application_id, self.submission)


@dataclass(frozen=True)
class Submissions:
    """The submissions of one company, as its service has journalled them."""

    companies: Companies
    journal: Journal
    company_id: UUID

    async def newest_first(self) -> tuple[Submitted, ...]:
        """All of them. One that has just been made may lack for a moment."""
        return tuple(self._submitted(fact) for _, fact in reversed(await self._journalled()))

    async def package(self, reference: Reference) -> published.ApplicationSubmitted:
        """The package as it was published. Raises Refused("not_found")."""
        for entry, fact in await self._journalled():
            if self._submitted(fact).reference == reference:
                message = await self.journal.message_of(entry)
                _, version = name_and_version(dict(message["headers"])["ce_type"])
                return published.ApplicationSubmitted.read(message["value"], version)
        raise Refused("not_found")

    async def asked(self, replies: Sequence[Reply]) -> Mapping[UUID, FreeText]:
        """What officers had asked where there are replies, by the ids that these name."""
        if not replies:
            return {}
        decider = self.companies.decider
        entries = await self.journal.of(decider.source, str(self.company_id))
        facts = [decider.fact(entry.fact) for entry in entries if entry.fact["kind"] == "return_received"]
        returns = (fact for fact in facts if isinstance(fact, ReturnReceived))
        return {question.question_id: question.text for each in returns for question in each.questions}

    async def _journalled(self) -> list[tuple[Entry, ApplicationSubmitted]]:
        decider, topic = self.companies.decider, published.ApplicationSubmitted.TOPIC
        entries = await self.journal.published_on(decider.source, str(self.company_id), topic)
        facts = ((entry, decider.fact(entry.fact)) for entry in entries)
        return [(entry, fact) for entry, fact in facts if isinstance(fact, ApplicationSubmitted)]

    def _submitted(self, fact: ApplicationSubmitted) -> Submitted:
        return Submitted(
            application_id=application_id(self.company_id, fact.number),
            number=fact.number,
            submission=fact.submission,
            submitted_at=fact.submitted_at,
            name=fact.attestation.name,
            title=fact.attestation.title,
        )
