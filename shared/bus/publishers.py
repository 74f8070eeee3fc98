"""Two publishers: in order, for topics whose readers keep watermarks; fenced, for compacted topics."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Coroutine, Sequence
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, LeaderNotAvailableError, OutOfOrderSequenceNumber, ProducerFenced

from shared.bus.access import KafkaAccess
from shared.bus.batches import RecordBatch, packed, partition_of
from shared.bus.bounded import BoundedProducer
from shared.bus.relay import Lane, LaneId
from shared.contracts.topics import FRAMING_BYTES, compacted, largest_message, smallest_bound
from shared.errors import Unavailable
from shared.model import Json
from shared.store.journal import Journal

SEND_DEADLINE = 20.0
TRANSACTION_DEADLINE = 10.0
STOP_DEADLINE = 5.0
log = structlog.get_logger()


class _Connection:
    """A producer that is built when needed and, after any failure, abandoned: its sequence numbers may have a gap."""

    def __init__(self, access: KafkaAccess, transactional_id: str | None = None) -> None:
        self._access = access
        self._transactional_id = transactional_id
        self._producer: AIOKafkaProducer | None = None

    async def producer(self) -> AIOKafkaProducer:
        """The connected producer. Raises Unavailable."""
        if self._producer is None:
            producer = self._build()
            try:
                await asyncio.wait_for(producer.start(), SEND_DEADLINE)
            except (KafkaError, TimeoutError, OSError) as away:
                await _stopped(producer)
                raise Unavailable("broker_unavailable") from away
            self._producer = producer
        return self._producer

    async def abandon(self) -> None:
        """Stops the producer, within a deadline, as it may never answer again."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await _stopped(producer)

    def _build(self) -> AIOKafkaProducer:
        return BoundedProducer(
            **self._access.arguments(),
            acks="all",
            enable_idempotence=True,
            transactional_id=self._transactional_id,
            transaction_timeout_ms=30_000,
            partitioner=_led,
            linger_ms=5,
            max_batch_size=smallest_bound(),
            max_request_size=largest_message() + FRAMING_BYTES,
        )


class InOrder:
    """One batch of a document and topic is unacknowledged at a time, lanes side by side; a failure ends its lane."""

    concurrent = True

    def __init__(self, access: KafkaAccess) -> None:
        self._connection = _Connection(access)
        self._refusals: Counter[LaneId] = Counter()

    def carries(self, topic: str) -> bool:
        return not compacted(topic)

    async def prepare(self) -> None:
        """Does nothing: any number of writers keeps the order of these topics."""

    async def publish(self, lanes: Sequence[Lane]) -> None:
        """Sends every lane as far as it is acknowledged. Raises Unavailable when there is no broker at all.

        Lanes that were in a refused batch go last, and each in a batch of its own.
        """
        moving = sorted(lanes, key=lambda lane: self._refusals[lane.id])
        if not moving:
            return
        producer = await self._connection.producer()
        failed = False
        while moving:
            counts = await self._acknowledged(producer, moving)
            for lane, count in zip(moving, counts, strict=True):
                lane.acknowledged += count
            failed |= not all(counts)
            moving = [
                lane
                for lane, count in zip(moving, counts, strict=True)
                if count and lane.acknowledged < len(lane.entries)
            ]
        if failed:
            await self._connection.abandon()

    async def _acknowledged(self, producer: AIOKafkaProducer, lanes: Sequence[Lane]) -> list[int]:
        """Sends one batch of every lane; how many entries of each the broker has acknowledged within the deadline."""
        counts = [0] * len(lanes)

        async def deliver(batch: RecordBatch) -> None:
            batch.builder.close()
            sent = [lanes[index].id for index in batch.counts]
            try:
                await (await producer.send_batch(batch.builder, batch.topic, partition=batch.partition))
            except KafkaError as refused:
                log.warning("send_failed", reason=type(refused).__name__)
                if not isinstance(refused, OutOfOrderSequenceNumber):  # that is for another batch, refused before
                    self._refusals.update(sent)
                return
            for index, count in batch.counts.items():
                counts[index] = count
            for lane in sent:
                self._refusals.pop(lane, None)

        alone = {index for index, lane in enumerate(lanes) if self._refusals[lane.id]}
        batches = packed(lanes, await _partitions(producer, lanes), alone, producer.create_batch)
        await _within_deadline([deliver(batch) for batch in batches])
        return counts

    async def close(self) -> None:
        """Lets go of the broker within a deadline."""
        await self._connection.abandon()


