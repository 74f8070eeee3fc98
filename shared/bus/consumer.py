"""The only module that makes subscribers. They commit a batch after it is handled; their parser cannot raise."""

import asyncio
from collections.abc import Collection, Sequence
from math import nan
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
from shared.bus.answering import LastAnswer
from shared.bus.fetching import wait_for_records
from shared.bus.gap import GapDetector, OffsetGap
from shared.bus.held import HeldPartitions, Hold
from shared.bus.inbox import BatchConsumer
from shared.bus.lag import LagMeter, ends_of
from shared.bus.unreadable import CarefulReader
from shared.errors import Unavailable
from shared.store.parked import Partition, RawRecord
from shared.telemetry import Metrics

MOST_RECORDS = 500
MOST_BYTES = 8_000_000
POLL_MS = 10
REQUEST_MS = 15_000  # longer than a rebalance, for the broker answers who joins only when all have
WATCH_SECONDS = 1.0
WATCH_DEADLINE = 5.0
STUCK_SECONDS = 60.0
GRACE_SECONDS = 5.0
STOP_DEADLINE = 10.0
log = structlog.get_logger()
Record = ConsumerRecord[bytes, bytes]


class Stuck(Exception):  # noqa: N818 - a state of a consumer
    """The consumer receives no records from partitions that have some. Its tasks may be dead: restart the process."""


