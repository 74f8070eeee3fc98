"""How a validation begins (profile, review and risk, in any order) and how others close it. Pure: no clock, no ids."""

from typing import Literal

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


class Close(Command):
    kind: Literal["close"] = "close"
    application: Application


CollectingCommand = CollectProfile | NoteReview | NoteRisk | Close


class ProfileCollected(Fact):
    v: int = 2
    kind: Literal["profile_collected"] = "profile_collected"
    package: Package


class ReviewNoted(Fact):
    v: int = 2
    kind: Literal["review_noted"] = "review_noted"
    review: Review


class RiskNoted(Fact):
    kind: Literal["risk_noted"] = "risk_noted"
    risk: Risk


class ValidationOpened(Fact):
    kind: Literal["validation_opened"] = "validation_opened"


class ValidationClosed(Fact):
    kind: Literal["validation_closed"] = "validation_closed"
    application: Application


Noted = ProfileCollected | ReviewNoted | RiskNoted
CollectingFact = Noted | ValidationOpened | ValidationClosed


def collect_profile(command: CollectProfile, state: State) -> tuple[CollectingFact, ...]:
    return _note(ProfileCollected(package=command.package), state)


def note_review(command: NoteReview, state: State) -> tuple[CollectingFact, ...]:
    return _note(ReviewNoted(review=command.review), state)


def note_risk(command: NoteRisk, state: State) -> tuple[CollectingFact, ...]:
    return _note(RiskNoted(risk=command.risk), state)


def close(command: Close, state: State) -> tuple[CollectingFact, ...]:
    return () if isinstance(state, Closed) else (ValidationClosed(application=command.application),)


def _note(noted: Noted, state: State) -> tuple[CollectingFact, ...]:
    """Nothing where it changes nothing: an older submission, a repeat, a closed validation."""
    after = evolve(state, noted)
    if after == state:
        return ()
    return (noted, ValidationOpened()) if isinstance(evolve(after, ValidationOpened()), Open) else (noted,)


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


def _collected(state: State, application: Application, **heard: object) -> State:
    """The state with what was heard; a newer submission starts over."""
    match state:
        case Closed():
            return state
        case Collecting() if state.application.submission == application.submission:
            return state.model_copy(update=heard)
        case Collecting() | Open() | Concluded() if state.application.submission >= application.submission:
            return state
        case _:
            return Collecting(application=application).model_copy(update=heard)


def _opened(state: Collecting) -> Open | Collecting:
    """Open, if all three are here and the risk is acceptable."""
    package, review, risk = state.package, state.review, state.risk
    if package and review and risk and risk.outcome == "acceptable":
        return Open(application=state.application, package=package, review=review, risk=risk)
    return state
