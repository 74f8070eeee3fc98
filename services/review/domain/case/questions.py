"""An officer's questions: they are drafted, and the case is returned with them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from services.review.domain.case.clock import ClockPaused, ClockResumed, is_paused
from services.review.domain.case.judging import required_documents
from services.review.domain.case.state import (
    Absent,
    Case,
    DecisionPending,
    Dossier,
    Returned,
    State,
    UnderReview,
    answers_of,
    in_hand,
    noted,
)
from shared.contracts.review import ApplicationReturned, Pause, Question
from shared.decider import Command, Fact, Refusals
from shared.errors import Refused, raise_first
from shared.model import Moment
from shared.programme.calendar import today

MOST_QUESTIONS = 50
LONGEST_DAYS_TO_ANSWER = 366
SEE_QUESTIONS = "See the questions. / Voir les questions."


class AskQuestion(Command):
    kind: Literal["ask_question"] = "ask_question"
    question: Question


class DropQuestion(Command):
    kind: Literal["drop_question"] = "drop_question"
    question_id: UUID


class Return(Command):
    kind: Literal["return"] = "return"
    answer_by: date


QuestionCommand = AskQuestion | DropQuestion | Return


class QuestionDrafted(Fact):
    kind: Literal["question_drafted"] = "question_drafted"
    question: Question


class QuestionDropped(Fact):
    kind: Literal["question_dropped"] = "question_dropped"
    question_id: UUID


class CaseReturned(Fact):
    kind: Literal["case_returned"] = "case_returned"
    questions: tuple[Question, ...]
    answer_by: date
    returned_at: Moment


QuestionFact = QuestionDrafted | QuestionDropped | CaseReturned

# --- rules of a question --------------------------------------------------------------------------

QuestionRule = Callable[[Question, Dossier], Refused | None]


def concerns_an_answer(question: Question, dossier: Dossier) -> Refused | None:
    """The division and requirement that it names, if any, are those of an answer (programme 3.2)."""
    if question.division_id is None and question.requirement_id is None:
        return None
    named = any(
        question.division_id in {None, answer.division_id} and question.requirement_id in {None, answer.requirement_id}
        for answer in answers_of(dossier.package)
    )
    return None if named else Refused("unknown_answer")


def concerns_a_document(question: Question, dossier: Dossier) -> Refused | None:
    """The kind that it names, if any, is that of a required document (programme 6.7)."""
    kinds = {None, *(document.kind for document in required_documents(dossier))}
    return None if question.document_kind in kinds else Refused("unknown_document", field="document_kind")


def leaves_room(_question: Question, dossier: Dossier) -> Refused | None:
    """A case has a bounded number of drafted questions (programme 2.1)."""
    return Refused("too_many_questions") if len(dossier.drafts) >= MOST_QUESTIONS else None


RULES: tuple[QuestionRule, ...] = (concerns_an_answer, concerns_a_document, leaves_room)

# --- decide, evolve, publish ----------------------------------------------------------------------

NOT_TO_ASK = ("not_found", "not_under_review", "not_your_case")
REFUSES: Refusals = {
    AskQuestion: (*NOT_TO_ASK, "unknown_answer", "unknown_document", "too_many_questions"),
    DropQuestion: (*NOT_TO_ASK, "unknown_question"),
    Return: (*NOT_TO_ASK, "no_question", "date_in_past", "date_too_far"),
}


def ask(command: AskQuestion, state: State) -> tuple[QuestionFact, ...]:
    dossier = _asking(command, state)
    if _has(command.question.question_id, (*dossier.drafts, *dossier.asked)):
        return ()
    raise_first(rule(command.question, dossier) for rule in RULES)
    return (QuestionDrafted(question=command.question),)


def drop(command: DropQuestion, state: State) -> tuple[QuestionFact, ...]:
    if not _has(command.question_id, _asking(command, state).drafts):
        raise Refused("unknown_question")
    return (QuestionDropped(question_id=command.question_id),)


def _has(question_id: UUID, questions: tuple[Question, ...]) -> bool:
    return any(question.question_id == question_id for question in questions)


def return_case(command: Return, state: State) -> tuple[QuestionFact | ClockResumed | ClockPaused, ...]:
    """The clock pauses today, in place of an earlier pause. A day too far off is refused: a return cannot be undone."""
    dossier, day = _asking(command, state), today(command.at)
    if not dossier.drafts:
        raise Refused("no_question")
    if command.answer_by < day:
        raise Refused("date_in_past", field="answer_by")
    if command.answer_by > day + timedelta(days=LONGEST_DAYS_TO_ANSWER):
        raise Refused("date_too_far", field="answer_by")
    return (
        CaseReturned(questions=dossier.drafts, answer_by=command.answer_by, returned_at=command.at),
        *((ClockResumed(on=day),) if is_paused(dossier.clock) else ()),
        ClockPaused(pause=Pause(since=day, code="returned", text=SEE_QUESTIONS)),
    )


def _asking(command: QuestionCommand, state: State) -> Dossier:
    """The dossier of the actor's own case, if it may be asked about. Raises Refused with a code of NOT_TO_ASK."""
    if isinstance(state, Absent):
        raise Refused("not_found")
    if not isinstance(state, UnderReview | DecisionPending):
        raise Refused("not_under_review")
    return in_hand(state, command.actor)


def evolve(state: State, fact: QuestionFact) -> State:
    match fact, state:
        case QuestionDrafted(), Case(dossier=dossier):
            return noted(state, drafts=(*dossier.drafts, fact.question))
        case QuestionDropped(), Case(dossier=dossier):
            return noted(
                state, drafts=tuple(question for question in dossier.drafts if question.question_id != fact.question_id)
            )
        case CaseReturned(), Case():
            return Returned(dossier=noted(state, drafts=(), asked=fact.questions).dossier, answer_by=fact.answer_by)
        case _:
            return state


def returned(fact: CaseReturned, dossier: Dossier) -> ApplicationReturned:
    """The message of a return: what the company is asked, and until when."""
    return ApplicationReturned(
        **dict(dossier.application),
        questions=fact.questions,
        answer_by=fact.answer_by,
        returned_at=fact.returned_at,
    )
