"""A stand-in for Kafka and its producer, as far as the kernel uses them: every record, answer and commit an act."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from types import SimpleNamespace
from typing import Any

from aiokafka.errors import (
    IllegalOperation,
    KafkaConnectionError,
    KafkaError,
    MessageSizeTooLargeError,
    OutOfOrderSequenceNumber,
    ProducerFenced,
    TopicAuthorizationFailedError,
)

from shared.contracts.topics import FRAMING_BYTES, limit_of
from shared.store.parked import RawRecord
from tests.schedules.schedule import Fate, Schedule

SILENT = (Fate(happens=False, silent=True), Fate(silent=True))
REFUSED = (
    *(Fate(happens=False, error=error) for error in (MessageSizeTooLargeError, TopicAuthorizationFailedError)),
    *SILENT,
)
AWAY = (Fate(happens=False, error=KafkaConnectionError),)
Headers = Sequence[tuple[str, bytes]]


@dataclass
class Record:
    """A record as it lies on the topic's one partition; one of an open transaction is not yet committed."""

    key: str
    value: bytes | None
    headers: Headers
    committed: bool = True


@dataclass
class Group:
    """The one consumer group: who reads a topic, how far it has come, how often it was dealt anew."""

    readers: dict[str, str]
    offsets: Counter[str] = field(default_factory=Counter)
    generation: int = 0


class MemoryKafka:
    """Topics of one partition each. `lives` are their contents, the present last: each loss of the bus adds a life.

    `room` is for how many records a batch has room.
    """

    def __init__(self, schedule: Schedule, readers: Mapping[str, str] | None = None, room: int = 2) -> None:
        self.room = room
        self._schedule = schedule
        self._readers = dict(readers or {})
        self._producers = count()
        self.lose()

    lives: list[dict[str, list[Record]]]

    def lose(self) -> None:
        """All topics, offsets and transactions are gone."""
        self.lives = [*getattr(self, "lives", []), defaultdict(list)]
        self.group = Group(dict(self._readers))
        self.epochs: Counter[str] = Counter()
        self.open: dict[str, list[Record]] = defaultdict(list)
        self.sequences: dict[tuple[int, str], int] = {}

    @property
    def topics(self) -> dict[str, list[Record]]:
        return self.lives[-1]

    def producer(self, *, transactional_id: str | None = None, **_: Any) -> "MemoryProducer":
        """What stands in for AIOKafkaProducer."""
        return MemoryProducer(self, self._schedule, next(self._producers), transactional_id)

    def deal(self, topic: str, reader: str) -> None:
        """A rebalance: another member at work on a batch may not commit it any more."""
        self.group.readers[topic] = reader
        self.group.generation += 1

    def records(self, topic: str, start: int) -> list[RawRecord]:
        """What lies on a topic from an offset on."""
        return [
            RawRecord(topic, 0, offset, record.key.encode(), record.value, tuple(record.headers))
            for offset, record in enumerate(self.topics[topic][start:], start)
        ]


class MemoryBatch:
    """What stands in for a batch builder of the client; it has room for a few records."""

    def __init__(self, room: int) -> None:
        self._room = room
        self.records: list[Record] = []
        self.labels: list[str] = []

    def append(self, *, timestamp: None, key: bytes, value: bytes | None, headers: Headers) -> object:  # noqa: ARG002
        """Something, or None if the batch is full."""
        if len(self.records) == self._room:
            return None
        self.labels.append(_label(headers))
        self.records.append(Record(key.decode(), value, headers))
        return self

    def close(self) -> None:
        """Nothing more is put into it."""


