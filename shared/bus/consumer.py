"""The one place that makes subscribers. They commit a batch after it is handled; their parser cannot raise."""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaAckableMessage
from faststream.kafka.subscriber.usecase import BatchSubscriber
from faststream.security import BaseSecurity, SASLScram512

from shared.backoff import Backoff
from shared.bus.access import KafkaAccess
from shared.bus.inbox import BatchConsumer, Hold
from shared.clock import now
from shared.errors import Unavailable
from shared.store.parked import RawRecord
from shared.telemetry import Metrics

MOST_RECORDS = 500
MOST_BYTES = 8_000_000
POLL_MS = 10
REQUEST_MS = 15_000  # longer than a rebalance, for the broker answers who joins only when all have
WATCH_SECONDS = 1.0
WATCH_DEADLINE = 5.0
HELD_SECONDS = 5.0
STUCK_SECONDS = 60.0
GRACE_SECONDS = 5.0
STOP_DEADLINE = 10.0
log = structlog.get_logger()
Record = ConsumerRecord[bytes, bytes]


@dataclass
class _Held:
    """A partition that waits, since when and why. It is tried again now and then, until its record is handled."""

    since: float
    hold: Hold


class Stuck(Exception):  # noqa: N818 - said of a consumer
    """The consumer holds partitions with records and receives none; its tasks may be dead. The process must restart."""


