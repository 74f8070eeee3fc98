"""Reading and writing topics as a test does: everything of one key, from the beginning to the present end."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from shared.bus.access import KafkaAccess
from shared.contracts.topics import topic
from shared.store.parked import RawRecord

Record = ConsumerRecord[bytes, bytes]


def scram(access: KafkaAccess) -> dict[str, Any]:
    """The arguments with which every client of aiokafka comes as this user."""
    return access.arguments()


async def on_topic(access: KafkaAccess, topic: str, key: str | None = None) -> list[Record]:
    """What lies on a topic now, in order within each partition, of one key or of all."""
    consumer = AIOKafkaConsumer(topic, **scram(access), auto_offset_reset="earliest", isolation_level="read_committed")
    await consumer.start()
    try:
        ends = await consumer.end_offsets(list(consumer.assignment()))
        found: list[Record] = []
        while any([await consumer.position(partition) < end for partition, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=100)).values():
                found += records
        return [record for record in found if key is None or record.key == key.encode()]
    finally:
        await consumer.stop()


@asynccontextmanager
async def producing(access: KafkaAccess) -> AsyncIterator[AIOKafkaProducer]:
    """A plain producer, for records that a service would never write."""
    producer = AIOKafkaProducer(**scram(access), enable_idempotence=True, max_request_size=8_000_000)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def put(producer: AIOKafkaProducer, record: RawRecord) -> Record:
    """Puts a raw record on its topic, one without a key on its partition; where it lies now."""
    partition = record.partition if record.key is None else None
    sent: Record = await producer.send_and_wait(
        record.topic, record.value, record.key, partition, headers=list(record.headers)
    )
    return sent


@asynccontextmanager
async def administering(access: KafkaAccess) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(**scram(access))
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()


async def until(condition: Callable[[], Any], seconds: float = 20, pause: float = 0.02) -> None:
    """Waits for a condition, plain or awaitable; fails when it has not come true in time."""
    deadline = monotonic() + seconds
    while True:
        outcome = condition()
        if await outcome if asyncio.iscoroutine(outcome) else outcome:
            return
        if monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s")
        await asyncio.sleep(pause)


async def ends(access: KafkaAccess, topics: Iterable[str]) -> dict[tuple[str, int], int]:
    """Where topics end now, by partition."""
    partitions = [TopicPartition(name, number) for name in topics for number in range(topic(name).partitions)]
    consumer = AIOKafkaConsumer(**scram(access))
    await consumer.start()
    try:
        return {
            (partition.topic, partition.partition): end
            for partition, end in (await consumer.end_offsets(partitions)).items()
        }
    finally:
        await consumer.stop()


async def stand_at(access: KafkaAccess, group: str, since: Mapping[tuple[str, int], int]) -> None:
    """Lets a group that nobody has joined yet consume what is published from there on."""
    consumer = AIOKafkaConsumer(**scram(access), group_id=group, enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign(partitions := [TopicPartition(*partition) for partition in since])
        await consumer.commit({partition: since[partition.topic, partition.partition] for partition in partitions})
    finally:
        await consumer.stop()
