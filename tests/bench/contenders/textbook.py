"""The textbook's outbox: a transaction on inbox, state and outbox for each message, and a relay that polls."""

import asyncio
from typing import Any

from aiokafka import AIOKafkaProducer
from faststream import AckPolicy, FastStream
from pymongo.errors import DuplicateKeyError

from shared.clock import now
from shared.store.client import Database
from tests.bench.contenders.plain import broker_of
from tests.bench.work import ENTRIES, INPUT, OUTPUT, Noted, Task, given_task, parsed
from tests.support.servers.bus import scram

POLL_SECONDS = 0.1
MOST_AT_ONCE = 100


async def main(task: Task) -> None:
    database, broker = task.connect(), broker_of(task)

    @broker.subscriber(INPUT, group_id=task.group, auto_offset_reset="earliest", ack_policy=AckPolicy.NACK_ON_ERROR)
    async def note(body: dict[str, Any]) -> None:
        try:
            await _apply(database, parsed(body))
        except DuplicateKeyError:
            return

    async with asyncio.TaskGroup() as group:
        group.create_task(_relay(task, database))
        await FastStream(broker).run()


async def _apply(database: Database, noted: Noted) -> None:
    body, headers = noted.announcement()
    async with await database.client.start_session() as session, session.start_transaction():
        await database["inbox"].insert_one({"_id": f"{noted.company}/{noted.number}"}, session=session)
        await database[ENTRIES].update_one({"_id": noted.company}, noted.change(), session=session)
        await database["outbox"].insert_one(
            {"at": now(), "key": noted.company, "body": body, "headers": headers}, session=session
        )


async def _relay(task: Task, database: Database) -> None:
    producer = AIOKafkaProducer(**scram(task.kafka), acks="all", enable_idempotence=True)
    await producer.start()
    while True:
        async for message in database["outbox"].find().sort([("at", 1), ("_id", 1)]).limit(MOST_AT_ONCE):
            headers = [(name, value) for name, value in message["headers"]]
            await producer.send_and_wait(OUTPUT, message["body"].encode(), key=message["key"].encode(), headers=headers)
            await database["outbox"].delete_one({"_id": message["_id"]})
        await asyncio.sleep(POLL_SECONDS)


if __name__ == "__main__":
    asyncio.run(main(given_task()))
