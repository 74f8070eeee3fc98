"""A batch from the bus: every record is written or parked, in order, once in effect, whatever fails between."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby, pairwise
from operator import itemgetter
from time import monotonic
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared import handling
from shared.bus.held import Hold
from shared.bus.inbox import BatchConsumer
from shared.bus.messages import received
from shared.errors import Unavailable
from shared.store.changes import Document
from shared.store.client import Database
from shared.store.documents import Documents
from shared.store.parked import RawRecord
from shared.telemetry import Metrics
from tests.support.builders.toys import COMPANY, NOON, OTHER, POISON, SUBSCRIPTIONS
from tests.support.crashing import Fate, every_death
from tests.support.servers.kernel import Toys, entries, record_of, toys, with_header

KEY = str(COMPANY)
PUBLISHER = itemgetter(0)


async def waiting(toy: Toys, key: str = KEY) -> list[tuple[str, str]]:
    return [(record.id, record.reason) for record in await toy.parked.queue(key) or []]


async def test_records_are_handled_in_order(toy: Toys) -> None:
    await toy.inbox.handle([record_of(1), record_of(2), record_of(3)])

    assert await entries(toy) == [1, 2, 3]
    assert toy.notified == [("ledgers", KEY)]


async def test_a_redelivery_changes_nothing(toy: Toys) -> None:
    await toy.inbox.handle([record_of(1), record_of(2)])
    before = (await toy.ledgers.documents.load([KEY]))[KEY]
    await toy.inbox.handle([record_of(1), record_of(2)])

    assert (await toy.ledgers.documents.load([KEY]))[KEY] == before


async def test_a_type_that_is_not_consumed_is_skipped(toy: Toys) -> None:
    await toy.inbox.handle([with_header(record_of(1), "ce_type", b"pip.RiskAssessed.v1"), record_of(2, publisher="q")])

    assert await entries(toy) == [2]
    assert await toy.parking.queues() == {}


DEFECTS: dict[str, tuple[dict[str, Any], str]] = {
    "no type": ({"headers": ()}, "header_missing"),
    "no such type": ({}, "type_unreadable"),
    "null header": ({}, "header_missing"),
    "header not UTF-8": ({}, "header_unreadable"),
    "time unreadable": ({}, "header_unreadable"),
    "bad JSON": ({"value": b"{"}, "body_unreadable"),
    "tombstone": ({"value": None}, "body_unreadable"),
    "no key": ({"key": None}, "key_foreign"),
    "foreign key": ({"key": b"somebody else"}, "key_foreign"),
    "foreign topic": ({"topic": "pip.review"}, "publisher_foreign"),
}
HEADERS: dict[str, tuple[str, bytes | None]] = {
    "no such type": ("ce_type", b"\xff"),
    "null header": ("ce_subject", None),
    "header not UTF-8": ("ce_id", b"\xff\xfe"),
    "time unreadable": ("ce_time", b"noon"),
}


@pytest.mark.parametrize("defect", DEFECTS)
async def test_what_cannot_be_read_is_parked_with_its_bytes_and_costs_only_its_own_key(toy: Toys, defect: str) -> None:
    changes, reason = DEFECTS[defect]
    record = record_of(1, **changes)
    if defect in HEADERS:
        record = with_header(record, *HEADERS[defect])
    await toy.inbox.handle([record, record_of(2), record_of(1, company=OTHER, publisher="q")])

    ((key, queue),) = (await toy.parking.queues()).items()
    assert queue[0].reason == reason
    assert await toy.parked.records(queue[:1]) == [record]
    assert await entries(toy, OTHER) == [1]
    assert await entries(toy) == ([] if key == KEY else [2])


@given(
    st.builds(
        RawRecord,
        topic=st.just("pip.application"),
        partition=st.just(0),
        offset=st.integers(0, 9),
        key=st.none() | st.binary(max_size=9),
        value=st.none() | st.binary(max_size=30),
        headers=st.lists(
            st.tuples(
                st.sampled_from(["ce_type", "ce_id", "ce_sequence", "ce_time", "x"]), st.none() | st.binary(max_size=9)
            ),
            max_size=6,
        ).map(tuple),
    )
)
def test_no_record_can_make_the_parser_raise(record: RawRecord) -> None:
    message = received(record, SUBSCRIPTIONS, NOON)
    assert message is None or message.defect


async def test_what_cannot_be_handled_parks_all_that_follows_for_its_key(toy: Toys) -> None:
    await toy.inbox.handle(
        [record_of(1), record_of(POISON, publisher="q"), record_of(2), record_of(1, company=OTHER, publisher="r")]
    )
    await toy.inbox.handle([record_of(3), record_of(2, company=OTHER, publisher="r")])

    assert await entries(toy) == [1]
    assert await waiting(toy) == [
        ("/intake/companies/q/13", "ZeroDivisionError"),
        ("/intake/companies/p/2", "behind"),
        ("/intake/companies/p/3", "behind"),
    ]
    assert await entries(toy, OTHER) == [1, 2]


async def test_a_full_outbox_holds_its_partition_alone(toy: Toys, monkeypatch: pytest.MonkeyPatch) -> None:
    await toy.inbox.handle([record_of(1)])
    monkeypatch.setattr(handling, "MOST_OUTBOX_BYTES", 0)
    batch = [
        record_of(2, offset=7),
        record_of(1, company=OTHER, publisher="q", offset=8),
        record_of(1, company=OTHER, publisher="r", partition=1),
    ]

    assert await toy.inbox.handle(batch) == {("pip.application", 0): Hold(7, "outbox_full")}
    assert (await entries(toy), await entries(toy, OTHER)) == ([1], [1])
    monkeypatch.undo()
    assert await toy.inbox.handle(batch) == {}
    assert (await entries(toy), await entries(toy, OTHER)) == ([1, 2], [1, 1])


async def test_a_halted_aggregate_parks_what_it_should_consume(toy: Toys) -> None:
    await toy.inbox.handle([record_of(1)])
    await toy.ledgers.documents.halt(KEY)
    await toy.inbox.handle([record_of(2), record_of(1, company=OTHER, publisher="q")])

    assert await waiting(toy) == [("/intake/companies/p/2", "journal_mismatch")]
    assert (await entries(toy), await entries(toy, OTHER)) == ([1], [1])


async def test_a_parked_record_that_comes_again_is_parked_once(toy: Toys) -> None:
    for _ in range(3):
        await toy.inbox.handle([record_of(POISON), record_of(14)])

    assert await waiting(toy) == [("/intake/companies/p/13", "ZeroDivisionError"), ("/intake/companies/p/14", "behind")]


async def test_a_refused_write_parks_the_record_that_caused_it(toy: Toys) -> None:
    await toy.ledgers.documents._documents.insert_one(  # noqa: SLF001 - a document that has no room left
        {
            "_id": KEY,
            "version": 1,
            "sequence": 0,
            "state": {"entries": []},
            "inbox": {},
            "head": "",
            "due": None,
            "outbox": [],
            "big": "y" * 16_777_000,
        }
    )
    await toy.inbox.handle([record_of(1), record_of(2), record_of(1, company=OTHER, publisher="r")])

    assert await waiting(toy) == [("/intake/companies/p/1", "document_too_large"), ("/intake/companies/p/2", "behind")]
    assert (await entries(toy, OTHER), toy.notified) == ([1], [("ledgers", str(OTHER))])  # of what was written alone


async def test_a_number_that_no_watermark_can_keep_is_unreadable(toy: Toys) -> None:
    await toy.inbox.handle([record_of(2**63, offset=1), record_of(1, company=OTHER, publisher="r")])

    assert await waiting(toy) == [("pip.application/0/1", "header_unreadable")]
    assert await entries(toy, OTHER) == [1]


async def test_two_members_with_one_batch_apply_it_once(toy: Toys, database: Database) -> None:
    batch = [
        record_of(number, company=company, publisher=str(company))
        for number in range(1, 6)
        for company in (COMPANY, OTHER)
    ]
    await asyncio.gather(
        toy.inbox.handle(batch), toys(database).inbox.handle(batch), toys(database).inbox.handle(batch[:4])
    )

    assert [await entries(toy, company) for company in (COMPANY, OTHER)] == [[1, 2, 3, 4, 5]] * 2


class Overtaken(Documents):
    """What is loaded first is stale before it is written: another member handles the head of the batch."""

    other: BatchConsumer | None = None

    async def load(self, ids: Iterable[str]) -> dict[str, Document]:
        loaded = await super().load(ids)
        if self.other:
            other, self.other = self.other, None
            await other.handle([record_of(1)])
        return loaded


async def test_a_batch_that_lost_a_race_is_run_again(toy: Toys, database: Database) -> None:
    overtaken = Overtaken(database, "ledgers")
    overtaken.other = toy.inbox
    await BatchConsumer(
        {"ledgers": replace(toy.ledgers, documents=overtaken)}, SUBSCRIPTIONS, toy.parked, Metrics()
    ).handle([record_of(1), record_of(2)])

    assert await entries(toy) == [1, 2]


class AwayForAWhile(Documents):
    """A database that is out of reach for the first three reads."""

    reads = 0

    async def load(self, ids: Iterable[str]) -> dict[str, Document]:
        self.reads += 1
        if self.reads <= 3:
            raise Unavailable("database_unavailable")
        return await super().load(ids)


async def test_a_database_that_is_away_is_waited_for_and_nothing_is_parked(toy: Toys, database: Database) -> None:
    away, started = AwayForAWhile(database, "ledgers"), monotonic()
    inbox = BatchConsumer({"ledgers": replace(toy.ledgers, documents=away)}, SUBSCRIPTIONS, toy.parked, Metrics())
    await inbox.handle([record_of(1)])

    assert away.reads == 4
    assert monotonic() - started > 0.15, "it is asked again at once"
    assert await entries(toy) == [1]
    assert await toy.parking.queues() == {}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.permutations([0] * 3 + [1] * 3),
    cuts=st.sets(st.integers(1, 5)),
    repeats=st.lists(st.integers(0, 5), max_size=3),
)
async def test_any_interleaving_of_publishers_in_any_batches_has_the_same_outcome(
    database: Database, order: list[int], cuts: set[int], repeats: list[int]
) -> None:
    toy = toys(database)
    company = uuid4()
    turns = {0: iter((1, 2, 3)), 1: iter((1, 2, 3))}
    records = [record_of(next(turns[turn]), publisher=f"{company} {turn}", company=company) for turn in order]
    bounds = [0, *sorted(cuts), len(records)]
    for start, end in pairwise(bounds):
        await toy.inbox.handle(records[start:end])
    for repeat in repeats:
        await toy.inbox.handle(records[repeat:])

    document = await toy.ledgers.documents.load_one(str(company))
    assert document.state is not None
    by_publisher = groupby(sorted(document.state["entries"], key=PUBLISHER), PUBLISHER)
    assert [[number for _, number in entered] for _, entered in by_publisher] == [[1, 2, 3], [1, 2, 3]]


async def test_a_death_at_any_step_of_a_batch_loses_and_doubles_nothing(database: Database) -> None:
    """The batch is redelivered to a new process, since offsets are committed only after it returns."""
    deaths, held, other = 0, uuid4(), uuid4()
    batch: list[RawRecord] = []

    async def life(fate: Fate) -> None:
        nonlocal held, other, batch
        held, other = uuid4(), uuid4()
        batch = [
            record_of(1, company=held),
            record_of(POISON, company=held, publisher="q"),
            record_of(2, company=held),
            record_of(1, company=other, publisher="r"),
        ]
        await toys(database, fate.around).inbox.handle(batch)

    async for fate in every_death(life):
        deaths += 1
        after = toys(database)
        await after.inbox.handle(batch)
        assert (await entries(after, held), await entries(after, other)) == ([1], [1]), fate
        assert await waiting(after, str(held)) == [
            ("/intake/companies/q/13", "ZeroDivisionError"),
            ("/intake/companies/p/2", "behind"),
        ], fate
    assert deaths >= 8
