"""The review: the assignee judges every answer and required document, and concludes. Pure: no clock, no ids, no I/O."""

from collections.abc import Callable
from typing import Literal
from uuid import UUID

from services.review.domain.case.consumed import Document
from services.review.domain.case.state import (
    Absent,
    AnswerJudgement,
    AnswerReference,
    Case,
    DecisionPending,
    DocumentJudgement,
    DocumentOpinion,
    Dossier,
    Opinion,
    RiskAssessment,
    State,
    UnderReview,
    answers_of,
    in_hand,
    noted,
)
from shared.contracts.review import JudgedDocument, Judgement, SecurityProfileReviewed
from shared.decider import Command, Fact
from shared.errors import Refused, raise_first
from shared.model import Moment

Outcome = Literal["meets", "does_not_meet"]


class JudgeRequirement(Command):
    kind: Literal["judge_requirement"] = "judge_requirement"
    answer: AnswerReference
    opinion: Opinion


class JudgeDocument(Command):
    kind: Literal["judge_document"] = "judge_document"
    document_id: UUID
    opinion: DocumentOpinion


class ConcludeReview(Command):
    kind: Literal["conclude_review"] = "conclude_review"
    outcome: Outcome


JudgingCommand = JudgeRequirement | JudgeDocument | ConcludeReview


class RequirementJudged(Fact):
    kind: Literal["requirement_judged"] = "requirement_judged"
    judgement: AnswerJudgement


class DocumentJudged(Fact):
    kind: Literal["document_judged"] = "document_judged"
    judgement: DocumentJudgement


class ReviewConcluded(Fact):
    kind: Literal["review_concluded"] = "review_concluded"
    outcome: Outcome
    concluded_at: Moment


JudgingFact = RequirementJudged | DocumentJudged | ReviewConcluded


def answers_to_judge(dossier: Dossier) -> tuple[AnswerReference, ...]:
    judged = {judgement.answer for judgement in dossier.answers}
    return tuple(answer for answer in answers_of(dossier.package) if answer not in judged)


def required_documents(dossier: Dossier) -> tuple[Document, ...]:
    """All but the evidence, which is judged with the answer that names it."""
    return tuple(document for document in dossier.package.documents if document.kind != "evidence")


def documents_to_judge(dossier: Dossier) -> tuple[UUID, ...]:
    judged = {judgement.document_id for judgement in dossier.documents}
    return tuple(document.document_id for document in required_documents(dossier) if document.document_id not in judged)


# --- rules of a conclusion ------------------------------------------------------------------------

Rule = Callable[[Dossier, frozenset[str]], Refused | None]


def all_judged(dossier: Dossier, _musts: frozenset[str]) -> Refused | None:
    """One judgement per answer and required document (programme 2.6)."""
    return Refused("not_all_judged") if answers_to_judge(dossier) or documents_to_judge(dossier) else None


def every_must_met(dossier: Dossier, musts: frozenset[str]) -> Refused | None:
    """A requirement that is a must is met, or rightly not applicable (programme 3.2)."""
    unmet = any(judged.verdict == "not_met" and judged.answer.requirement_id in musts for judged in dossier.answers)
    return Refused("must_not_met") if unmet else None


def documents_accepted(dossier: Dossier, _musts: frozenset[str]) -> Refused | None:
    """Not accepted is missing (programme 6.7)."""
    return None if all(judged.accepted for judged in dossier.documents) else Refused("document_not_accepted")


RULES: dict[Outcome, tuple[Rule, ...]] = {
    "meets": (all_judged, every_must_met, documents_accepted),
    "does_not_meet": (all_judged,),
}

# --- decide, evolve, publish ----------------------------------------------------------------------


def judge_requirement(command: JudgeRequirement, state: State) -> tuple[JudgingFact, ...]:
    dossier = _judging(command, state)
    judgement = AnswerJudgement(answer=command.answer, **dict(command.opinion))
    if judgement.answer not in answers_of(dossier.package):
        raise Refused("unknown_answer")
    if judgement.verdict != "met" and not (judgement.advice or judgement.note):
        raise Refused("reason_required", field="advice")
    return () if judgement in dossier.answers else (RequirementJudged(judgement=judgement),)


def judge_document(command: JudgeDocument, state: State) -> tuple[JudgingFact, ...]:
    dossier = _judging(command, state)
    judgement = DocumentJudgement(document_id=command.document_id, **dict(command.opinion))
    if all(document.document_id != judgement.document_id for document in required_documents(dossier)):
        raise Refused("unknown_document")
    if not judgement.accepted and not (judgement.advice or judgement.note):
        raise Refused("reason_required", field="advice")
    return () if judgement in dossier.documents else (DocumentJudged(judgement=judgement),)


def conclude(command: ConcludeReview, state: State, musts: frozenset[str]) -> tuple[JudgingFact, ...]:
    dossier = _judging(command, state)
    raise_first(rule(dossier, musts) for rule in RULES[command.outcome])
    return (ReviewConcluded(outcome=command.outcome, concluded_at=command.at),)


def _judging(command: JudgingCommand, state: State) -> Dossier:
    """The dossier, if it is under review and the actor's own."""
    if isinstance(state, Absent):
        raise Refused("not_found")
    if not isinstance(state, UnderReview):
        raise Refused("not_under_review")
    return in_hand(state, command.actor)


def evolve(state: State, fact: JudgingFact) -> State:
    match fact, state:
        case RequirementJudged(judgement=judgement), Case(dossier=dossier):
            others = tuple(judged for judged in dossier.answers if judged.answer != judgement.answer)
            return noted(state, answers=(*others, judgement))
        case DocumentJudged(judgement=accepted), Case(dossier=dossier):
            rest = tuple(judged for judged in dossier.documents if judged.document_id != accepted.document_id)
            return noted(state, documents=(*rest, accepted))
        case ReviewConcluded(outcome="meets"), Case():
            return RiskAssessment(dossier=state.dossier)
        case ReviewConcluded(outcome="does_not_meet"), Case():
            return DecisionPending(dossier=state.dossier, basis="profile")
        case _:
            return state


def reviewed(fact: ReviewConcluded, dossier: Dossier) -> SecurityProfileReviewed:
    """What the other services learn of the review; notes stay inside."""
    return SecurityProfileReviewed(
        **dict(dossier.application),
        outcome=fact.outcome,
        judgements=tuple(
            Judgement(**dict(judged.answer), verdict=judged.verdict, advice=judged.advice) for judged in dossier.answers
        ),
        documents=tuple(
            JudgedDocument(document_id=judged.document_id, accepted=judged.accepted, advice=judged.advice)
            for judged in dossier.documents
        ),
        concluded_at=fact.concluded_at,
    )
