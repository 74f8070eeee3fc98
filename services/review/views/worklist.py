"""The worklist of an officer: the most urgent cases first, and of one urgency the oldest submission."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Literal, TypeVar, get_args

from services.review.views.queue import (
    ANSWER_OVERDUE,
    ASSIGNEE,
    LINES,
    MISSED,
    STATUS,
    SUBMITTED,
    CaseRow,
    Cases,
    Ended,
    Running,
    Status,
    listed,
)
from shared.contracts.review import Clock
from shared.contracts.types import LineOfBusiness
from shared.errors import Refused
from shared.model import Json, Model
from shared.programme.calendar import beginning_of, due_on
from shared.programme.forms.numbers import PersonReference
from shared.store.reading import Listing

View = Literal["to_decide", "mine", "nobodys", "others", "overdue", "everybodys"]
Urgency = Literal["answer_overdue", "standard_missed", "ends_soon", "on_time", "returned", "paused", "ended"]
Of = TypeVar("Of", View, Urgency, Status)
URGENCIES: tuple[Urgency, ...] = get_args(Urgency)
OVERDUE: tuple[Urgency, ...] = ("answer_overdue", "standard_missed")
RUNNING, ENDED = get_args(Running), get_args(Ended)
OPEN = (*RUNNING, "returned")
TO_DECIDE = ("decision_pending",)
SOON_DAYS = 10
PAGE = 50
_ANY_DAY = datetime(1970, 1, 1, tzinfo=UTC)
_NO = {"$in": [False, None]}  # what an early release stored lacks the field
_EITHER = {"$in": [True, False, None]}


class Selection(Model):
    """Which cases an officer looks at; an assignee that is named counts instead of the view."""

    view: View
    status: Status | None = None
    line_of_business: LineOfBusiness | None = None
    assignee: PersonReference | None = None


class Group(Model):
    """Cases of one urgency: how many there are, and those of this page."""

    urgency: Urgency
    count: int
    cases: tuple[CaseRow, ...]


class Worklist(Model):
    """One page of cases, the most urgent first, and of one urgency the oldest submission."""

    groups: tuple[Group, ...]
    count: int
    next: str | None


async def worklist(cases: Cases, selection: Selection, reader: str, today: date, after: str | None = None) -> Worklist:
    """One page of what an officer looks at. Raises Refused("malformed") for a foreign cursor."""
    queries = of_urgencies(selection, reader, today)
    counts = await _counted(cases, queries)
    first, cursor = _place(after)
    groups: list[Group] = []
    left = PAGE
    following: str | None = None
    for urgency in URGENCIES[URGENCIES.index(first) :]:
        if not counts.get(urgency) or following:
            continue
        if not left:
            following = urgency
            continue
        found = Listing(queries[urgency], SUBMITTED)
        page = await listed(cases, found, today, left, cursor if urgency == first else None)
        groups.append(Group(urgency=urgency, count=counts[urgency], cases=page.cases))
        left -= len(page.cases)
        following = page.next and f"{urgency}.{page.next}"
    return Worklist(groups=tuple(groups), count=sum(counts.values()), next=following)


def _place(after: str | None) -> tuple[Urgency, str | None]:
    """Where a page begins: within which urgency, and there after which cursor."""
    named, _, cursor = (after or URGENCIES[0]).partition(".")
    for urgency in URGENCIES:
        if urgency == named:
            return urgency, cursor or None
    raise Refused("malformed", field="after")


async def view_counts(cases: Cases, reader: str, today: date) -> Mapping[View, int]:
    """How many open cases each view has: those in hand that are not the reader's are others'."""
    persons: tuple[View, ...] = ("mine", "nobodys")
    by_status, by_person, overdue = await asyncio.gather(
        _counted(cases, {status: {STATUS: status} for status in OPEN}),
        _counted(cases, {view: {STATUS: {"$in": OPEN}, **_assigned(view, reader)} for view in persons}),
        _counted(cases, of_urgencies(Selection(view="overdue"), reader, today)),
    )
    everybodys = sum(by_status.values())
    return {
        **by_person,
        "others": max(0, everybodys - sum(by_person.values())),  # counted at moments of their own
        "overdue": sum(overdue.values()),
        "everybodys": everybodys,
        "to_decide": sum(by_status[status] for status in TO_DECIDE),
    }


async def _counted(cases: Cases, queries: Mapping[Of, Json]) -> Mapping[Of, int]:
    return dict(zip(queries, await asyncio.gather(*map(cases.count, queries.values())), strict=True))


def of_urgencies(selection: Selection, reader: str, today: date) -> dict[Urgency, Json]:
    """The query of each urgency that the selection has cases of.

    `due` is the moment at which the service standard or, of a returned case, the time to answer is over.
    """
    soon = _end_of_day_after(SOON_DAYS, today)
    conditions: Mapping[Urgency, tuple[tuple[str, ...], Json]] = {
        "answer_overdue": (("returned",), {MISSED: _EITHER, ANSWER_OVERDUE: True}),
        "standard_missed": (OPEN, {MISSED: True, ANSWER_OVERDUE: {"$ne": True}}),
        "ends_soon": (RUNNING, {MISSED: _NO, "due": {"$lte": soon}}),
        "on_time": (RUNNING, {MISSED: _NO, "due": {"$gt": soon}}),
        "returned": (("returned",), {MISSED: _NO, ANSWER_OVERDUE: _NO}),
        "paused": (RUNNING, {MISSED: _NO, "due": {"$not": {"$gte": _ANY_DAY}}}),
        "ended": (ENDED, {MISSED: _EITHER}),
    }
    selected = (selection.status,) if selection.status else TO_DECIDE if selection.view == "to_decide" else OPEN
    everywhere = {**_assigned(selection.view, reader, selection.assignee), **_of_line(selection.line_of_business)}
    return {
        urgency: {STATUS: {"$in": [status for status in statuses if status in selected]}, **condition, **everywhere}
        for urgency, (statuses, condition) in conditions.items()
        if set(statuses) & set(selected) and (selection.view != "overdue" or urgency in OVERDUE)
    }


def _end_of_day_after(business_days: int, today: date) -> datetime:
    """The moment at which the last of so many business days from tomorrow is over."""
    last = due_on(Clock(started_on=today, standard_days=business_days))
    return beginning_of((last or today) + timedelta(days=1))


def _assigned(view: View, reader: str, assignee: str | None = None) -> Json:
    match view:
        case _ if assignee:
            return {ASSIGNEE: assignee}
        case "mine":
            return {ASSIGNEE: reader}
        case "nobodys":
            return {ASSIGNEE: None}
        case "others":
            return {"$and": [{ASSIGNEE: {"$gte": ""}}, {ASSIGNEE: {"$ne": reader}}]}
    return {}


def _of_line(line: LineOfBusiness | None) -> Json:
    return {LINES: line} if line else {}
