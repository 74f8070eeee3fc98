"""How a validation begins, with profile, review and risk in any order, and how a withdrawal or denial closes it."""

from typing import Literal, assert_never

from services.site_validation.domain.validation.consumed import Package, Review, Risk
from services.site_validation.domain.validation.state import Closed, Collecting, Concluded, Open, State
from shared.contracts.event import Application
from shared.decider import Command, Fact


class CollectProfile(Command):
    kind: Literal["collect_profile"] = "collect_profile"
    package: Package


class NoteReview(Command):
    kind: Literal["note_review"] = "note_review"
    review: Review


class NoteRisk(Command):
    kind: Literal["note_risk"] = "note_risk"
    risk: Risk


class CloseValidation(Command):
    kind: Literal["close_validation"] = "close_validation"
    application: Application


CollectingCommand = CollectProfile | NoteReview | NoteRisk | CloseValidation


class ProfileCollected(Fact):
    v: int = 3
    kind: Literal["profile_collected"] = "profile_collected"
    package: Package


class ReviewNoted(Fact):
    v: int = 2
    kind: Literal["review_noted"] = "review_noted"
    review: Review


class RiskNoted(Fact):
    v: int = 2
    kind: Literal["risk_noted"] = "risk_noted"
    risk: Risk


class ValidationOpened(Fact):
    kind: Literal["validation_opened"] = "validation_opened"


class ValidationClosed(Fact):
    kind: Literal["validation_closed"] = "validation_closed"
    application: Application


CollectingFact = ProfileCollected | ReviewNoted | RiskNoted | ValidationOpened | ValidationClosed


def decide(command: CollectingCommand, state: State) -> tuple[CollectingFact, ...]:
    """Nothing where it changes nothing: an older submission, a repeat, a closed validation."""
    match command:
        case CollectProfile():
            return _noted(ProfileCollected(package=command.package), state)
        case NoteReview():
            return _noted(ReviewNoted(review=command.review), state)
        case NoteRisk():
            return _noted(RiskNoted(risk=command.risk), state)
        case CloseValidation():
            return () if isinstance(state, Closed) else (ValidationClosed(application=command.application),)
        case _:
            assert_never(command)


def _noted(fact: CollectingFact, state: State) -> tuple[CollectingFact, ...]:
    after = evolve(state, fact)
    if after == state:
        return ()
    return (fact, ValidationOpened()) if isinstance(evolve(after, ValidationOpened()), Open) else (fact,)


def evolve(state: State, fact: CollectingFact) -> State:
    match fact, state:
        case ProfileCollected(), _:
            return _collected(state, Application.of(fact.package), package=fact.package)
        case ReviewNoted(), _:
            return _collected(state, Application.of(fact.review), review=fact.review)
        case RiskNoted(), _:
            return _collected(state, Application.of(fact.risk), risk=fact.risk)
        case ValidationOpened(), Collecting():
            return _opened(state)
        case ValidationClosed(), _:
            return Closed(application=fact.application)
        case _:
            return state


def _collected(state: State, application: Application, **part: object) -> State:
    """The state with one part more; a newer submission starts over."""
    match state:
        case Closed():
            return state
        case Collecting() if state.application.submission == application.submission:
            return state.model_copy(update=part)
        case Collecting() | Open() | Concluded() if state.application.submission >= application.submission:
            return state
        case _:
            return Collecting(application=application).model_copy(update=part)


def _opened(state: Collecting) -> Open | Collecting:
    """Open, if all three are here and the risk is acceptable."""
    package, review, risk = state.package, state.review, state.risk
    if package and review and risk and risk.outcome == "acceptable":
        return Open(application=state.application, package=package, review=review, risk=risk)
    return state
