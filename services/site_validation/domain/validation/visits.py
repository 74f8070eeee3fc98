"""Visits: the company confirms the day or asks for another, and the officer decides (how to apply, step 6)."""

from datetime import date
from typing import Annotated, Literal, assert_never
from uuid import UUID

from pydantic import Field

from services.site_validation.domain.validation.days import already_come, still_to_come
from services.site_validation.domain.validation.state import Appointment, Open
from shared.contracts.types import CalendarDay, FreeText
from shared.decider import Command, Fact, Refusals
from shared.errors import Refused, raise_first
from shared.model import Model

MOST_VISITS = 50


class VisitPlan(Model):
    """The divisions to visit, and the day."""

    division_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=200)]
    on: CalendarDay


class VisitCommand(Command):
    """A command about one visit."""

    visit_id: UUID


class PlanVisit(VisitCommand):
    kind: Literal["plan_visit"] = "plan_visit"
    plan: VisitPlan


class MoveVisit(VisitCommand):
    kind: Literal["move_visit"] = "move_visit"
    on: date


class CancelVisit(VisitCommand):
    kind: Literal["cancel_visit"] = "cancel_visit"


class ConfirmVisit(VisitCommand):
    kind: Literal["confirm_visit"] = "confirm_visit"


class AskAnotherDay(VisitCommand):
    kind: Literal["ask_another_day"] = "ask_another_day"
    reason: FreeText


class RecordVisit(VisitCommand):
    kind: Literal["record_visit"] = "record_visit"
    held_on: date


AnyVisitCommand = PlanVisit | MoveVisit | CancelVisit | ConfirmVisit | AskAnotherDay | RecordVisit


class VisitFact(Fact):
    """Something that has happened to one visit."""

    visit_id: UUID


class VisitPlanned(VisitFact):
    kind: Literal["visit_planned"] = "visit_planned"
    plan: VisitPlan


class VisitMoved(VisitFact):
    kind: Literal["visit_moved"] = "visit_moved"
    on: date


class VisitCancelled(VisitFact):
    kind: Literal["visit_cancelled"] = "visit_cancelled"


class VisitConfirmed(VisitFact):
    kind: Literal["visit_confirmed"] = "visit_confirmed"


class AnotherDayAsked(VisitFact):
    kind: Literal["another_day_asked"] = "another_day_asked"
    reason: FreeText


class VisitHeld(VisitFact):
    kind: Literal["visit_held"] = "visit_held"
    held_on: date


AnyVisitFact = VisitPlanned | VisitMoved | VisitCancelled | VisitConfirmed | AnotherDayAsked | VisitHeld
REFUSES: Refusals = {
    PlanVisit: ("unknown_division", "date_in_past", "date_too_far", "too_many_visits"),
    MoveVisit: ("unknown_visit", "visit_held", "date_in_past", "date_too_far"),
    CancelVisit: ("unknown_visit", "visit_held"),
    ConfirmVisit: ("unknown_visit", "visit_held"),
    AskAnotherDay: ("unknown_visit", "visit_held"),
    RecordVisit: ("unknown_visit", "visit_held", "visit_in_future", "date_too_far"),
}


def decide(command: AnyVisitCommand, state: Open) -> tuple[AnyVisitFact, ...]:
    match command:
        case PlanVisit():
            return _plan(command, state)
        case MoveVisit():
            return _move(command, state)
        case CancelVisit():
            return _cancel(command, state)
        case ConfirmVisit():
            return _confirm(command, state)
        case AskAnotherDay():
            return _ask_another_day(command, state)
        case RecordVisit():
            return _record(command, state)
        case _:
            assert_never(command)


def _plan(command: PlanVisit, state: Open) -> tuple[AnyVisitFact, ...]:
    if any(visit.visit_id == command.visit_id for visit in state.visits):
        return ()
    if not {division.division_id for division in state.package.divisions}.issuperset(command.plan.division_ids):
        raise Refused("unknown_division", field="division_ids")
    raise_first([still_to_come(command.plan.on, command.at, "on")])
    if len(state.visits) >= MOST_VISITS:
        raise Refused("too_many_visits")
    return (VisitPlanned(visit_id=command.visit_id, plan=command.plan),)


def _move(command: MoveVisit, state: Open) -> tuple[AnyVisitFact, ...]:
    visit = _to_come(command, state)
    raise_first([still_to_come(command.on, command.at, "on")])
    settled = visit.on == command.on and visit.state != "another_day_asked"
    return () if settled else (VisitMoved(visit_id=command.visit_id, on=command.on),)


def _cancel(command: CancelVisit, state: Open) -> tuple[AnyVisitFact, ...]:
    if _known(command, state).state == "cancelled":
        return ()
    _to_come(command, state)
    return (VisitCancelled(visit_id=command.visit_id),)


def _confirm(command: ConfirmVisit, state: Open) -> tuple[AnyVisitFact, ...]:
    confirmed = _to_come(command, state).state == "confirmed"
    return () if confirmed else (VisitConfirmed(visit_id=command.visit_id),)


def _ask_another_day(command: AskAnotherDay, state: Open) -> tuple[AnyVisitFact, ...]:
    asked = _to_come(command, state).reason == command.reason
    return () if asked else (AnotherDayAsked(visit_id=command.visit_id, reason=command.reason),)


def _record(command: RecordVisit, state: Open) -> tuple[AnyVisitFact, ...]:
    visit = _known(command, state)
    if visit.state == "held" and visit.on == command.held_on:
        return ()
    _to_come(command, state)
    raise_first([already_come(command.held_on, command.at, "held_on")])
    return (VisitHeld(visit_id=command.visit_id, held_on=command.held_on),)


def _known(command: VisitCommand, state: Open) -> Appointment:
    for visit in state.visits:
        if visit.visit_id == command.visit_id:
            return visit
    raise Refused("unknown_visit")


def _to_come(command: VisitCommand, state: Open) -> Appointment:
    """The visit, if it can still be changed. Raises Refused."""
    visit = _known(command, state)
    if visit.state == "held":
        raise Refused("visit_held")
    if visit.state == "cancelled":
        raise Refused("unknown_visit")
    return visit


def evolve(state: Open, fact: AnyVisitFact) -> Open:
    match fact:
        case VisitPlanned(plan=plan):
            planned = Appointment(visit_id=fact.visit_id, division_ids=plan.division_ids, on=plan.on, state="planned")
            return state.model_copy(update={"visits": (*state.visits, planned)})
        case VisitMoved():
            return _changed(state, fact, on=fact.on, state="planned", reason=None)
        case VisitCancelled():
            return _changed(state, fact, state="cancelled")
        case VisitConfirmed():
            return _changed(state, fact, state="confirmed", reason=None)
        case AnotherDayAsked():
            return _changed(state, fact, state="another_day_asked", reason=fact.reason)
        case VisitHeld():
            return _changed(state, fact, on=fact.held_on, state="held")
        case _:
            assert_never(fact)


def _changed(validation: Open, fact: VisitFact, **changes: object) -> Open:
    visits = (
        visit.model_copy(update=changes) if visit.visit_id == fact.visit_id else visit for visit in validation.visits
    )
    return validation.model_copy(update={"visits": tuple(visits)})