class Fenced:
    """The one writer of a service's compacted topics: a writer that starts later fences the earlier one at the broker.

    Of the messages of a lane it sends the last, and journals the others as superseded. A writer that was fenced stands
    by until a message has been in the outbox for `TAKE_OVER_AFTER` seconds.
    """

    concurrent = False
    TAKE_OVER_AFTER = 10.0

    def __init__(self, access: KafkaAccess, service: str, journal: Journal, age: Callable[[Json], float]) -> None:
        self._connection = _Connection(access, transactional_id=service)
        self._journal = journal
        self._age = age
        self._standing_by = False
        self._failing: set[str] = set()

    def carries(self, topic: str) -> bool:
        return compacted(topic)

    async def prepare(self) -> None:
        """Fences earlier writers, before outboxes are read. Raises Unavailable when the broker is away."""
        if not self._standing_by:
            await self._connection.producer()

    async def publish(self, lanes: Sequence[Lane]) -> None:
        """Sends the last message of every lane in one transaction; after a failure, in one per topic."""
        if not lanes:
            return
        if self._standing_by:
            self._standing_by = max(self._age(lane.entries[0]) for lane in lanes) <= self.TAKE_OVER_AFTER
            return
        producer = await self._connection.producer()
        try:
            went = [await self._delivered(producer, group) for group in self._groups(lanes)]
        except ProducerFenced:
            log.warning("writer_replaced")
            self._standing_by = True
            went = [False]
        if not all(went):
            await self._connection.abandon()

    async def close(self) -> None:
        """Lets go of the broker within a deadline."""
        await self._connection.abandon()

    def _groups(self, lanes: Sequence[Lane]) -> list[list[Lane]]:
        """All lanes at once; or by topic, recent failures last, so that one partner's topic does not hold another's."""
        if not self._failing:
            return [list(lanes)]
        by_topic: dict[str, list[Lane]] = {}
        for lane in sorted(lanes, key=lambda lane: lane.topic in self._failing):
            by_topic.setdefault(lane.topic, []).append(lane)
        return list(by_topic.values())

    async def _delivered(self, producer: AIOKafkaProducer, lanes: Sequence[Lane]) -> bool:
        """Whether one transaction took these lanes. Raises ProducerFenced, and Unavailable if giving up fails too."""
        named = {lane.topic for lane in lanes}
        try:
            async with asyncio.timeout(TRANSACTION_DEADLINE):
                await producer.begin_transaction()
                taken = await asyncio.gather(*[_send(producer, lane.topic, lane.entries[-1]) for lane in lanes])
                await asyncio.gather(*taken)
                await producer.commit_transaction()
        except ProducerFenced:
            raise
        except (KafkaError, TimeoutError, OSError) as failed:
            log.warning("transaction_failed", topics=sorted(named), reason=type(failed).__name__)
            self._failing |= named
            await self._give_up(producer)
            return False
        self._failing -= named
        await self._journal.supersede([entry for lane in lanes for entry in lane.entries[:-1]])
        for lane in lanes:
            lane.acknowledged = len(lane.entries)
        return True

    async def _give_up(self, producer: AIOKafkaProducer) -> None:
        try:
            async with asyncio.timeout(STOP_DEADLINE):
                await producer.abort_transaction()
        except ProducerFenced:
            raise
        except (
            KafkaError,
            TimeoutError,
            OSError,
            AssertionError,
        ) as away:  # the client asserts that no commit is under way
            await self._connection.abandon()
            raise Unavailable("broker_unavailable") from away


def _led(key: bytes, partitions: list[int], available: list[int]) -> int:
    """The partition of a key. Raises LeaderNotAvailableError if it has no leader."""
    partition = partitions[partition_of(key, len(partitions))]
    if partition not in available:
        raise LeaderNotAvailableError
    return partition


async def _send(producer: AIOKafkaProducer, topic: str, entry: Json) -> asyncio.Future[Any]:
    message = entry["message"]
    value = None if message["value"] is None else message["value"].encode()
    headers = [(name, text.encode()) for name, text in message["headers"]]
    future: asyncio.Future[Any] = await producer.send(topic, value, key=message["key"].encode(), headers=headers)
    return future


async def _partitions(producer: AIOKafkaProducer, lanes: Sequence[Lane]) -> list[int | None]:
    """The partition of each lane; None if it has no leader now."""
    leaders = {topic: await _leaders(producer, topic) for topic in {lane.topic for lane in lanes}}
    return [_led_partition(lane, *leaders[lane.topic]) for lane in lanes]


async def _leaders(producer: AIOKafkaProducer, topic: str) -> tuple[int, Collection[int]]:
    """How many partitions a topic has, and which of them have a leader."""
    try:
        async with asyncio.timeout(SEND_DEADLINE):
            known = await producer.partitions_for(topic)
    except (KafkaError, TimeoutError) as away:
        log.warning("send_failed", reason=type(away).__name__)
        return 0, ()
    return len(known), producer.client.cluster.available_partitions_for_topic(topic) or ()


def _led_partition(lane: Lane, partitions: int, led: Collection[int]) -> int | None:
    partition = partition_of(lane.entries[0]["message"]["key"].encode(), partitions) if partitions else None
    if partition in led:
        return partition
    log.warning("send_failed", reason=LeaderNotAvailableError.__name__)
    return None


async def _within_deadline(deliveries: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Runs them side by side; those that get no answer in time are given up."""
    tasks = [asyncio.create_task(delivery) for delivery in deliveries]
    if not tasks:
        return
    try:
        _, late = await asyncio.wait(tasks, timeout=SEND_DEADLINE)
    finally:
        for task in tasks:
            task.cancel()
    if late:
        log.warning("sends_unanswered", count=len(late))


async def _stopped(producer: AIOKafkaProducer) -> None:
    try:
        async with asyncio.timeout(STOP_DEADLINE):
            await producer.stop()
    except (KafkaError, TimeoutError, OSError) as stuck:
        log.warning("producer_abandoned", reason=type(stuck).__name__)
