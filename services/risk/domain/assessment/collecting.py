"""How an assessment begins, with facts and review in any order, and how a withdrawal or denial closes it."""

from typing import Literal, assert_never

from services.risk.domain.assessment.consumed import DeclaredFacts, Review
from services.risk.domain.assessment.state import Assessed, Closed, Collecting, Referred, State
from shared.contracts.event import Application
from shared.decider import Command, Fact


class CollectFacts(Command):
    kind: Literal["collect_facts"] = "collect_facts"
    application: Application
    declared: DeclaredFacts


class NoteReview(Command):
    kind: Literal["note_review"] = "note_review"
    application: Application
    outcome: Literal["meets", "does_not_meet"]
    review: Review


class CloseAssessment(Command):
    kind: Literal["close_assessment"] = "close_assessment"
    application: Application


CollectingCommand = CollectFacts | NoteReview | CloseAssessment


class FactsCollected(Fact):
    v: int = 2
    kind: Literal["facts_collected"] = "facts_collected"
    application: Application
    declared: DeclaredFacts


class ReviewNoted(Fact):
    v: int = 2
    kind: Literal["review_noted"] = "review_noted"
    application: Application
    review: Review


class AssessmentClosed(Fact):
    kind: Literal["assessment_closed"] = "assessment_closed"
    application: Application


CollectingFact = FactsCollected | ReviewNoted | AssessmentClosed


def decide(command: CollectingCommand, state: State) -> tuple[CollectingFact, ...]:
    """Nothing where it changes nothing: an older submission, a repeat, a closed assessment."""
    match command:
        case CollectFacts():
            fact: CollectingFact = FactsCollected(application=command.application, declared=command.declared)
        case NoteReview(outcome="does_not_meet"):
            return ()
        case NoteReview():
            fact = ReviewNoted(application=command.application, review=command.review)
        case CloseAssessment():
            fact = AssessmentClosed(application=command.application)
        case _:
            assert_never(command)
    return () if isinstance(state, Closed) or evolve(state, fact) == state else (fact,)


def evolve(state: State, fact: CollectingFact) -> State:
    match fact:
        case FactsCollected():
            return _collected(state, fact.application, declared=fact.declared)
        case ReviewNoted():
            return _collected(state, fact.application, review=fact.review)
        case AssessmentClosed():
            return Closed(application=fact.application)
        case _:
            assert_never(fact)


def _collected(state: State, application: Application, **part: object) -> State:
    """The state with one part more; a newer submission starts over."""
    match state:
        case Closed():
            return state
        case Collecting() if state.application.submission == application.submission:
            return state.model_copy(update=part)
        case Collecting() | Referred() | Assessed() if state.application.submission >= application.submission:
            return state
        case _:
            return Collecting(application=application).model_copy(update=part)
