"""Writes in bulk lose nothing unnoticed: a lost race, a document too large and a violated index are each found."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from shared.errors import Defective, NotUnique, StaleVersion
from shared.store import documents
from shared.store.changes import Change
from shared.store.client import Database
from tests.support.builders.toys import COMPANY, NOON, OTHER, announce
from tests.support.servers.kernel import Toys, enveloped

ONE = str(COMPANY)
THREE = (ONE, str(OTHER), str(UUID(int=3)))  # of as many, the first and the last go in one bulk


@pytest.fixture(params=[1, 1_000], ids=["by list", "by operation"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Known documents are changed by one update with a list, and by an operation each."""
    monkeypatch.setattr(documents, "FEWEST_BY_LIST", request.param)


async def numbers(toy: Toys, aggregate_id: str) -> list[int]:
    return [entry["sequence"] for entry in (await toy.tallies.documents.outboxes([aggregate_id])).get(aggregate_id, [])]


async def test_a_lost_race_in_a_bulk_is_noticed(toy: Toys) -> None:
    """The database does not say which operation of a bulk lost its race: only the count falls short."""
    for aggregate_id in THREE:
        await toy.tallies.handle(aggregate_id, announce(UUID(aggregate_id)), enveloped())
    before = await toy.tallies.documents.load(THREE)
    await toy.tallies.handle(ONE, announce(), enveloped())

    with pytest.raises(StaleVersion):
        await toy.tallies.documents.write_all([Change(document, document) for document in before.values()])
    now = await toy.tallies.documents.load(THREE)
    written = [now[aggregate_id].version - before[aggregate_id].version for aggregate_id in THREE]
    assert written == [1, 1, 1]  # the first by the command


EVALUATED = {
    "a reference": "$$ROOT",
    "a path": "$version",
    "an operator": {"$add": [1, 1]},
    "a literal": {"$literal": "$state"},
    "a removal": "$$REMOVE",
    "a dot": {"a.b": {"c.$d": 1}},
    "a list": ["$_id", {"$concat": ["a", "b"]}],
    "nothing": None,
    "a moment": NOON,
    "accents": "é 𝄞 \u2028",
    "an empty object": {},
}


@pytest.mark.parametrize("name", EVALUATED)
async def test_the_database_evaluates_nothing_of_what_it_stores(toy: Toys, name: str) -> None:
    """A name, a note or a file name may hold what an update would take for an expression."""
    value = EVALUATED[name]
    for aggregate_id in THREE:
        await toy.tallies.handle(aggregate_id, announce(UUID(aggregate_id)), enveloped())
    before = await toy.tallies.documents.load(THREE)
    entry = {"sequence": 2, "fact": f"$fact of {name}", "message": {"headers": value}}
    gained: Any = {
        "sequence": 2,
        "state": {name: value},
        "watermarks": {"/intake/companies/ann": 1},
        "idempotency_keys": ({"id": value},),
        "journal_head": f"$head of {name}",
        "due": NOON,
    }
    changes = [Change(document, replace(document, **gained), (entry,)) for document in before.values()]

    assert await toy.tallies.documents.write_all(changes) == {}

    stored = await toy.tallies.documents.load(THREE)
    for change in changes:
        found = stored[change.before.id]
        assert found == replace(change.after, version=2, outbox_bytes=found.outbox_bytes)
    outboxes = await toy.tallies.documents.outboxes(THREE)
    assert [outbox[1:] for outbox in outboxes.values()] == [[entry]] * 3


async def test_what_is_pulled_meanwhile_stays_away_from_an_outbox_that_grows(toy: Toys) -> None:
    for aggregate_id in THREE:
        await toy.tallies.handle(aggregate_id, announce(UUID(aggregate_id)), enveloped())
    before = await toy.tallies.documents.load(THREE)
    await toy.tallies.documents.pull({ONE: [1]})

    entry = {"sequence": 2, "fact": "{}", "message": None}
    await toy.tallies.documents.write_all([Change(document, document, (entry,)) for document in before.values()])

    assert [await numbers(toy, aggregate_id) for aggregate_id in THREE] == [[2], [1, 2], [1, 2]]


async def test_changes_too_large_for_one_update_are_all_written(toy: Toys) -> None:
    for aggregate_id in THREE:
        await toy.tallies.handle(aggregate_id, announce(UUID(aggregate_id)), enveloped())
    before = await toy.tallies.documents.load(THREE)
    entry = {"sequence": 2, "fact": "x" * 9_000_000, "message": None}

    await toy.tallies.documents.write_all([Change(document, document, (entry,)) for document in before.values()])

    assert [await numbers(toy, aggregate_id) for aggregate_id in THREE] == [[1, 2]] * 3