class Consumer:
    """What one service consumes: its topics, in its consumer group.

    After an offset gap it stays a member of the group and hands nothing on.
    """

    def __init__(
        self, access: KafkaAccess, group: str, topics: Sequence[str], inbox: BatchConsumer, metrics: Metrics
    ) -> None:
        self._access = access
        self._group = group
        self._topics = topics
        self._inbox = inbox
        self._metrics = metrics
        self._lag = LagMeter(metrics)
        self._offsets = GapDetector()
        self._held = HeldPartitions()
        self._gap: OffsetGap | None = None
        self._subscriber: BatchSubscriber | None = None
        self._in_hand: tuple[Record, ...] = ()
        self._backoff = Backoff()
        self._assigned = False
        self._answered = LastAnswer()
        self.progress = monotonic()

    @property
    def ready(self) -> bool:
        """Whether partitions are assigned, and the broker has answered lately."""
        return self._assigned and self._answered.is_recent()

    @property
    def offset_gap(self) -> str | None:
        """The sentence about records that were lost, if any were."""
        return str(self._gap) if self._gap else None

    def held_for(self) -> Collection[str]:
        """Why partitions are held."""
        return self._held.reasons()

    async def run(self) -> None:
        """Consumes until cancelled. Raises Unavailable if the broker is out of reach, Stuck if the consumer is dead."""
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
        self._offsets, self._held = GapDetector(), HeldPartitions()
        self._subscriber = self._subscribed(broker)
        try:
            try:
                await broker.start()
            except (KafkaError, OSError) as away:
                self.progress = monotonic()
                raise Unavailable("broker_unavailable") from away
            wait_for_records(self._subscriber)
            self._subscriber.get_msg = CarefulReader(  # type: ignore[method-assign]  # the framework has no setting for it
                self._subscriber.get_msg, self._following, self._hold
            )
            self.progress = monotonic()
            await self._watch()
        finally:
            self._assigned = False
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
            listener=_OnRebalance(self._offsets, self._held),
        )
        subscriber(self._handle)
        return subscriber

    async def _parsed(self, records: tuple[Record, ...]) -> KafkaAckableMessage:
        consumer = self._subscriber.consumer if self._subscriber else None
        return KafkaAckableMessage(raw_message=records, body=[], headers={}, batch_headers=[], consumer=consumer)

    async def _handle(self, records: tuple[Record, ...]) -> None:
        """Hands a batch to the inbox. Whatever it raises has the batch read again, and nothing of it committed."""
        self._in_hand = records
        started = monotonic()
        try:
            await self._hand_on([_raw(record) for record in records])
        except OffsetGap as gap:
            self._stop_at(gap, records)
            raise
        except (KafkaError, TimeoutError) as unknown:
            log.warning("batch_read_again", reason=type(unknown).__name__)
            await self._backoff.sleep()
            raise
        finally:
            if self._gap is None:
                self._in_hand = ()
        self._backoff.reset()
        self.progress = monotonic()
        self._metrics.batch.observe(len(records))
        self._metrics.handling.observe(self.progress - started)

    async def _hand_on(self, records: Sequence[RawRecord]) -> None:
        if self._gap:
            raise self._gap.with_traceback(None)
        await self._offsets.check(records, self._committed)
        holds = await self._inbox.handle(records)
        if self._held:
            self._held.release({record.topic_partition for record in records})
        for partition, hold in holds.items():
            self._hold(TopicPartition(*partition), hold)

    def _hold(self, partition: TopicPartition, hold: Hold) -> None:
        """Reads a partition no further than to an offset, for a while; the others flow on."""
        consumer = self._consumer()
        if partition in consumer.assignment():
            consumer.seek(partition, hold.offset)
            consumer.pause(partition)
            self._offsets.rewind(partition, hold.offset)
            self._held.hold(partition, hold)

    def _stop_at(self, gap: OffsetGap, records: Collection[Record]) -> None:
        """Pauses every partition for good. Those that a rebalance gives later are paused at their first batch."""
        if self._gap is None:
            log.critical("offset_gap", sentence=str(gap))
        self._gap = gap
        consumer = self._consumer()
        consumer.pause(*consumer.assignment())
        for record in records:  # they count as in hand from now on
            self._offsets.rewind(TopicPartition(record.topic, record.partition), record.offset + 1)

    async def _committed(self, partition: Partition) -> int:
        """The committed offset of the group. Raises TimeoutError, as a request during a rebalance is never answered."""
        async with asyncio.timeout(WATCH_DEADLINE):
            return await self._consumer().committed(TopicPartition(*partition)) or 0

    async def _watch(self) -> None:
        """Measures the lag, resumes held partitions. Raises Stuck if partitions have records and none is received."""
        while True:
            consumer = self._consumer()
            assigned = consumer.assignment()
            self._assigned = bool(assigned)
            self._metrics.held.set(len(self._held))
            if self._gap is None:
                consumer.resume(*[TopicPartition(*partition) for partition in self._held.due(assigned)])
            behind = self._lag.measure(await self._unread(consumer, assigned), self._in_hand)
            if not behind or self._in_hand:
                self.progress = monotonic()
            if monotonic() - self.progress > STUCK_SECONDS:
                raise Stuck
            await asyncio.sleep(WATCH_SECONDS)

    async def _unread(self, consumer: AIOKafkaConsumer, assigned: Collection[TopicPartition]) -> dict[str, float]:
        """How many records of each topic were not received yet; NaN where the broker does not answer in time."""
        unread = dict.fromkeys(self._topics, 0.0)
        try:
            async with asyncio.timeout(WATCH_DEADLINE):
                ends = await ends_of(consumer, assigned)
                for partition, end in ends.items():
                    unread[partition.topic] += max(0, end - await self._following(partition))
        except (KafkaError, TimeoutError) as away:
            log.warning("lag_unknown", reason=type(away).__name__)
            return dict.fromkeys(self._topics, nan)
        if ends:
            self._answered.note()
        return unread

    async def _following(self, partition: TopicPartition) -> int:
        """The offset that comes next, as it was handed on or else committed."""
        if (following := self._offsets.next_offset(partition)) is None:
            following = await self._committed(partition)
            self._offsets.start(partition, following)
        return following

    def _consumer(self) -> AIOKafkaConsumer:
        if self._subscriber is None or self._subscriber.consumer is None:
            raise Unavailable("broker_unavailable")
        return self._subscriber.consumer


class _OnRebalance(ConsumerRebalanceListener):
    """Forgets the next offsets of revoked partitions, as another member may move them on, and what was held."""

    def __init__(self, offsets: GapDetector, held: HeldPartitions) -> None:
        self._offsets = offsets
        self._held = held

    def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        self._offsets.forget(revoked)
        self._held.release(revoked)

    def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:  # noqa: ARG002 - as the client calls it
        """Next offsets are looked up when the first record comes; the client has paused none of the new partitions."""
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
