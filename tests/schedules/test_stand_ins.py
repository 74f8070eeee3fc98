"""The stand-ins do as the real ones do: the same deeds on a real MongoDB and a real Kafka, with the same outcomes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from shared.bus.access import KafkaAccess
from shared.clock import now
from shared.contracts.topics import limit_of
from shared.model import Json
from shared.store import documents
from shared.store import parked as park
from shared.store.changes import Change
from shared.store.client import Database
from shared.store.documents import Documents
from shared.store.journal import Journal
from shared.store.parked import Parked, QueuedRecord, RawRecord
from tests.schedules.kafka import MemoryKafka
from tests.schedules.mongo import MemoryDatabase
from tests.schedules.schedule import Effect, Schedule
from tests.schedules.world import NOON
from tests.support.servers.bus import on_topic, scram

IDS = ("ann", "bob", "cleo")
DEEDS = 150
INSIDE, PARTNER = "pip.application", "pip.partner.us"


class Store:
    """The stores on one database, and a deed by chance: the same chance, the same deed."""

    def __init__(self, database: Any, seed: int) -> None:
        self._documents = Documents(database, "companies")
        self._journal = Journal(database)
        self._parked = Parked(database)
        self._random = Random(seed)  # noqa: S311 - to be repeated

    async def deed(self) -> Any:
        """What one deed returns, or which error it raises."""
        deed = self._random.choice((self._write, self._relay, self._note, self._park, self._redrive, self._look))
        try:
            return deed.__name__, await deed(self._random.choice(IDS))
        except Exception as raised:  # noqa: BLE001 - compared with what the other raises
            return deed.__name__, type(raised).__name__

    async def _write(self, _: str) -> Any:
        loaded = await self._documents.load(self._random.sample(IDS, 3))
        return await self._documents.write_all([self._change(document) for document in loaded.values()])

    def _change(self, before: Any) -> Change:
        late = replace(before, version=max(0, before.version - self._random.choice((0, 0, 0, 1))))
        after = replace(
            late,
            sequence=before.sequence + 1,
            state={"number": self._random.random()},
            watermarks={"p": before.sequence},
            due=NOON,
        )
        return Change(late, after, (self._entry(before.id, after.sequence),))

    def _entry(self, aggregate_id: str, sequence: int) -> Json:
        message = self._random.choice((None, {"topic": "t", "value": "v"}))
        return {
            "source": "/s",
            "subject": aggregate_id,
            "sequence": sequence,
            "at": NOON,
            "fact": "{}",
            "message": message,
            "hash": f"{sequence}",
        }

    async def _relay(self, aggregate_id: str) -> Any:
        if self._random.random() < 0.1:
            await self._documents.halt(aggregate_id)
        entries = (await self._documents.outboxes((aggregate_id,))).get(aggregate_id, [])
        tampered = await self._journal.append(
            [{**entry, "hash": self._random.choice((entry["hash"], "else"))} for entry in entries]
        )
        done = [entry["sequence"] for entry in entries if self._random.random() < 0.7]
        await self._documents.pull({aggregate_id: done, self._random.choice(IDS): done})
        return tampered

    async def _note(self, aggregate_id: str) -> Any:
        await self._journal.supersede([self._entry(aggregate_id, self._random.randint(1, 3))])
        return sorted(
            entry["_id"] for entry in await self._journal.raw("/s", aggregate_id)
        ), await self._journal.last_hashes()

    async def _park(self, key: str) -> None:
        several = [self._queued(self._random.randint(1, 6)) for _ in range(self._random.randint(1, 2))]
        await self._parked.keep(
            {record.digest: RawRecord("t", 0, 0, b"k", None, (("h", None), ("i", b"\xff"))) for record in several}
        )
        await self._random.choice((self._parked.open, self._parked.push))(key, several)

    def _queued(self, number: int) -> QueuedRecord:
        return QueuedRecord(f"r/{number}", f"digest {number}", "t", 0, number, "behind", NOON)

    async def _redrive(self, key: str) -> Any:
        queue = await self._parked.queue(key)
        first = queue[0] if queue and self._random.random() < 0.7 else self._queued(1)
        await self._parked.attempted(key, first, "still")
        await self._random.choice((self._parked.pull, self._parked.pull, lambda key, _: self._parked.close(key)))(
            key, (first,)
        )
        if self._random.random() < 0.4:
            await self._parked.forget(now() + self._random.choice((-1, 1)) * timedelta(hours=1))
        return await self._parked.records((first,))

    async def _look(self, aggregate_id: str) -> Any:
        loaded = await self._documents.load((*IDS, "nobody"))
        unrelayed, outboxes = await self._documents.unrelayed(10, (aggregate_id,)), await self._documents.outboxes(IDS)
        ids, parked = await self._documents.ids(aggregate_id, 10), await self._parked.among((aggregate_id, "nobody"))
        return loaded, unrelayed, outboxes, ids, parked, await self._parked.queues()


class Soon(Schedule):
    """A schedule in which nobody lives: what is asked of it happens a moment later."""

    async def act(self, label: str, effect: Effect, *_: Any) -> Any:  # noqa: ARG002 - nobody reads the story
        await asyncio.sleep(0)
        return effect()


@pytest.fixture
def soon() -> Iterator[Schedule]:
    schedule = Soon(0)
    yield schedule
    schedule.close()


@pytest.mark.parametrize("fewest_by_list", [1, 1_000], ids=["by list", "by operation"])
@pytest.mark.parametrize("seed", range(3))
async def test_the_stores_do_the_same_on_a_real_database(
    seed: int, fewest_by_list: int, database: Database, soon: Schedule, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "FEWEST_BY_LIST", fewest_by_list)
    monkeypatch.setattr(park, "MOST_RECORDS", 3)
    real, stand_in = Store(database, seed), Store(MemoryDatabase(soon), seed)
    outcomes = [(await real.deed(), await stand_in.deed()) for _ in range(DEEDS)]

    assert [pair for pair in outcomes if pair[0] != pair[1]] == []
    raised = {str(outcome) for (_, outcome), _ in outcomes}
    assert {"StaleVersion", "ParkingFull", "KeyError"} <= raised
    assert not raised & {"AttributeError", "TypeError"}, "a deed that cannot be done compares nothing"


@dataclass
class Bus:
    """A bus, by what producers and readers see of it."""

    producer: Callable[[str | None], Awaitable[Any]]
    committed: Callable[[str, str], Awaitable[list[bytes | None]]]


@pytest.fixture(params=["real", "stand-in"])
async def bus(request: pytest.FixtureRequest, operator: KafkaAccess, soon: Schedule) -> AsyncIterator[Bus]:
    kafka = MemoryKafka(soon)
    async with AsyncExitStack() as producers:

        async def producer(transactional_id: str | None) -> Any:
            configured = {
                **scram(operator),
                "enable_idempotence": True,
                "max_request_size": 8_000_000,
                "max_batch_size": 8_000_000,
            }
            kind = AIOKafkaProducer if request.param == "real" else kafka.producer
            made = kind(**configured, transactional_id=transactional_id)
            await made.start()
            producers.push_async_callback(made.stop)
            return made

        async def committed(topic: str, key: str) -> list[bytes | None]:
            if request.param == "real":
                return [record.value for record in await on_topic(operator, topic, key)]
            return [record.value for record in kafka.topics[topic] if record.committed and record.key == key]

        yield Bus(producer, committed)


async def sent(producer: Any, topic: str, key: str, value: bytes) -> str:
    """Sends something; "sent", or which error came instead."""
    try:
        await (
            await producer.send(topic, value, key=key.encode(), headers=[("ce_subject", b"x"), ("ce_sequence", b"1")])
        )
    except KafkaError as refused:
        return type(refused).__name__
    return "sent"


async def test_after_a_refusal_a_fresh_producer_goes_on_and_a_known_one_may_not(bus: Bus) -> None:
    key, too_large = str(uuid4()), b"x" * (limit_of(INSIDE) + 100_000)
    producer = await bus.producer(None)

    outcomes = [await sent(producer, INSIDE, key, value) for value in (too_large, b"1", too_large, b"2")]

    assert outcomes == ["MessageSizeTooLargeError", "sent", "MessageSizeTooLargeError", "OutOfOrderSequenceNumber"]
    assert await bus.committed(INSIDE, key) == [b"1"]


async def test_a_batch_is_taken_or_refused_whole(bus: Bus) -> None:
    key, too_large = str(uuid4()), b"x" * (limit_of(INSIDE) + 100_000)
    producer = await bus.producer(None)
    (partition, *_) = sorted(await producer.partitions_for(INSIDE))
    outcomes: list[str] = []
    for values in ((b"1", b"2"), (b"3", too_large), (b"4",)):
        batch = producer.create_batch()
        for value in values:
            headers = [("ce_subject", b"x"), ("ce_sequence", b"1")]
            assert batch.append(timestamp=None, key=key.encode(), value=value, headers=headers)
        batch.close()
        try:
            await (await producer.send_batch(batch, INSIDE, partition=partition))
            outcomes.append("sent")
        except KafkaError as refused:
            outcomes.append(type(refused).__name__)

    assert outcomes == ["sent", "MessageSizeTooLargeError", "OutOfOrderSequenceNumber"]
    assert await bus.committed(INSIDE, key) == [b"1", b"2"]


async def test_what_is_not_committed_is_not_seen(bus: Bus) -> None:
    key = str(uuid4())
    producer = await bus.producer(f"test {uuid4()}")
    for end in (producer.abort_transaction, producer.commit_transaction):
        await producer.begin_transaction()
        await sent(producer, PARTNER, key, end.__name__.encode())
        assert await bus.committed(PARTNER, key) == []
        await end()

    assert await bus.committed(PARTNER, key) == [b"commit_transaction"]


async def test_a_transaction_with_a_refusal_is_given_up(bus: Bus) -> None:
    key, too_large = str(uuid4()), b"x" * (limit_of(PARTNER) + 100_000)
    producer = await bus.producer(f"test {uuid4()}")
    await producer.begin_transaction()

    outcomes = [await sent(producer, PARTNER, key, value) for value in (b"1", too_large)]
    await producer.abort_transaction()

    assert outcomes == ["sent", "MessageSizeTooLargeError"]
    assert await bus.committed(PARTNER, key) == []


async def test_a_commit_that_is_under_way_cannot_be_given_up(bus: Bus) -> None:
    key = str(uuid4())
    producer = await bus.producer(f"test {uuid4()}")
    await producer.begin_transaction()
    await sent(producer, PARTNER, key, b"1")
    commit = asyncio.create_task(producer.commit_transaction())
    await asyncio.sleep(0)

    with pytest.raises(AssertionError):
        await producer.abort_transaction()
    await commit

    assert await bus.committed(PARTNER, key) == [b"1"]


async def test_who_starts_later_shuts_out_the_earlier_and_ends_its_transaction(bus: Bus) -> None:
    key, service = str(uuid4()), f"test {uuid4()}"
    first = await bus.producer(service)
    await first.begin_transaction()
    await sent(first, PARTNER, key, b"open")

    second = await bus.producer(service)
    await second.begin_transaction()
    await sent(second, PARTNER, key, b"second")
    await second.commit_transaction()

    assert await sent(first, PARTNER, key, b"late") == "ProducerFenced"
    assert await bus.committed(PARTNER, key) == [b"second"]