async def test_two_first_writes_are_a_lost_race(toy: Toys) -> None:
    before = await toy.tallies.documents.load_one(ONE)
    await toy.tallies.handle(ONE, announce(), enveloped())

    with pytest.raises(StaleVersion):
        await toy.tallies.documents.write(Change(before, before))


@pytest.mark.parametrize("at_once", [1, 3])
async def test_a_document_that_grows_too_large_is_its_own_defect(toy: Toys, at_once: int) -> None:
    """MongoDB reports it per operation, among others that succeed."""
    for aggregate_id in THREE:
        await toy.tallies.handle(aggregate_id, announce(UUID(aggregate_id)), enveloped())
    before = await toy.tallies.documents.load(THREE)
    entry = {"sequence": 2, "blob": "x" * 9_000_000}
    await toy.tallies.documents.write(Change(before[ONE], before[ONE], (entry,)))
    again = await toy.tallies.documents.load(THREE)
    changes: Sequence[Change] = [Change(document, document, (entry,)) for document in again.values()]

    failed = await toy.tallies.documents.write_all(changes[:at_once])

    assert {aggregate_id: type(defect) for aggregate_id, defect in failed.items()} == {ONE: Defective}
    others = await toy.tallies.documents.load(THREE[1:])
    assert {other.version for other in others.values()} == {2 if at_once > 1 else 1}


@pytest.mark.parametrize(
    ("blob", "reason"), [("x" * 17_000_000, "document_too_large"), (2**63, "number_too_large")], ids=["size", "number"]
)
async def test_an_operation_too_large_to_send_is_its_own_defect(toy: Toys, blob: object, reason: str) -> None:
    before = await toy.tallies.documents.load(THREE)
    entries = {ONE: ({"sequence": 1, "blob": blob},)}
    changes = [Change(document, document, entries.get(aggregate_id, ())) for aggregate_id, document in before.items()]

    failed = await toy.tallies.documents.write_all(changes)

    assert {aggregate_id: str(defect) for aggregate_id, defect in failed.items()} == {ONE: reason}
    assert {other.version for other in (await toy.tallies.documents.load(THREE[1:])).values()} == {1}


async def test_a_violated_index_in_a_bulk_is_its_own_defect(toy: Toys) -> None:
    await toy.tallies.documents.prepare(unique=["state.padding"])
    await toy.tallies.handle(ONE, announce(padding="same"), enveloped())
    before = (await toy.tallies.documents.load([str(OTHER)]))[str(OTHER)]
    taken = await toy.tallies.documents.load_one(ONE)

    failed = await toy.tallies.documents.write_all([Change(before, taken)])

    assert {aggregate_id: type(defect) for aggregate_id, defect in failed.items()} == {str(OTHER): NotUnique}


async def test_a_pull_takes_from_each_outbox_what_was_relayed_of_it(toy: Toys) -> None:
    for aggregate_id in THREE:
        for _ in range(2):
            await toy.tallies.handle(aggregate_id, announce(UUID(aggregate_id)), enveloped())

    first, second, third = THREE
    await toy.tallies.documents.pull({first: [1], second: [1, 2], third: [1]})

    assert [await numbers(toy, aggregate_id) for aggregate_id in THREE] == [[2], [], [2]]


async def test_the_sweep_for_waiting_outboxes_uses_its_index(toy: Toys, database: Database) -> None:
    """The obvious query, `outbox.0 exists`, would scan the collection despite the partial index."""
    await toy.tallies.documents.prepare()
    await toy.tallies.handle(ONE, announce(), enveloped())
    await toy.tallies.documents.pull({ONE: [1]})
    for company in [UUID(int=number) for number in range(50)]:
        await toy.tallies.handle(str(company), announce(company), enveloped())
        await toy.tallies.documents.pull({str(company): [1]})
    await toy.tallies.handle(ONE, announce(), enveloped())

    await database.command({"profile": 2})
    assert list(await toy.tallies.documents.unrelayed(10)) == [ONE]
    await database.command({"profile": 0})

    profiled = await database["system.profile"].find_one({"command.find": "companies"})
    assert profiled is not None
    assert "IXSCAN" in profiled["planSummary"]
    assert profiled["docsExamined"] <= 2


async def test_what_an_earlier_release_stored_twice_keeps_no_service_from_its_work(
    toy: Toys, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    for aggregate_id in THREE[:2]:
        await toy.tallies.handle(aggregate_id, announce(UUID(aggregate_id), padding="twice"), enveloped())

    await toy.tallies.documents.prepare(unique=["state.padding", "state.rung_at"])
    assert {"state.rung_at"} <= {*await database["companies"].index_information()}
    logged = capsys.readouterr().out
    assert "stored_twice" in logged
    assert "path='state.padding'" in logged
