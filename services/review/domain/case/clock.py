"""The service standard: its clock pauses and resumes, and what falls due is noted. Pure: no clock, no ids, no I/O."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Literal

from services.review.domain.case.state import Absent, Case, Closed, Open, PauseReason, Returned, State, in_hand, noted
from shared.contracts.review import Clock, Pause
from shared.decider import Command, Fact, Tick
from shared.errors import Refused
from shared.programme.calendar import beginning_of, due_on, today

MOST_PAUSES = 50
_DAY = timedelta(days=1)


class PauseClock(Command):
    kind: Literal["pause_clock"] = "pause_clock"
    reason: PauseReason


class ResumeClock(Command):
    kind: Literal["resume_clock"] = "resume_clock"


ClockCommand = PauseClock | ResumeClock | Tick


class ClockPaused(Fact):
    kind: Literal["clock_paused"] = "clock_paused"
    pause: Pause


class ClockResumed(Fact):
    kind: Literal["clock_resumed"] = "clock_resumed"
    on: date


class ServiceStandardMissed(Fact):
    kind: Literal["service_standard_missed"] = "service_standard_missed"
    due_on: date


class AnswerOverdue(Fact):
    kind: Literal["answer_overdue"] = "answer_overdue"
    answer_by: date


ClockFact = ClockPaused | ClockResumed | ServiceStandardMissed | AnswerOverdue


def is_paused(clock: Clock) -> bool:
    return any(pause.until is None for pause in clock.pauses)


def pause(command: PauseClock, state: State) -> tuple[ClockFact, ...]:
    """While a case is returned its clock rests already."""
    clock = _in_hand(command, state).dossier.clock
    if is_paused(clock):
        raise Refused("clock_already")
    if len(clock.pauses) >= MOST_PAUSES:
        raise Refused("too_many_pauses")
    return (ClockPaused(pause=Pause(since=today(command.at), **dict(command.reason))),)


def resume(command: ResumeClock, state: State) -> tuple[ClockFact, ...]:
    """While a case is returned only the company's answer resumes its clock."""
    case = _in_hand(command, state)
    if isinstance(case, Returned) or not is_paused(case.dossier.clock):
        raise Refused("clock_already")
    return (ClockResumed(on=today(command.at)),)


def _in_hand(command: PauseClock | ResumeClock, state: State) -> Open:
    if isinstance(state, Absent):
        raise Refused("not_found")
    if isinstance(state, Closed):
        raise Refused("case_closed")
    in_hand(state, command.actor)
    return state


def tick(command: Tick, state: State) -> tuple[ClockFact, ...]:
    return tuple(fact for moment, fact in _deadlines(state) if moment <= command.at)


def due(state: State) -> datetime | None:
    return min((moment for moment, _ in _deadlines(state)), default=None)


def _deadlines(state: State) -> Iterator[tuple[datetime, ClockFact]]:
    """What was missed when its last day ended and is not yet noted: the standard, or an answer (programme 3.2)."""
    if isinstance(state, Case) and not state.dossier.standard_missed and (last_day := due_on(state.dossier.clock)):
        yield beginning_of(last_day + _DAY), ServiceStandardMissed(due_on=last_day)
    if isinstance(state, Returned) and not state.answer_overdue:
        yield beginning_of(state.answer_by + _DAY), AnswerOverdue(answer_by=state.answer_by)


def evolve(state: State, fact: ClockFact) -> State:
    match fact, state:
        case ClockPaused(), Case(dossier=dossier):
            return noted(state, clock=dossier.clock.model_copy(update={"pauses": (*dossier.clock.pauses, fact.pause)}))
        case ClockResumed(), Case(dossier=dossier):
            return noted(state, clock=_resumed(dossier.clock, fact.on))
        case ServiceStandardMissed(), Case():
            return noted(state, standard_missed=True)
        case AnswerOverdue(), Returned():
            return state.model_copy(update={"answer_overdue": True})
        case _:
            return state


def _resumed(clock: Clock, on: date) -> Clock:
    pauses = tuple(pause if pause.until else pause.model_copy(update={"until": on}) for pause in clock.pauses)
    return clock.model_copy(update={"pauses": pauses})
