"""The floor: reads 500, applies each once in one bulk of conditional updates, sends, commits. No outbox or journal."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from pymongo import UpdateOne

from tests.bench.work import ENTRIES, INPUT, OUTPUT, Noted, Task, given_task, noted
from tests.support.servers.bus import scram

MOST_RECORDS = 500


async def main(task: Task) -> None:
    entries = task.connect()[ENTRIES]

    async def apply(batch: Sequence[Noted]) -> None:
        updates = [UpdateOne({"_id": note.company, "sequence": {"$lt": note.number}}, note.change()) for note in batch]
        await entries.bulk_write(updates, ordered=False)

    await drain(task, apply)


async def drain(task: Task, apply: Callable[[Sequence[Noted]], Awaitable[None]]) -> None:
    """The loop: offsets are committed when the batch is applied and published."""
    consumer = AIOKafkaConsumer(
        INPUT,
        **scram(task.kafka),
        group_id=task.group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=100,
    )
    producer = AIOKafkaProducer(
        **scram(task.kafka), acks="all", enable_idempotence=True, linger_ms=5, max_batch_size=1_000_000
    )
    await consumer.start()
    await producer.start()
    while True:
        fetched = await consumer.getmany(timeout_ms=100, max_records=MOST_RECORDS)
        if batch := [noted(record) for records in fetched.values() for record in records]:
            await apply(batch)
            await asyncio.gather(*[await _send(producer, note) for note in batch])
            await consumer.commit()


async def _send(producer: AIOKafkaProducer, note: Noted) -> asyncio.Future[object]:
    body, headers = note.announcement()
    sent: asyncio.Future[object] = await producer.send(
        OUTPUT, body.encode(), key=note.company.encode(), headers=headers
    )
    return sent


if __name__ == "__main__":
    asyncio.run(main(given_task()))
