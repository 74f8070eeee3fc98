"""What readers see of the bus: a foreign administration its own topic, an operator the internal ones."""

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
class Told:
    """One message, byte for byte readable: everything that its reader gets."""

    key: str
    headers: dict[str, str]
    body: Json

    @property
    def type(self) -> str:
        return self.headers["ce_type"]

    def words(self) -> str:
        """All of it in one text, to look for what must not be there."""
        return " ".join((self.key, *self.headers, *self.headers.values(), str(self.body)))


@dataclass
class Listener:
    """One Kafka user at its topics; `told` is what it got, in order."""

    consumer: AIOKafkaConsumer
    heard: Callable[[Told], None]
    told: list[Told] = field(default_factory=list)

    async def listen(self) -> None:
        async for record in self.consumer:
            message = _read(record)
            self.told.append(message)
            self.heard(message)

    def of(self, key: str) -> list[Told]:
        """What it got under this key, in order."""
        return [message for message in self.told if message.key == key]

    async def nth(self, count: int, key: str) -> Told:
        """The message that is the count-th under this key, as soon as it is there."""

        async def look() -> Told | None:
            return self.of(key)[count - 1] if len(self.of(key)) >= count else None

        return await until(look, f"message {count} of {key} on {', '.join(self.consumer.subscription())}")

    async def caught_up(self) -> None:
        """Returns when everything is read that lies there now; on topics without transactions."""
        places = self.consumer.assignment()
        ends = await self.consumer.end_offsets(places)

        async def look() -> bool | None:
            behind = [place for place in places if await self.consumer.position(place) < ends[place]]
            return None if behind else True

        await until(look, "the end of the internal topics")

    def types(self) -> Counter[str]:
        return Counter(message.type for message in self.told)


@asynccontextmanager
async def listening(
    access: KafkaAccess, topics: Iterable[str], group: str | None, heard: Callable[[Told], None] = lambda _: None
) -> AsyncIterator[Listener]:
    """A listener at work, from the beginning of its topics; without a group it reads them all by itself."""
    consumer = _consumer(access, topics, group)
    await consumer.start()
    listener = Listener(consumer, heard)
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
        bootstrap_servers=access.bootstrap,
        group_id=group,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        security_protocol="SASL_PLAINTEXT",
        sasl_mechanism="SCRAM-SHA-512",
        sasl_plain_username=access.user,
        sasl_plain_password=access.password,
        fetch_max_wait_ms=100,
    )


def _read(record: ConsumerRecord[bytes, bytes]) -> Told:
    headers: dict[str, Any] = {name: value.decode() for name, value in record.headers}
    return Told((record.key or b"").decode(), headers, None if record.value is None else loads(record.value))
