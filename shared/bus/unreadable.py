"""Batches that cannot be read, corrupt or in an unknown codec: their partitions are held, the others flow on."""

from asyncio import sleep
from collections.abc import Awaitable, Callable
from time import monotonic

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import (
    ConsumerStoppedError,
    CorruptRecordException,
    KafkaError,
    KafkaTimeoutError,
    UnsupportedCodecError,
)

from shared.bus.held import HELD_SECONDS, Hold

UNREADABLE = "batch_unreadable"
CAREFUL_SECONDS = 3 * HELD_SECONDS
MOST_ONE_BY_ONE = 100
POLL_SECONDS = 0.05
log = structlog.get_logger()
Record = ConsumerRecord[bytes, bytes]
Read = Callable[[AIOKafkaConsumer], Awaitable[tuple[Record, ...]]]


class CarefulReader:
    """Reads as `read` does. After a failure it reads record by record for a while, to find and hold what fails.

    The client does not say which partition failed, and gives up what it had read of others in the same call: they are
    read again from `following`, the offset that comes next.
    """

    def __init__(
        self,
        read: Read,
        following: Callable[[TopicPartition], Awaitable[int]],
        hold: Callable[[TopicPartition, Hold], None],
    ) -> None:
        self._read = read
        self._following = following
        self._hold = hold
        self._careful_until = 0.0
        self._torn = False

    async def __call__(self, consumer: AIOKafkaConsumer) -> tuple[Record, ...]:
        """The next records. Raises what the broker refuses."""
        if self._torn:
            await self._rewind(consumer)
        if monotonic() < self._careful_until:
            return await self._one_by_one(consumer)
        try:
            return await self._read(consumer)
        except Exception as failure:
            if not _is_unreadable(failure):
                log.warning("broker_refuses", reason=type(failure).__name__)
                raise
        self._torn = True
        return ()

    async def _rewind(self, consumer: AIOKafkaConsumer) -> None:
        try:
            following = {partition: await self._following(partition) for partition in consumer.assignment()}
        except TimeoutError as silent:
            raise KafkaTimeoutError from silent
        for partition, offset in following.items():
            consumer.seek(partition, offset)
        self._torn = False
        self._careful_until = monotonic() + CAREFUL_SECONDS

    async def _one_by_one(self, consumer: AIOKafkaConsumer) -> tuple[Record, ...]:
        found: list[Record] = []
        for partition in consumer.assignment() - consumer.paused():
            found += await self._up_to_failure(consumer, partition)
        await sleep(0 if found else POLL_SECONDS)
        return tuple(found)

    async def _up_to_failure(self, consumer: AIOKafkaConsumer, partition: TopicPartition) -> list[Record]:
        """The next records of one partition. It is held when there are none before what fails."""
        found: list[Record] = []
        try:
            while len(found) < MOST_ONE_BY_ONE:
                records = await consumer.getmany(partition, timeout_ms=0, max_records=1)
                if not records:
                    break
                found += records[partition]
        except Exception as failure:
            if not _is_unreadable(failure):
                raise
            self._careful_until = monotonic() + CAREFUL_SECONDS
            offset = await consumer.position(partition)
            consumer.seek(partition, offset)
            if not found:
                cause = f"{type(failure).__name__}: {failure}"
                log.critical(
                    UNREADABLE, topic=partition.topic, partition=partition.partition, offset=offset, cause=cause
                )
                self._hold(partition, Hold(offset, UNREADABLE))
        return found


def _is_unreadable(failure: Exception) -> bool:
    """Whether it is about the bytes of a batch. What the broker refuses is a KafkaError; decoders raise anything."""
    if isinstance(failure, ConsumerStoppedError):
        return False
    return isinstance(failure, UnsupportedCodecError | CorruptRecordException) or not isinstance(failure, KafkaError)