class MemoryProducer:
    """An idempotent producer, with or without a transactional id; what it sent may arrive after it was given up."""

    def __init__(self, kafka: MemoryKafka, schedule: Schedule, number: int, transactional_id: str | None) -> None:
        self._kafka = kafka
        self._schedule = schedule
        self._number = number
        self._id = transactional_id
        self._epoch = 0
        self._state = "new"
        self._sent: Counter[str] = Counter()
        self._last: dict[str, asyncio.Task[None]] = {}

    async def start(self) -> None:
        """Shuts out every earlier producer of the same id, and ends its transaction."""

        def admitted() -> int:
            if self._id is None:
                return 0
            self._end(self._id, committed=False)
            self._kafka.epochs[self._id] += 1
            return self._kafka.epochs[self._id]

        self._epoch = await self._schedule.act("connects to the bus", admitted, AWAY)
        self._state = "ready"

    async def stop(self) -> None:
        """What is on its way still arrives."""

    async def send(self, topic: str, value: bytes | None, *, key: bytes, headers: Headers) -> asyncio.Future[None]:
        """Puts a record on its way, after those before it; it arrives even if nobody waits for that any more."""
        if self._id and self._state != "open":
            raise IllegalOperation
        sequence, self._sent[topic] = self._sent[topic], self._sent[topic] + 1
        acknowledged: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        record = Record(key.decode(), value, headers, committed=self._id is None)

        async def append() -> None:
            label = f"publishes {_label(headers)}"
            await self._schedule.act(label, lambda: self._append(topic, sequence, [record]), REFUSED)

        self._last[topic] = asyncio.create_task(self._delivered(self._last.get(topic), append, acknowledged))
        return acknowledged

    @property
    def client(self) -> Any:
        return SimpleNamespace(cluster=SimpleNamespace(available_partitions_for_topic=lambda _: {0}))

    async def partitions_for(self, _: str) -> set[int]:
        return {0}

    def create_batch(self) -> MemoryBatch:
        return MemoryBatch(self._kafka.room)

    async def send_batch(self, batch: MemoryBatch, topic: str, *, partition: int) -> asyncio.Future[None]:
        """Puts a batch on its way, which is taken or refused whole."""
        assert partition == 0
        sequence, self._sent[topic] = self._sent[topic], self._sent[topic] + len(batch.records)
        acknowledged: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        async def append() -> None:
            label = f"publishes {' '.join(batch.labels)}"
            await self._schedule.act(label, lambda: self._append(topic, sequence, batch.records), REFUSED)

        self._last[topic] = asyncio.create_task(self._delivered(self._last.get(topic), append, acknowledged))
        return acknowledged

    async def begin_transaction(self) -> None:
        if self._id is None:
            raise IllegalOperation
        self._become("open", "ready")

    async def commit_transaction(self) -> None:
        await self._finished("committing", "open")

    async def abort_transaction(self) -> None:
        await self._finished("aborting", "open")

    async def _delivered(
        self,
        before: asyncio.Task[None] | None,
        append: Callable[[], Awaitable[None]],
        acknowledged: asyncio.Future[None],
    ) -> None:
        if before:
            await asyncio.wait((before,))
        try:
            await append()
        except KafkaError as refused:
            if not acknowledged.done():
                acknowledged.set_exception(refused)
                acknowledged.exception()
        else:
            if not acknowledged.done():
                acknowledged.set_result(None)

    def _append(self, topic: str, sequence: int, records: Sequence[Record]) -> None:
        """A producer that is known on a partition must go on where it was; a fresh one may begin with any number."""
        self._must_be_admitted()
        if sum(len(record.value or b"") for record in records) > limit_of(topic) + FRAMING_BYTES:
            raise MessageSizeTooLargeError
        if sequence != self._kafka.sequences.get((self._number, topic), sequence):
            raise OutOfOrderSequenceNumber
        self._kafka.sequences[self._number, topic] = sequence + len(records)
        self._kafka.topics[topic] += records
        if self._id:
            self._kafka.open[self._id] += records

    async def _finished(self, how: str, state: str) -> None:
        self._become(how, state)
        await self._schedule.act(
            f"is {how} its transaction", lambda: self._ended(committed=how == "committing"), SILENT
        )
        self._become("ready", how)

    def _ended(self, *, committed: bool) -> None:
        self._must_be_admitted()
        self._end(self._id or "", committed=committed)

    def _end(self, transactional_id: str, *, committed: bool) -> None:
        for record in self._kafka.open.pop(transactional_id, ()):
            record.committed = committed

    def _become(self, state: str, *after: str) -> None:
        """As the client does it: by an assertion."""
        assert self._state in after, f"{self._state} -> {state}"
        self._state = state

    def _must_be_admitted(self) -> None:
        if self._id and self._epoch != self._kafka.epochs[self._id]:
            self._state = "fenced"
            raise ProducerFenced


def _label(headers: Headers) -> str:
    """Which message of whom it is."""
    named = dict(headers)
    return named["ce_subject"].decode() + named["ce_sequence"].decode()
