"""The calendar of site officers: what is overdue, which visits come when, and who has none yet."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from json import dumps
from typing import Annotated, Literal, get_args
from uuid import UUID

from pydantic import Field

from services.site_validation.domain.validation.state import OVER, Appointment
from services.site_validation.views.validations import LEGAL_NAME, SUBMITTED, Status, Validations
from shared.contracts.event import Application
from shared.contracts.site_validation import FindingState
from shared.contracts.types import Name, ValidationOutcome, VisitState
from shared.model import Json, Model
from shared.programme.forms.days import REVERSED, Day, not_before
from shared.programme.forms.texts import SearchedName
from shared.repository import Rows
from shared.store.documents import beginning_with
from shared.store.paging import Cursor, decode_cursor
from shared.store.reading import Listing

Group = Literal["overdue", "responded", "missed", "this_week", "next_week", "later", "unplanned", "visited"]
GROUPS: tuple[Group, ...] = get_args(Group)
TO_COME: tuple[VisitState, ...] = ("planned", "another_day_asked", "confirmed")
LATE: Json = {"state": "open", "overdue": True}
ANSWERED: Json = {"state": "responded"}
AT_A_GLANCE = 8
MOST_COUNTED = 200
WEEK = timedelta(days=7)
AWAY = (-30, 0, 7, 21, 60)  # days from today, until which very many are read
ALL_DAYS = "9999-12-31"


class Asked(Model):
    """Which validations, and from where on. A group is one of those that are open."""

    status: Literal["open", "concluded", "collecting"] = "open"
    group: Group | None = None
    name: SearchedName | None = None
    visit_from: Day | None = None
    visit_until: Annotated[Day, not_before("visit_from"), REVERSED] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    after: Cursor | None = None

    @property
    def visit_days(self) -> "Days | None":
        bounds = {"$gte": self.visit_from, "$lte": self.visit_until}
        return _visits(bounds) if any(bounds.values()) else None

    @property
    def is_filtered(self) -> bool:
        """Whether it asks for less than all that are open."""
        return self != Asked()


class Action(Model):
    """A required action that is not accepted yet."""

    state: FindingState
    overdue: bool
    due_on: date | None


class Entry(Model):
    """One validation in the calendar; `names` are those of its divisions."""

    application: Application
    status: Status
    legal_name: Name | None
    names: Mapping[UUID, Name]
    visits: tuple[Appointment, ...]
    actions: tuple[Action, ...]
    outcome: ValidationOutcome | None
    concluded_on: date | None

    @property
    def visit(self) -> Appointment | None:
        """The next visit, else the last one."""
        to_come = [visit for visit in self.visits if visit.state not in OVER]
        held = [visit for visit in self.visits if visit.state == "held"]
        return min(to_come, key=_day, default=None) or max(held, key=_day, default=None)

    @property
    def places(self) -> tuple[Name, ...]:
        """Where that visit leads."""
        return tuple(self.names[division_id] for division_id in self.visit.division_ids) if self.visit else ()

    @property
    def responded(self) -> int:
        """How many responses nobody has answered."""
        return sum(action.state == "responded" for action in self.actions)

    @property
    def overdue(self) -> int:
        """How many actions the company should have taken."""
        return sum(action.state == "open" and action.overdue for action in self.actions)

    @property
    def due_on(self) -> date | None:
        """The earliest day by which the company has to act."""
        return min((action.due_on for action in self.actions if action.due_on), default=None)


def _day(visit: Appointment) -> date:
    return visit.on


@dataclass(frozen=True)
class Section:
    """A group, its first validations, and how many there are, as far as they are counted."""

    group: Group
    entries: tuple[Entry, ...]
    count: int


@dataclass(frozen=True)
class Found:
    """One page of validations; `next` is the cursor of the page after it."""

    entries: tuple[Entry, ...]
    count: int
    next: str | None


async def at_a_glance(validations: Validations, today: date) -> tuple[Section, ...]:
    """Every group with its first validations, the most urgent group first."""
    return tuple(await asyncio.gather(*(_section(validations, group, today) for group in GROUPS)))


async def _section(validations: Validations, group: Group, today: date) -> Section:
    found = await listed(validations, Asked(group=group, limit=AT_A_GLANCE), today)
    return Section(group, found.entries, found.count)


async def listed(validations: Validations, asked: Asked, today: date) -> Found:
    """One page of what is asked for. Raises Refused("malformed") for a foreign cursor."""
    query, days = matching(asked, today), by_days(asked, today)
    count = await validations.count(query, folded=asked.name is not None, most=MOST_COUNTED)
    if days and not asked.name:
        since = decode_cursor(asked.after)[0] if asked.after else ""
        parts = days.beginnings(today, since) if count == MOST_COUNTED else [days]
        page = await _first_days(validations, asked, days.first, parts)
    else:
        page = await validations.rows(_listing(asked, query), PATHS, limit=asked.limit, after=asked.after)
    return Found(tuple(map(entry, page.rows)), count, page.next)


async def _first_days(validations: Validations, asked: Asked, first: Json, parts: Iterable["Days"]) -> Rows:
    """In the order of days. Of very many the first few days fill a page, and only what is then is compared."""
    page = Rows((), None)
    for part in parts:
        page = await validations.ranked(_query(asked, part), first, PATHS, limit=asked.limit, after=asked.after)
        if page.next:
            break
    return page


def _listing(asked: Asked, query: Json) -> Listing:
    """By name, or in a group by submission; what is collecting may have neither yet."""
    if asked.name:
        return Listing(query, LEGAL_NAME, folded=True)
    return Listing(query, "_id" if asked.status == "collecting" else SUBMITTED if asked.group else LEGAL_NAME)


async def counted(validations: Validations, today: date) -> Mapping[str, int]:
    """How many there are in each status."""
    statuses = get_args(Asked.model_fields["status"].annotation)
    queries = (matching(Asked(status=status), today) for status in statuses)
    counts = await asyncio.gather(*(validations.count(query, most=MOST_COUNTED) for query in queries))
    return dict(zip(statuses, counts, strict=True))


# --- as it is stored ------------------------------------------------------------------------------


PATHS = (
    *("state.status", "state.application", "state.visits", "state.outcome", "state.concluded_on"),
    *(LEGAL_NAME, "state.package.divisions.division_id", "state.package.divisions.name"),
    *("state.findings.state", "state.findings.overdue", "state.findings.due_on"),
)


def entry(stored: Json) -> Entry:
    """From these fields of a state."""
    package = stored.get("package") or {"profile": {"legal_name": None}, "divisions": ()}
    fields = {
        **{name: stored[name] for name in ("application", "status")},
        **{name: stored.get(name) for name in ("outcome", "concluded_on")},
        "legal_name": package["profile"]["legal_name"],
        "names": {division["division_id"]: division["name"] for division in package["divisions"]},
        "visits": stored.get("visits", ()),
        "actions": [
            {name: finding[name] for name in Action.model_fields}
            for finding in stored.get("findings", ())
            if finding["state"] in {"open", "responded"}
        ],
    }
    return Entry.model_validate_json(dumps(fields))


def matching(asked: Asked, today: date) -> Json:
    """The query for what is asked for."""
    return _query(asked, by_days(asked, today))


def _query(asked: Asked, days: "Days | None") -> Json:
    """With those days that matter of what stands in their order."""
    parts: list[Json] = [
        {"state.status": asked.status},
        days.query if days else _group(asked.group),
        asked.visit_days.query if asked.group and asked.visit_days else {},
        {LEGAL_NAME: beginning_with(asked.name)} if asked.name else {},
    ]
    return {"$and": [part for part in parts if part]}


def by_days(asked: Asked, today: date) -> "Days | None":
    """The days that matter, where what is asked for stands in their order."""
    return _days(asked.group, today) if asked.group else asked.visit_days


def _group(group: Group | None) -> Json:
    """The query of a group whose days do not matter."""
    match group:
        case "unplanned":
            return {"state.visits.state": {"$nin": [*TO_COME, "held"]}}
        case "visited":
            settled = {"state.findings": {"$not": any_part({"$or": [LATE, ANSWERED]})}}
            return {"state.visits.state": {"$eq": "held", "$nin": [*TO_COME]}, **settled}
    return {}


def _days(group: Group | None, today: date) -> "Days | None":
    sunday = today + timedelta(days=6 - today.weekday())
    match group:
        case "overdue":
            return Days("findings", LATE, "due_on", {})
        case "responded":
            return Days("findings", ANSWERED, "due_on", {})
        case "missed":
            return _visits({"$lt": today})
        case "this_week":
            return _visits({"$gte": today, "$lte": sunday})
        case "next_week":
            return _visits({"$gt": sunday, "$lte": sunday + WEEK})
        case "later":
            return _visits({"$gt": sunday + WEEK})
    return None


def _visits(bounds: Mapping[str, date | None]) -> "Days":
    """Visits to come on such days."""
    return Days("visits", {"state": {"$in": [*TO_COME]}}, "on", {name: str(day) for name, day in bounds.items() if day})


@dataclass(frozen=True)
class Days:
    """Days within the parts of an array that fulfil a condition; those within the bounds matter."""

    array: str
    condition: Json
    day: str
    bounds: Mapping[str, str]

    @property
    def query(self) -> Json:
        """That one matters."""
        return {f"state.{self.array}": any_part(self._parts)}

    @property
    def first(self) -> Json:
        """The first that matters, as an expression."""
        tests = {field: test if isinstance(test, dict) else {"$eq": test} for field, test in self._parts.items()}
        holds = [{how: [f"$$each.{field}", value]} for field, test in tests.items() for how, value in test.items()]
        chosen = {"$filter": {"input": f"$state.{self.array}", "as": "each", "cond": {"$and": holds}}}
        return {"$min": {"$map": {"input": chosen, "as": "each", "in": f"$$each.{self.day}"}}}

    def beginnings(self, today: date, since: str) -> Iterator["Days"]:
        """Those from a day on, if one is given, until some day, each time a later one; at the end all of them."""
        later = replace(self, bounds={**self.bounds, "$gte": since}) if since else self
        for away in AWAY:
            until = str(today + timedelta(days=away))
            if max(since, self.bounds.get("$gt", "")) < until < self.bounds.get("$lte", ALL_DAYS):
                yield replace(later, bounds={**later.bounds, "$lte": until})
        yield later

    @property
    def _parts(self) -> Json:
        return {**self.condition, **({self.day: self.bounds} if self.bounds else {})}


def any_part(condition: Json) -> Json:
    return {"$elemMatch": condition}
