"""The packages of a case as they were submitted: the earlier ones from the journal, the newest from the case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.review.domain.case import CaseFact
from services.review.domain.case.consumed import Package
from services.review.domain.case.opening import CaseOpened, CaseResubmitted
from services.review.domain.case.questions import CaseReturned
from services.review.domain.case.state import State
from services.review.views.answers import kind_of
from services.review.views.cases import existing
from services.review.views.queue import Cases
from shared.contracts import intake
from shared.contracts.intake import Division, Document, EligibilityAnswer, Profile, Reply
from shared.contracts.types import FreeText
from shared.errors import Refused
from shared.model import Model
from shared.store.journal import Journal

MOST_FACTS = 100


class Submitted(Model):
    """A package as it is written out."""

    submission: int
    submitted_at: datetime
    profile: Profile
    eligibility: tuple[EligibilityAnswer, ...]
    divisions: tuple[Division, ...]
    documents: tuple[Document, ...]
    replies: tuple[Reply, ...]
    attestation: intake.Attestation
    terms_version: str


@dataclass(frozen=True)
class Submissions:
    """The latest submissions of one application, first to last, and what officers asked in between."""

    packages: Sequence[Submitted]
    asked: Mapping[UUID, FreeText]

    @classmethod
    async def of(cls, cases: Cases, journal: Journal, application_id: UUID) -> "Submissions":
        """Raises Refused("not_found")."""
        snapshot = await cases.read(str(application_id))
        kinds = [kind_of(fact) for fact in (CaseOpened, CaseResubmitted, CaseReturned)]
        newest_first = await journal.latest_of(cases.decider.source, str(application_id), kinds, MOST_FACTS)
        return cls.among([cases.decider.fact(entry.fact) for entry in reversed(newest_first)], snapshot.state)

    @classmethod
    def among(cls, facts: Sequence[CaseFact], state: State) -> "Submissions":
        """The journal is a moment behind the state."""
        newest = existing(state).dossier.package
        journalled = [fact.package for fact in facts if isinstance(fact, CaseOpened | CaseResubmitted)]
        packages = [*(package for package in journalled if package.submission < newest.submission), newest]
        returns = [fact for fact in facts if isinstance(fact, CaseReturned)]
        asked = {question.question_id: question.text for each in returns for question in each.questions}
        return cls([_submitted(package) for package in packages], asked)

    def numbered(self, submission: int) -> Submitted:
        """Raises Refused("not_found")."""
        for package in self.packages:
            if package.submission == submission:
                return package
        raise Refused("not_found")

    def before(self, submission: int) -> Submitted | None:
        """The one before it, if there is one."""
        earlier = [package for package in self.packages if package.submission < submission]
        return earlier[-1] if earlier else None


def _submitted(package: Package) -> Submitted:
    return Submitted.model_validate(package.model_dump(include=set(Submitted.model_fields)))
