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
from shared.store import parked as park
from shared.store.client import Database
from shared.store.documents import Change, Documents
from shared.store.journal import Journal
from shared.store.parked import Parked, QueuedRecord, RawRecord
from tests.schedules.kafka import MemoryKafka
from tests.schedules.mongo import MemoryDatabase
from tests.schedules.schedule import Effect, Schedule
from tests.schedules.world import NOON
from tests.support.bus import on_topic, scram

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
            heard={"p": before.sequence},
            due=NOON,
        )
        return Change(late, after, (self._entry(before.id, after.sequence),))

    def _entry(self, one: str, sequence: int) -> Json:
        message = self._random.choice((None, {"topic": "t", "value": "v"}))
        return {
            "source": "/s",
            "subject": one,
            "sequence": sequence,
            "at": NOON,
            "fact": "{}",
            "message": message,
            "hash": f"{sequence}",
        }

    async def _relay(self, one: str) -> Any:
        if self._random.random() < 0.1:
            await self._documents.halt(one)
        entries = (await self._documents.outboxes((one,))).get(one, [])
        tampered = await self._journal.append(
            [{**entry, "hash": self._random.choice((entry["hash"], "else"))} for entry in entries]
        )
        done = [entry["sequence"] for entry in entries if self._random.random() < 0.7]
        await self._documents.pull({one: done, self._random.choice(IDS): done})
        return tampered

    async def _note(self, one: str) -> Any:
        await self._journal.supersede([self._entry(one, self._random.randint(1, 3))])
        return sorted(entry["_id"] for entry in await self._journal.raw("/s", one)), await self._journal.last_hashes()

    async def _park(self, key: str) -> None:
        several = [self._waiting(self._random.randint(1, 6)) for _ in range(self._random.randint(1, 2))]
        await self._parked.keep(
            {one.digest: RawRecord("t", 0, 0, b"k", None, (("h", None), ("i", b"\xff"))) for one in several}
        )
        await self._random.choice((self._parked.open, self._parked.push))(key, several)

    def _waiting(self, number: int) -> QueuedRecord:
        return QueuedRecord(f"r/{number}", f"digest {number}", "t", 0, number, "behind", NOON)

    async def _redrive(self, key: str) -> Any:
        queue = await self._parked.queue(key)
        head = queue[0] if queue and self._random.random() < 0.7 else self._waiting(1)
        await self._parked.attempted(key, head, "still")
        await self._random.choice((self._parked.pull, self._parked.pull, lambda key, _: self._parked.close(key)))(
            key, (head,)
        )
        if self._random.random() < 0.4:
            await self._parked.forget(now() + self._random.choice((-1, 1)) * timedelta(hours=1))
        return await self._parked.records((head,))

    async def _look(self, one: str) -> Any:
        loaded = await self._documents.load((*IDS, "nobody"))
        waiting, outboxes = await self._documents.unrelayed(10, (one,)), await self._documents.outboxes(IDS)
        ids, parked = await self._documents.ids(one, 10), await self._parked.among((one, "nobody"))
        return loaded, waiting, outboxes, ids, parked, await self._parked.queues()


class Soon(Schedule):
    """A schedule in which nobody lives: what is asked of it happens a moment later."""

    async def act(self, label: str, effect: Effect, *_: Any) -> Any:  # noqa: ARG002 - nobody tells the story
        await asyncio.sleep(0)
        return effect()


@pytest.fixture
def soon() -> Iterator[Schedule]:
    schedule = Soon(0)
    yield schedule
    schedule.close()


@pytest.mark.parametrize("seed", range(3))
async def test_the_stores_do_the_same_on_a_real_database(
    seed: int, database: Database, soon: Schedule, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(park, "MOST_RECORDS", 3)
    real, stand_in = Store(database, seed), Store(MemoryDatabase(soon), seed)
    outcomes = [(await real.deed(), await stand_in.deed()) for _ in range(DEEDS)]

    assert [pair for pair in outcomes if pair[0] != pair[1]] == []
    assert {"StaleVersion", "ParkingFull", "KeyError"} <= {str(outcome) for (_, outcome), _ in outcomes}


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
            configured = {**scram(operator), "enable_idempotence": True, "max_request_size": 8_000_000}
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


async def said(producer: Any, topic: str, key: str, value: bytes) -> str:
    """Says something; "said", or which error came instead."""
    try:
        await (
            await producer.send(topic, value, key=key.encode(), headers=[("ce_subject", b"x"), ("ce_sequence", b"1")])
        )
    except KafkaError as refused:
        return type(refused).__name__
    return "said"


async def test_after_a_refusal_a_fresh_producer_goes_on_and_a_known_one_may_not(bus: Bus) -> None:
    key, too_large = str(uuid4()), b"x" * (limit_of(INSIDE) + 100_000)
    producer = await bus.producer(None)

    outcomes = [await said(producer, INSIDE, key, value) for value in (too_large, b"1", too_large, b"2")]

    assert outcomes == ["MessageSizeTooLargeError", "said", "MessageSizeTooLargeError", "OutOfOrderSequenceNumber"]
    assert await bus.committed(INSIDE, key) == [b"1"]


async def test_what_is_not_committed_is_not_seen(bus: Bus) -> None:
    key = str(uuid4())
    producer = await bus.producer(f"test {uuid4()}")
    for end in (producer.abort_transaction, producer.commit_transaction):
        await producer.begin_transaction()
        await said(producer, PARTNER, key, end.__name__.encode())
        assert await bus.committed(PARTNER, key) == []
        await end()

    assert await bus.committed(PARTNER, key) == [b"commit_transaction"]


async def test_a_transaction_with_a_refusal_is_given_up(bus: Bus) -> None:
    key, too_large = str(uuid4()), b"x" * (limit_of(PARTNER) + 100_000)
    producer = await bus.producer(f"test {uuid4()}")
    await producer.begin_transaction()

    outcomes = [await said(producer, PARTNER, key, value) for value in (b"1", too_large)]
    await producer.abort_transaction()

    assert outcomes == ["said", "MessageSizeTooLargeError"]
    assert await bus.committed(PARTNER, key) == []


async def test_a_commit_that_is_under_way_cannot_be_given_up(bus: Bus) -> None:
    key = str(uuid4())
    producer = await bus.producer(f"test {uuid4()}")
    await producer.begin_transaction()
    await said(producer, PARTNER, key, b"1")
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
    await said(first, PARTNER, key, b"open")

    second = await bus.producer(service)
    await second.begin_transaction()
    await said(second, PARTNER, key, b"second")
    await second.commit_transaction()

    assert await said(first, PARTNER, key, b"late") == "ProducerFenced"
    assert await bus.committed(PARTNER, key) == [b"second"]
