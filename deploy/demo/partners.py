"""Reads the bus: a foreign administration its own topic, an operator the internal ones."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from json import loads
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord
from aiokafka.errors import TopicAuthorizationFailedError

from deploy.demo.cast import Json, until
from shared.bus.access import KafkaAccess


@dataclass(frozen=True)
class ReceivedMessage:
    """One message as its reader gets it: key, every header, body."""

    key: str
    headers: dict[str, str]
    body: Json

    @property
    def type(self) -> str:
        return self.headers["ce_type"]

    def text(self) -> str:
        """All of it as one text, to search for what must not be there."""
        return " ".join((self.key, *self.headers, *self.headers.values(), str(self.body)))


@dataclass
class Listener:
    """One Kafka user at its topics; `received` holds its messages in order."""

    consumer: AIOKafkaConsumer
    on_message: Callable[[ReceivedMessage], None]
    received: list[ReceivedMessage] = field(default_factory=list)

    async def listen(self) -> None:
        async for record in self.consumer:
            message = _read(record)
            self.received.append(message)
            self.on_message(message)

    def of(self, key: str) -> list[ReceivedMessage]:
        """The messages with this key, in order."""
        return [message for message in self.received if message.key == key]

    async def nth(self, count: int, key: str) -> ReceivedMessage:
        """The count-th message with this key, as soon as it is there."""

        async def look() -> ReceivedMessage | None:
            return self.of(key)[count - 1] if len(self.of(key)) >= count else None

        return await until(look, f"message {count} of {key} on {', '.join(self.consumer.subscription())}")

    async def caught_up(self) -> None:
        """Returns when it has read up to the present end of its topics; only on topics without transactions."""
        partitions = self.consumer.assignment()
        ends = await self.consumer.end_offsets(partitions)

        async def look() -> bool | None:
            behind = [
                partition for partition in partitions if await self.consumer.position(partition) < ends[partition]
            ]
            return None if behind else True

        await until(look, "the end of the internal topics")

    def types(self) -> Counter[str]:
        """How many messages of each type came; one that comes again has the same source and id."""
        came = {(message.headers["ce_source"], message.headers["ce_id"]): message.type for message in self.received}
        return Counter(came.values())


@asynccontextmanager
async def listening(
    access: KafkaAccess,
    topics: Iterable[str],
    group: str | None,
    on_message: Callable[[ReceivedMessage], None] = lambda _: None,
) -> AsyncIterator[Listener]:
    """A listener that reads its topics from the beginning; without a group it reads all partitions by itself."""
    consumer = _consumer(access, topics, group)
    await consumer.start()
    listener = Listener(consumer, on_message)
    task = asyncio.create_task(listener.listen())
    try:
        yield listener
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await consumer.stop()


async def may_read(access: KafkaAccess, topic: str, group: str) -> bool:
    """Whether the broker lets this user read that topic."""
    consumer = _consumer(access, (topic,), group)
    try:
        await consumer.start()
        await consumer.getmany(timeout_ms=1_000)
    except TopicAuthorizationFailedError:
        return False
    finally:
        await consumer.stop()
    return True


def _consumer(access: KafkaAccess, topics: Iterable[str], group: str | None) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(
        *topics,
        **access.arguments(),
        group_id=group,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        fetch_max_wait_ms=100,
    )


def _read(record: ConsumerRecord[bytes, bytes]) -> ReceivedMessage:
    headers: dict[str, Any] = {name: value.decode() for name, value in record.headers}
    return ReceivedMessage((record.key or b"").decode(), headers, None if record.value is None else loads(record.value))
