"""The calendar as it is read: very many in the same order as few, and every list and count by its index."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count, product
from typing import get_args
from uuid import UUID, uuid5

import pytest

from services.site_validation.views import calendar
from services.site_validation.views.calendar import AWAY, Asked, Group, at_a_glance, counted, listed, matching
from services.site_validation.views.validations import INDEXES, NAMES, Validations
from shared.handling import Aggregate
from shared.model import Json
from shared.relays import Relays
from shared.store.client import Database
from shared.store.documents import Documents
from tests.support.builders.packages import COMPANY
from tests.support.builders.site_validation import LIVES, TODAY, VALIDATIONS, validation_in

AWAY_FROM_TODAY = (*AWAY, -200, -90, -31, -9, -1, 1, 3, 6, 8, 9, 40, 90, 200)
OF_DAYS = [
    *(Asked(group=group, limit=7) for group in get_args(Group) if group not in {"unplanned", "visited"}),
    Asked(visit_from=TODAY, visit_until=TODAY + timedelta(days=40), limit=7),
    Asked(group="later", visit_from=TODAY + timedelta(days=60), limit=7),
]
OTHERS = [
    Asked(),
    Asked(status="collecting"),
    Asked(status="concluded"),
    Asked(group="unplanned"),
    Asked(group="visited"),
    Asked(name="boreal"),
    Asked(name="boreal", group="later"),
]


@pytest.fixture
async def validations(database: Database) -> Validations:
    """A few hundred, in every stage of a life, with visits and actions on all kinds of days."""
    documents = Documents(database, "validations")
    await documents.prepare((), INDEXES, NAMES)
    await database["validations"].insert_many([*_stored()])
    return Aggregate(VALIDATIONS, documents, Relays())


def _stored() -> Iterator[Json]:
    numbers = count()
    for life, away in product([life for life in LIVES if life != "absent"], AWAY_FROM_TODAY):
        number = next(numbers)
        state = VALIDATIONS.states.dump_python(validation_in(life), mode="json")
        application = str(uuid5(COMPANY, f"application of {number}"))
        state["application"]["application_id"] = application
        for visit in state.get("visits", ()):
            visit["on"] = str(TODAY + timedelta(days=away))
        for finding in state.get("findings", ()):
            finding["due_on"] = finding["due_on"] and str(TODAY + timedelta(days=away + number % 5))
        if number % 3 == 0 and state.get("visits"):
            state["visits"].append({**state["visits"][0], "on": str(TODAY + timedelta(days=away - 20 + number % 41))})
        yield {"_id": application, "version": 1, "sequence": 1, "state": state, "due": None}


async def whole(validations: Validations, asked: Asked) -> list[UUID]:
    """The applications of a list, page by page."""
    found: list[UUID] = []
    while True:
        page = await listed(validations, asked, TODAY)
        found += [entry.application.application_id for entry in page.entries]
        assert len(page.entries) <= asked.limit
        if page.next is None:
            return found
        asked = asked.model_copy(update={"after": page.next})


@pytest.mark.parametrize("asked", OF_DAYS, ids=repr)
async def test_very_many_are_read_in_the_same_order_as_few(
    validations: Validations, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few are all compared; of very many only the first days are."""
    monkeypatch.setattr(calendar, "MOST_COUNTED", 10_000)
    compared = await whole(validations, asked)
    monkeypatch.setattr(calendar, "MOST_COUNTED", 1)
    assert await whole(validations, asked) == compared
    assert len(compared) == len(set(compared)) > asked.limit


async def test_every_list_and_count_is_read_by_an_index(validations: Validations, database: Database) -> None:
    await database.command("profile", 2)
    for asked in (*OF_DAYS, *OTHERS):
        await listed(validations, asked, TODAY)
    await at_a_glance(validations, TODAY)
    await counted(validations, TODAY)
    await database.command("profile", 0)
    read = await database["system.profile"].find({"ns": f"{database.name}.validations"}).to_list(None)
    assert len(read) > len(OF_DAYS) + len(OTHERS)
    assert {each["planSummary"].split()[0] for each in read} == {"IXSCAN"}
    sorted_there = [each["command"]["filter"] for each in read if "find" in each["command"] and "hasSortStage" in each]
    few_unplanned = matching(Asked(group="unplanned"), TODAY)  # many are read in order until a page is full
    assert all(query == few_unplanned for query in sorted_there)
