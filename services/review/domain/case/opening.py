"""How a case begins: a package is received, an officer is assigned."""

from typing import Literal

from services.review.domain.case.clock import ClockResumed
from services.review.domain.case.consumed import Package
from services.review.domain.case.state import (
    Absent,
    Case,
    Closed,
    Dossier,
    Returned,
    State,
    UnderReview,
    answers_of,
    noted,
)
from shared.contracts.review import Clock
from shared.contracts.types import Name
from shared.decider import Command, Fact, Refusals
from shared.errors import Refused
from shared.programme.calendar import today


class Receive(Command):
    kind: Literal["receive"] = "receive"
    package: Package


class Assign(Command):
    kind: Literal["assign"] = "assign"
    officer: Name


OpeningCommand = Receive | Assign


class CaseOpened(Fact):
    v: int = 2
    kind: Literal["case_opened"] = "case_opened"
    package: Package
    clock: Clock


class CaseResubmitted(Fact):
    v: int = 2
    kind: Literal["case_resubmitted"] = "case_resubmitted"
    package: Package


class CaseAssigned(Fact):
    kind: Literal["case_assigned"] = "case_assigned"
    officer: Name


OpeningFact = CaseOpened | CaseResubmitted | CaseAssigned
REFUSES: Refusals = {Assign: ("not_found", "case_closed")}


def receive(command: Receive, state: State, standard_days: int) -> tuple[OpeningFact | ClockResumed, ...]:
    """The clock starts at the first submission, and goes on at the next."""
    package = command.package
    submitted_on = today(package.submitted_at)
    match state:
        case Absent():
            return (CaseOpened(package=package, clock=Clock(started_on=submitted_on, standard_days=standard_days)),)
        case Returned() if package.submission > state.dossier.package.submission:
            return (CaseResubmitted(package=package), ClockResumed(on=submitted_on))
        case _:
            return ()


def assign(command: Assign, state: State) -> tuple[OpeningFact, ...]:
    if isinstance(state, Absent):
        raise Refused("not_found")
    if isinstance(state, Closed):
        raise Refused("case_closed")
    return () if state.dossier.assignee == command.officer else (CaseAssigned(officer=command.officer),)


def evolve(state: State, fact: OpeningFact) -> State:
    match fact, state:
        case CaseOpened(), Absent():
            return UnderReview(
                dossier=Dossier(package=fact.package, clock=fact.clock, stage_since=fact.package.submitted_at)
            )
        case CaseResubmitted(), Returned():
            return UnderReview(dossier=_with_new_package(state.dossier, fact.package))
        case CaseAssigned(), Case():
            return noted(state, assignee=fact.officer)
        case _:
            return state


def _with_new_package(dossier: Dossier, package: Package) -> Dossier:
    """Keeps judgements of unchanged answers and documents; risk and site validation, with its visits, begin anew."""
    before, now = answers_of(dossier.package), answers_of(package)
    documents = {document.document_id for document in package.documents}
    return dossier.model_copy(
        update={
            "package": package,
            "answers": tuple(judged for judged in dossier.answers if now.get(judged.answer) == before[judged.answer]),
            "documents": tuple(judged for judged in dossier.documents if judged.document_id in documents),
            "risk": None,
            "validation": None,
            "visits": (),
        },
    )
