"""A consumer at work on a real broker, in this process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

from shared.bus.access import KafkaAccess
from shared.bus.consumer import Consumer
from shared.bus.inbox import BatchConsumer
from shared.telemetry import Metrics
from tests.support.servers.bus import until

TOPIC = "pip.application"


@asynccontextmanager
async def listening(
    access: KafkaAccess, inbox: BatchConsumer, group: str, topic: str = TOPIC
) -> AsyncIterator[Consumer]:
    """A consumer of one topic, while it runs."""
    consumer = Consumer(access, group, [topic], inbox, Metrics())
    async with at_work(consumer):
        yield consumer


@asynccontextmanager
async def at_work(consumer: Consumer) -> AsyncIterator[None]:
    """Has a consumer run, for the first time or again."""
    task = asyncio.create_task(consumer.run())
    try:
        await until(lambda: consumer.ready or task.done())
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def group() -> str:
    return f"test {uuid4()}"