class Bus:
    """What one service hears, on its topics, in its consumer group."""

    def __init__(
        self, access: KafkaAccess, group: str, topics: Sequence[str], inbox: BatchConsumer, metrics: Metrics
    ) -> None:
        self._access = access
        self._group = group
        self._topics = topics
        self._inbox = inbox
        self._metrics = metrics
        self._expected: dict[TopicPartition, int] = {}
        self._subscriber: BatchSubscriber | None = None
        self._held: dict[TopicPartition, _Held] = {}
        self._in_hand: tuple[Record, ...] = ()
        self._backoff = Backoff()
        self.progress = monotonic()
        self.ready = False
        self.offset_gap: str | None = None

    async def run(self) -> None:
        """Listens until cancelled. Raises Unavailable if the broker is out of reach, Stuck if the consumer is dead."""
        broker = KafkaBroker(
            self._access.bootstrap.split(","),
            client_id=self._group,
            security=_security(self._access),
            consumer_only=True,
            request_timeout_ms=REQUEST_MS,
            graceful_timeout=GRACE_SECONDS,
            logger=None,
            apply_types=False,
        )
        self._subscriber = self._subscribed(broker)
        self._expected.clear()
        self._held.clear()
        try:
            try:
                await broker.start()
            except (KafkaError, OSError) as away:
                self.progress = monotonic()
                raise Unavailable("broker_unavailable") from away
            self.progress = monotonic()
            await self._watch()
        finally:
            self.ready = False
            await _stopped(broker)

    def _subscribed(self, broker: KafkaBroker) -> BatchSubscriber:
        subscriber = broker.subscriber(
            *self._topics,
            batch=True,
            group_id=self._group,
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.NACK_ON_ERROR,
            max_records=MOST_RECORDS,
            batch_timeout_ms=POLL_MS,
            fetch_max_wait_ms=100,
            fetch_max_bytes=MOST_BYTES,
            max_partition_fetch_bytes=MOST_BYTES,
            parser=self._parsed,
            decoder=_decoded,
            listener=_OnRevoked(self._expected, self._held),
        )
        subscriber(self._handle)
        return subscriber

    async def _parsed(self, records: tuple[Record, ...]) -> KafkaAckableMessage:
        consumer = self._subscriber.consumer if self._subscriber else None
        return KafkaAckableMessage(raw_message=records, body=[], headers={}, batch_headers=[], consumer=consumer)

    async def _handle(self, records: tuple[Record, ...]) -> None:
        self._in_hand = records
        started = monotonic()
        try:
            if self.offset_gap or (await self._missing(records)):
                await asyncio.Event().wait()
            held = await self._inbox.handle([_raw(record) for record in records])
            self._let_go(records)
            for (topic, partition), hold in held.items():
                self._hold(TopicPartition(topic, partition), hold)
        except (KafkaError, TimeoutError) as unknown:
            log.warning("batch_read_again", reason=type(unknown).__name__)
            await self._backoff.sleep()
            raise
        finally:
            self._in_hand = ()
        self._backoff.reset()
        self.progress = monotonic()
        self._metrics.batch.observe(len(records))
        self._metrics.handling.observe(self.progress - started)

    def waits_for(self) -> Collection[str]:
        """Why partitions are held."""
        return {held.hold.reason for held in self._held.values()}

    def _hold(self, partition: TopicPartition, hold: Hold) -> None:
        """Reads a partition no further than to an offset, for a while; the others flow on."""
        consumer = self._consumer()
        if partition in consumer.assignment():
            consumer.seek(partition, hold.offset)
            consumer.pause(partition)
            self._expected[partition] = hold.offset
            self._held[partition] = _Held(monotonic(), hold)

    def _let_go(self, records: Sequence[Record]) -> None:
        """What was tried again is held no longer, unless it must be once more."""
        for partition in {TopicPartition(record.topic, record.partition) for record in records} if self._held else ():
            self._held.pop(partition, None)

    def _read_on(self, consumer: AIOKafkaConsumer) -> None:
        """Tries again what is held, and forgets what a rebalance has given to another member meanwhile."""
        for partition, held in list(self._held.items()):
            if partition not in consumer.assignment():
                del self._held[partition]
            elif monotonic() - held.since > HELD_SECONDS:
                consumer.resume(partition)

    async def _missing(self, records: Iterable[Record]) -> bool:
        """Offsets of internal topics are contiguous from the committed one on; a gap is a loss."""
        for record in records:
            partition = TopicPartition(record.topic, record.partition)
            if record.offset > self._expected.get(partition, 0):
                committed = await self._committed(partition)
                if record.offset > max(committed, self._expected.get(partition, 0)):
                    self.offset_gap = (
                        f"Records before {record.offset} were lost from {record.topic}/{record.partition}. "
                        "Stop the services and run `tt journal replay` onto new topics."
                    )
                    log.critical("offset_gap", sentence=self.offset_gap)
                    return True
            self._expected[partition] = record.offset + 1
        return False

    async def _committed(self, partition: TopicPartition) -> int:
        """Where the group stands. Raises TimeoutError, as a request during a rebalance is never answered."""
        async with asyncio.timeout(WATCH_DEADLINE):
            return await self._consumer().committed(partition) or 0

    async def _watch(self) -> None:
        """Measures the lag, and gives a consumer up that holds partitions with records and receives none."""
        while True:
            consumer = self._consumer()
            assigned = consumer.assignment()
            self.ready = bool(assigned)
            self._metrics.held.set(len(self._held))
            self._read_on(consumer)
            behind = await self._measure(consumer, assigned)
            if not behind or self._in_hand or self.offset_gap:
                self.progress = monotonic()
            oldest = min((record.timestamp / 1000 for record in self._in_hand), default=now().timestamp())
            self._metrics.unhandled.set(max(0.0, now().timestamp() - oldest))
            if monotonic() - self.progress > STUCK_SECONDS:
                raise Stuck
            await asyncio.sleep(WATCH_SECONDS)

    async def _measure(self, consumer: AIOKafkaConsumer, assigned: Collection[TopicPartition]) -> bool:
        lags = dict.fromkeys(self._topics, 0)
        try:
            async with asyncio.timeout(WATCH_DEADLINE):
                ends = await consumer.end_offsets(list(assigned))
                for partition, end in ends.items():
                    if partition not in self._expected:
                        self._expected[partition] = await self._committed(partition)
                    lags[partition.topic] += max(0, end - self._expected[partition])
        except (KafkaError, TimeoutError) as away:
            log.warning("lag_unknown", reason=type(away).__name__)
        for record in self._in_hand:
            lags[record.topic] += 1
        for topic, lag in lags.items():
            self._metrics.lag.labels(topic=topic).set(lag)
        return any(lags.values())

    def _consumer(self) -> AIOKafkaConsumer:
        if self._subscriber is None or self._subscriber.consumer is None:
            raise Unavailable("broker_unavailable")
        return self._subscriber.consumer


class _OnRevoked(ConsumerRebalanceListener):
    """Forgets the expected offsets, for another member may move them on, and what was held."""

    def __init__(self, expected: dict[TopicPartition, int], held: dict[TopicPartition, _Held]) -> None:
        self._expected = expected
        self._held = held

    def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        for partition in revoked:
            self._expected.pop(partition, None)
            self._held.pop(partition, None)

    def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:  # noqa: ARG002 - as the client calls it
        """Offsets are looked up when the first record comes; nothing is paused any more."""
        self._held.clear()


async def _decoded(message: KafkaAckableMessage) -> Any:
    return message.raw_message


def _raw(record: Record) -> RawRecord:
    return RawRecord(record.topic, record.partition, record.offset, record.key, record.value, tuple(record.headers))


def _security(access: KafkaAccess) -> BaseSecurity | None:
    return SASLScram512(username=access.user, password=access.password or "") if access.user else None


async def _stopped(broker: KafkaBroker) -> None:
    try:
        async with asyncio.timeout(STOP_DEADLINE):
            await broker.stop()
    except (KafkaError, TimeoutError, OSError) as stuck:
        log.warning("broker_abandoned", reason=type(stuck).__name__)
