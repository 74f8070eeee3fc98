"""FastStream as its own pages show it, made as safe as they say: one message, one update, one publish, one commit."""

import asyncio
from typing import Any

from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker
from faststream.security import SASLScram512

from tests.bench.work import ENTRIES, INPUT, OUTPUT, Task, given_task, parsed


def broker_of(task: Task) -> KafkaBroker:
    security = SASLScram512(username=task.user, password=task.password)
    return KafkaBroker(task.bootstrap, security=security, acks="all", enable_idempotence=True, logger=None)


async def main(task: Task) -> None:
    entries, broker = task.connect()[ENTRIES], broker_of(task)

    @broker.subscriber(INPUT, group_id=task.group, auto_offset_reset="earliest", ack_policy=AckPolicy.NACK_ON_ERROR)
    async def note(body: dict[str, Any]) -> None:
        noted = parsed(body)
        await entries.update_one({"_id": noted.company}, noted.change())
        announcement, headers = noted.announcement()
        named = {name: value.decode() for name, value in headers}
        await broker.publish(announcement, OUTPUT, key=noted.company.encode(), headers=named)

    await FastStream(broker).run()


if __name__ == "__main__":
    asyncio.run(main(given_task()))
