"""The calendar of site officers: what is overdue, which visits come when, and who has none yet."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from json import dumps
from typing import Annotated, Any, Literal, get_args
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
from shared.store.paging import Cursor
from shared.store.reading import Listing

Group = Literal["overdue", "responded", "missed", "this_week", "next_week", "later", "unplanned", "visited"]
GROUPS: tuple[Group, ...] = get_args(Group)
TO_COME: tuple[VisitState, ...] = ("planned", "another_day_asked", "confirmed")
LATE: Json = {"state": "open", "overdue": True}
ANSWERED: Json = {"state": "responded"}
AT_A_GLANCE = 8
MOST_COUNTED = 500
WEEK = timedelta(days=7)


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
    query = matching(asked, today)
    page, count = await asyncio.gather(
        _page(validations, asked, query),
        validations.count(query, folded=asked.name is not None, most=MOST_COUNTED),
    )
    return Found(tuple(map(entry, page.rows)), count, page.next)


async def _page(validations: Validations, asked: Asked, query: Json) -> Rows:
    if asked.name or asked.group in {"unplanned", "visited"}:
        listing = Listing(query, LEGAL_NAME if asked.name else SUBMITTED, folded=asked.name is not None)
        return await validations.rows(listing, PATHS, limit=asked.limit, after=asked.after)
    return await validations.ranked(query, _order(asked), PATHS, limit=asked.limit, after=asked.after)


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
    bounds = {"$gte": asked.visit_from, "$lte": asked.visit_until}
    days = {bound: str(day) for bound, day in bounds.items() if day}
    parts: list[Json] = [
        {"state.status": asked.status},
        _group(asked.group, today) if asked.group else {},
        _visit(days) if days else {},
        {LEGAL_NAME: beginning_with(asked.name)} if asked.name else {},
    ]
    return {"$and": [part for part in parts if part]}


def _group(group: Group, today: date) -> Json:
    sunday = today + timedelta(days=6 - today.weekday())
    match group:
        case "overdue":
            return {"state.findings": _any(LATE)}
        case "responded":
            return {"state.findings": _any(ANSWERED)}
        case "missed":
            return _visit({"$lt": str(today)})
        case "this_week":
            return _visit({"$gte": str(today), "$lte": str(sunday)})
        case "next_week":
            return _visit({"$gt": str(sunday), "$lte": str(sunday + WEEK)})
        case "later":
            return _visit({"$gt": str(sunday + WEEK)})
        case "unplanned":
            return {"state.visits.state": {"$nin": [*TO_COME, "held"]}}
        case "visited":
            settled = {"state.findings": {"$not": _any({"$or": [LATE, ANSWERED]})}}
            return {"state.visits.state": {"$eq": "held", "$nin": [*TO_COME]}, **settled}


def _visit(on: Mapping[str, str]) -> Json:
    """That a visit to come is on such a day."""
    return {"state.visits": _any({"state": {"$in": [*TO_COME]}, "on": on})}


def _any(condition: Json) -> Json:
    return {"$elemMatch": condition}


def _order(asked: Asked) -> Any:
    """By the day that matters, of the action or of the visit to come; else by the company."""
    match asked.group:
        case "overdue" | "responded":
            return _least("findings", "due_on", {"$in": ["$$each.state", ["open", "responded"]]})
        case "missed" | "this_week" | "next_week" | "later":
            return _least("visits", "on", {"$in": ["$$each.state", [*TO_COME]]})
        case None if asked.visit_from or asked.visit_until:
            return _least("visits", "on", {"$in": ["$$each.state", [*TO_COME]]})
        case _:
            return {"$ifNull": [f"${LEGAL_NAME}", ""]}


def _least(array: str, field: str, condition: Json) -> Json:
    """The least value of a field among the parts of an array that fulfil a condition."""
    chosen = {"$filter": {"input": f"$state.{array}", "as": "each", "cond": condition}}
    return {"$min": {"$map": {"input": chosen, "as": "each", "in": f"$$each.{field}"}}}
