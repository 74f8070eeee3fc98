"""What risk and site validation found, in whichever order it arrives."""

from typing import Literal

from services.review.domain.case.consumed import RiskResult, ValidationResult, Visit, VisitSchedule
from services.review.domain.case.state import (
    Case,
    DecisionPending,
    Dossier,
    Open,
    RiskAssessment,
    SiteValidation,
    State,
    noted,
)
from shared.decider import Command, Fact


class NoteRisk(Command):
    kind: Literal["note_risk"] = "note_risk"
    risk: RiskResult


class NoteVisits(Command):
    kind: Literal["note_visits"] = "note_visits"
    scheduled: VisitSchedule


class NoteValidation(Command):
    kind: Literal["note_validation"] = "note_validation"
    validation: ValidationResult


ResultCommand = NoteRisk | NoteVisits | NoteValidation


class RiskNoted(Fact):
    v: int = 2
    kind: Literal["risk_noted"] = "risk_noted"
    risk: RiskResult


class VisitsNoted(Fact):
    kind: Literal["visits_noted"] = "visits_noted"
    visits: tuple[Visit, ...]


class ValidationNoted(Fact):
    """Kept until the risk is known, if it arrives before it."""

    kind: Literal["validation_noted"] = "validation_noted"
    validation: ValidationResult


ResultFact = RiskNoted | VisitsNoted | ValidationNoted


def note_risk(command: NoteRisk, state: State) -> tuple[ResultFact, ...]:
    awaited = isinstance(state, RiskAssessment) and command.risk.submission == state.dossier.package.submission
    return (RiskNoted(risk=command.risk),) if awaited else ()


def note_visits(command: NoteVisits, state: State) -> tuple[ResultFact, ...]:
    visits, submission = command.scheduled.visits, command.scheduled.submission
    new = isinstance(state, Open) and submission == state.dossier.package.submission and visits != state.dossier.visits
    return (VisitsNoted(visits=visits),) if new else ()


def note_validation(command: NoteValidation, state: State) -> tuple[ResultFact, ...]:
    validation = command.validation
    awaited = (
        isinstance(state, RiskAssessment | SiteValidation)
        and validation.submission == state.dossier.package.submission
        and validation != state.dossier.validation
    )
    return (ValidationNoted(validation=validation),) if awaited else ()


def evolve(state: State, fact: ResultFact) -> State:
    match fact, state:
        case RiskNoted(), Case():
            return _by_results(noted(state, risk=fact.risk).dossier)
        case VisitsNoted(), Case():
            return noted(state, visits=fact.visits)
        case ValidationNoted(), Case():
            return _by_results(noted(state, validation=fact.validation).dossier)
        case _:
            return state


def _by_results(dossier: Dossier) -> State:
    """The status that follows: first from the risk, then from the validation."""
    if dossier.risk is None:
        return RiskAssessment(dossier=dossier)
    if dossier.risk.outcome == "unacceptable":
        return DecisionPending(dossier=dossier, basis="risk")
    if dossier.validation is None:
        return SiteValidation(dossier=dossier)
    return DecisionPending(dossier=dossier, basis=dossier.validation.outcome)
