"""What officers judge of a case: each answer beside its requirement, what it was before, and the documents."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar
from uuid import UUID

from services.review.domain.case.consumed import Answer, Division, Document, Package
from services.review.domain.case.judging import required_documents
from services.review.domain.case.opening import CaseOpened, CaseResubmitted
from services.review.domain.case.state import (
    AnswerJudgement,
    AnswerReference,
    DocumentJudgement,
    Dossier,
)
from services.review.views.cases import answered
from services.review.views.queue import Cases
from shared.contracts.catalogue import Area, Requirement
from shared.contracts.types import Verdict
from shared.decider import Fact
from shared.errors import Refused
from shared.store.journal import Journal

Change = Literal["new", "changed"]
T = TypeVar("T")

# --- answers --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AnswerInReview:
    """One answer, as it was submitted and as it is judged. `before`: the answer of the last submission, if any.

    `requirement` is None where the catalogue no longer has it.
    """

    division: Division
    requirement: Requirement | None
    answer: Answer
    judgement: AnswerJudgement | None
    change: Change | None
    before: Answer | None

    @property
    def reference(self) -> AnswerReference:
        return AnswerReference(division_id=self.division.division_id, requirement_id=self.answer.requirement_id)


@dataclass(frozen=True)
class DivisionInReview:
    """The answers of one division, in the order of the catalogue."""

    division: Division
    answers: tuple[AnswerInReview, ...]

    @property
    def unjudged(self) -> tuple[AnswerInReview, ...]:
        return tuple(each for each in self.answers if each.judgement is None)

    @property
    def changed(self) -> tuple[AnswerInReview, ...]:
        """Those that are not as they were in the last submission."""
        return tuple(each for each in self.answers if each.change)

    def judged_as(self, verdict: Verdict) -> tuple[AnswerInReview, ...]:
        return tuple(each for each in self.answers if each.judgement and each.judgement.verdict == verdict)


def by_area(answers: Iterable[AnswerInReview]) -> Mapping[Area | None, tuple[AnswerInReview, ...]]:
    """Answers by the area of their requirement, each area where its first one stands."""
    found: dict[Area | None, tuple[AnswerInReview, ...]] = {}
    for each in answers:
        area = each.requirement.area if each.requirement else None
        found[area] = (*found.get(area, ()), each)
    return found


# --- documents ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DocumentInReview:
    """One document: whether it is required, how it is judged, and the answers for which it is evidence."""

    document: Document
    required: bool
    judgement: DocumentJudgement | None
    evidence_for: tuple[AnswerInReview, ...]

    @property
    def to_judge(self) -> bool:
        return self.required and self.judgement is None


# --- the whole ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Review:
    """Everything that is to be judged before the review is concluded.

    `requirements`: those that are answered, by their ids, in the order of the catalogue.
    """

    requirements: Mapping[str, Requirement]
    divisions: tuple[DivisionInReview, ...]
    documents: tuple[DocumentInReview, ...]

    @property
    def answers(self) -> tuple[AnswerInReview, ...]:
        return tuple(each for division in self.divisions for each in division.answers)

    @property
    def unjudged(self) -> tuple[AnswerInReview, ...]:
        return tuple(each for each in self.answers if each.judgement is None)

    @property
    def required(self) -> tuple[DocumentInReview, ...]:
        return tuple(each for each in self.documents if each.required)

    @property
    def documents_to_judge(self) -> tuple[DocumentInReview, ...]:
        return tuple(each for each in self.documents if each.to_judge)

    @property
    def is_judged(self) -> bool:
        return not (self.unjudged or self.documents_to_judge)

    @property
    def unmet(self) -> tuple[AnswerInReview, ...]:
        """The answers that do not meet their requirement."""
        return tuple(each for division in self.divisions for each in division.judged_as("not_met"))

    @property
    def unmet_musts(self) -> tuple[AnswerInReview, ...]:
        return tuple(each for each in self.unmet if each.requirement and each.requirement.level == "must")

    @property
    def unaccepted(self) -> tuple[DocumentInReview, ...]:
        return tuple(each for each in self.documents if each.judgement and not each.judgement.accepted)

    @property
    def may_meet(self) -> bool:
        """Whether nothing of what is judged stands against it that the profile meets the requirements."""
        return not (self.unmet_musts or self.unaccepted)

    def division(self, division_id: UUID) -> DivisionInReview:
        """Raises Refused("not_found")."""
        return _found(each for each in self.divisions if each.division.division_id == division_id)

    def answer(self, reference: AnswerReference) -> AnswerInReview:
        """Raises Refused("not_found")."""
        answers = self.division(reference.division_id).answers
        return _found(each for each in answers if each.answer.requirement_id == reference.requirement_id)

    def document(self, document_id: UUID) -> DocumentInReview:
        """Raises Refused("not_found")."""
        return _found(each for each in self.documents if each.document.document_id == document_id)

    def unjudged_after(self, reference: AnswerReference) -> AnswerInReview | None:
        """The next answer to judge, from this one on and round to it again."""
        return next(self._unjudged_around(self.answers, reference), None)

    def unjudged_before(self, reference: AnswerReference) -> AnswerInReview | None:
        return next(self._unjudged_around(self.answers[::-1], reference), None)

    def _unjudged_around(
        self, answers: tuple[AnswerInReview, ...], reference: AnswerReference
    ) -> Iterator[AnswerInReview]:
        here = self.answer(reference)
        at = next(number for number, each in enumerate(answers) if each is here)
        return (each for each in (*answers[at + 1 :], *answers[:at]) if each.judgement is None)


def _found(matching: Iterator[T]) -> T:
    """The first. Raises Refused("not_found")."""
    for each in matching:
        return each
    raise Refused("not_found")


def review_of(dossier: Dossier, earlier: Package | None, requirements: Iterable[Requirement]) -> Review:
    """What is judged of a case; `earlier` is the package before this one, if there was one."""
    by_id = {requirement.id: requirement for requirement in answered(dossier.package, requirements)}
    divisions = _divisions(dossier, earlier, by_id)
    return Review(by_id, divisions, tuple(_documents(dossier, divisions)))


def _divisions(
    dossier: Dossier, earlier: Package | None, requirements: Mapping[str, Requirement]
) -> tuple[DivisionInReview, ...]:
    before = {
        (division.division_id, answer.requirement_id): answer
        for division in (earlier.divisions if earlier else ())
        for answer in division.answers
    }
    judged = {(each.answer.division_id, each.answer.requirement_id): each for each in dossier.answers}
    order = {name: number for number, name in enumerate(requirements)}

    def in_review(division: Division, answer: Answer) -> AnswerInReview:
        place = division.division_id, answer.requirement_id
        was = before.get(place)
        change: Change | None = None if earlier is None or was == answer else "changed" if was else "new"
        requirement = requirements.get(answer.requirement_id)
        return AnswerInReview(division, requirement, answer, judged.get(place), change, was)

    def ordered(division: Division) -> list[Answer]:
        return sorted(division.answers, key=lambda answer: order.get(answer.requirement_id, len(order)))

    return tuple(
        DivisionInReview(division, tuple(in_review(division, answer) for answer in ordered(division)))
        for division in dossier.package.divisions
    )


def _documents(dossier: Dossier, divisions: Iterable[DivisionInReview]) -> Iterator[DocumentInReview]:
    judged = {each.document_id: each for each in dossier.documents}
    required = {each.document_id for each in required_documents(dossier)}
    uses: dict[UUID, list[AnswerInReview]] = {}
    for division in divisions:
        for each in division.answers:
            for document_id in each.answer.evidence:
                uses.setdefault(document_id, []).append(each)
    for document in dossier.package.documents:
        named = document.document_id
        yield DocumentInReview(document, named in required, judged.get(named), tuple(uses.get(named, ())))


async def earlier_package(cases: Cases, journal: Journal, package: Package) -> Package | None:
    """The package that the company had submitted before this one."""
    if package.submission == 1:
        return None
    source, kinds = cases.decider.source, (CaseOpened, CaseResubmitted)
    entries = await journal.latest_of(source, str(package.application_id), [kind_of(kind) for kind in kinds], limit=2)
    earlier = (entry.fact for entry in entries if entry.fact["package"]["submission"] < package.submission)
    facts = (cases.decider.fact(fact) for fact in earlier)
    return next((fact.package for fact in facts if isinstance(fact, kinds)), None)


def kind_of(fact: type[Fact]) -> str:
    """The kind by which facts of a type are journalled."""
    return str(fact.model_fields["kind"].default)
