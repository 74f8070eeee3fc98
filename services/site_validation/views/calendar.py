"""The calendar of site officers: what is overdue, which visits come when, and who has none yet."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Literal, get_args

from pydantic import Field

from services.site_validation.domain.validation.state import (
    OVER,
    Appointment,
    Concluded,
    Dossier,
    Finding,
    State,
)
from services.site_validation.views.companies import division_names
from services.site_validation.views.validations import LEGAL_NAME, ValidationRow, Validations, validation_row
from shared.contracts.types import VisitState
from shared.model import Json, Model
from shared.programme.forms.days import REVERSED, Day, not_before
from shared.programme.forms.texts import SearchedName
from shared.repository import Page
from shared.store.documents import beginning_with
from shared.store.paging import Cursor

Group = Literal["overdue", "responded", "missed", "this_week", "next_week", "later", "unplanned", "visited"]
GROUPS: tuple[Group, ...] = get_args(Group)
TO_COME: tuple[VisitState, ...] = ("planned", "another_day_asked", "confirmed")
LATE: Json = {"state": "open", "overdue": True}
ANSWERED: Json = {"state": "responded"}
AT_A_GLANCE = 8
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


@dataclass(frozen=True)
class Entry:
    """One validation: its next visit, or the last one, with where it leads; the open required actions; how it ended."""

    row: ValidationRow
    visit: Appointment | None
    places: tuple[str, ...]
    actions: tuple[Finding, ...]
    ended: Concluded | None = None

    @property
    def due_on(self) -> date | None:
        """The earliest day by which the company has to act."""
        return min((action.due_on for action in self.actions if action.due_on), default=None)


@dataclass(frozen=True)
class Section:
    """A group, its first validations, and how many there are."""

    group: Group
    entries: tuple[Entry, ...]
    count: int


@dataclass(frozen=True)
class Listing:
    """One page of validations; `next` is the cursor of the page after it."""

    entries: tuple[Entry, ...]
    count: int
    next: str | None


async def at_a_glance(validations: Validations, today: date) -> tuple[Section, ...]:
    """Every group with its first validations, the most urgent group first."""
    return tuple(await asyncio.gather(*(_section(validations, group, today) for group in GROUPS)))


async def _section(validations: Validations, group: Group, today: date) -> Section:
    listing = await listed(validations, Asked(group=group, limit=AT_A_GLANCE), today)
    return Section(group, listing.entries, listing.count)


async def listed(validations: Validations, asked: Asked, today: date) -> Listing:
    """One page of what is asked for. Raises Refused("malformed") for a foreign cursor."""
    query = matching(asked, today)
    page, count = await asyncio.gather(_page(validations, asked, query), validations.count(query))
    return Listing(tuple(entry(snapshot.state) for snapshot in page.snapshots), count, page.next)


async def _page(validations: Validations, asked: Asked, query: Json) -> Page[State]:
    if asked.name:
        return await validations.page(query, sort=LEGAL_NAME, limit=asked.limit, after=asked.after, folded=True)
    return await validations.ranked(query, _order(asked), limit=asked.limit, after=asked.after)


async def counted(validations: Validations, today: date) -> Mapping[str, int]:
    """How many there are in each status."""
    statuses = get_args(Asked.model_fields["status"].annotation)
    queries = (matching(Asked(status=status), today) for status in statuses)
    counts = await asyncio.gather(*(validations.count(query) for query in queries))
    return dict(zip(statuses, counts, strict=True))


def entry(state: State) -> Entry:
    """Raises Refused("not_found") if nothing is known of the application."""
    row = validation_row(state)
    if not isinstance(state, Dossier):
        return Entry(row, None, (), ())
    to_come = [visit for visit in state.visits if visit.state not in OVER]
    held = [visit for visit in state.visits if visit.state == "held"]
    visit = min(to_come, key=_day, default=None) or max(held, key=_day, default=None)
    names = division_names(state)
    places = tuple(names[division_id] for division_id in visit.division_ids) if visit else ()
    actions = tuple(finding for finding in state.findings if finding.state in {"open", "responded"})
    return Entry(row, visit, places, actions, state if isinstance(state, Concluded) else None)


def _day(visit: Appointment) -> date:
    return visit.on


# --- as it is stored ------------------------------------------------------------------------------


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
    """By the day that matters: of the action, of the visit to come, of the submission, of the last visit."""
    match asked.group:
        case "overdue" | "responded":
            return _least("findings", "due_on", {"$in": ["$$each.state", ["open", "responded"]]})
        case "missed" | "this_week" | "next_week" | "later":
            return _least("visits", "on", {"$in": ["$$each.state", [*TO_COME]]})
        case "unplanned":
            return "$state.package.submitted_at"
        case "visited":
            return {"$max": "$state.visits.on"}
        case None if asked.visit_from or asked.visit_until:
            return _least("visits", "on", {"$in": ["$$each.state", [*TO_COME]]})
        case None:
            return {"$ifNull": [f"${LEGAL_NAME}", ""]}


def _least(array: str, field: str, condition: Json) -> Json:
    """The least value of a field among the parts of an array that fulfil a condition."""
    chosen = {"$filter": {"input": f"$state.{array}", "as": "each", "cond": condition}}
    return {"$min": {"$map": {"input": chosen, "as": "each", "in": f"$$each.{field}"}}}
