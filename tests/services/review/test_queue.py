"""The queue as it is read: rows as whole cases show them, and every list and count by its indexes."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any, get_args

import pytest
from bson.codec_options import CodecOptions, DatetimeConversion

from services.review.domain.case.state import Absent
from services.review.views import queue, worklist
from services.review.views.queue import IN_A_ROW, ListedCase
from services.review.views.worklist import Selection, View, of_urgencies
from shared.contracts.types import LineOfBusiness
from shared.model import Json
from shared.store.client import Database
from shared.store.documents import Documents, field_at
from tests.support.builders.review import CASES
from tests.support.samples.golden import names, read

FAR_DAYS: CodecOptions[Json] = CodecOptions(datetime_conversion=DatetimeConversion.DATETIME_AUTO)  # bounds of indexes
TODAY = date(2026, 11, 30)
READER = "UKZ3J5DMNQ7X2A4VOTB6LCWEYH"
STORED = [name for name in names("states") if name.startswith("states/cases.") and "absent" not in name]
SELECTIONS = [
    *(Selection(view=view) for view in get_args(View)),
    Selection(view="everybodys", status="site_validation"),
    Selection(view="everybodys", line_of_business="importer"),
    Selection(view="everybodys", assignee=READER),
    Selection(view="everybodys", status="approved"),
]


def projected(state: Json) -> Json:
    """What of a stored case is read for its row."""
    found: Json = {}
    for path in IN_A_ROW:
        *within, name = path.split(".")[1:]
        if (value := field_at(path, {"state": state})) is not None or "assignee" in path:
            place = found
            for part in within:
                place = place.setdefault(part, {})
            place[name] = value
    return found


@pytest.mark.parametrize("name", STORED)
def test_a_row_is_the_same_of_the_stored_fields_as_of_the_whole_case(name: str) -> None:
    """In every version in which cases were ever stored."""
    stored = read(name)
    whole = CASES.state(stored)
    assert not isinstance(whole, Absent)
    assert ListedCase.model_validate(projected(stored)) == ListedCase.model_validate(whole, from_attributes=True)


@pytest.fixture
async def filed(database: Database) -> Database:
    """A few hundred cases, of every kind that the worklist tells apart."""
    documents = Documents(database, "cases")
    await documents.prepare((), queue.INDEXES, queue.NAMES)
    kinds = product(queue.STATUSES, (True, False, None), (None, READER, "UAAAAAAAAAAAAAAAAAAAAAAAAA"), range(9))
    await database["cases"].insert_many([_case(number, *kind) for number, kind in enumerate(kinds)])
    return database


def _case(number: int, status: str, missed: bool | None, assignee: str | None, line: int) -> Json:  # noqa: FBT001 - a field
    lines = get_args(LineOfBusiness)
    package = {
        "submitted_at": f"2026-0{line + 1}-01T15:00:00Z",
        "profile": {"lines_of_business": [lines[line % len(lines)]], "legal_name": f"Company {number}"},
    }
    overdue = {"answer_overdue": line % 2 == 0} if status == "returned" and missed is not None else {}
    due = None if missed or line == 0 else datetime(2026, 12, 1, tzinfo=UTC) + timedelta(days=5 * line)
    early: Json = {} if missed is None else {"standard_missed": missed}
    dossier = {"assignee": assignee, **early, "package": package}
    return {"_id": f"{number:04}", "due": due, "state": {"status": status, **overdue, "dossier": dossier}}


@pytest.mark.parametrize("selection", SELECTIONS, ids=repr)
async def test_every_count_is_answered_by_an_index_alone(filed: Database, selection: Selection) -> None:
    for query in of_urgencies(selection, READER, TODAY).values():
        command = {"count": "cases", "query": query}
        explained = await filed.command("explain", command, verbosity="executionStats", codec_options=FAR_DAYS)
        assert explained["executionStats"]["totalDocsExamined"] == 0


async def test_every_open_case_has_one_urgency(filed: Database) -> None:
    found: list[str] = []
    for query in of_urgencies(Selection(view="everybodys"), READER, TODAY).values():
        found += [case["_id"] async for case in filed["cases"].find(query, {"_id": 1})]
    is_open: Mapping[str, Any] = {"state.status": {"$in": [*worklist.OPEN]}}
    every = [case["_id"] async for case in filed["cases"].find(is_open, {"_id": 1})]
    assert sorted(found) == sorted(every)
