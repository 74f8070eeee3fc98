"""The lag that a service measures, on a real broker."""

import asyncio
from collections.abc import Collection, Sequence
from time import monotonic
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import NewTopic

from shared.bus import consumer
from shared.bus.access import KafkaAccess
from shared.bus.inbox import BatchConsumer, Holds
from shared.bus.lag import FRESH_SECONDS, ends_of
from shared.clock import now
from shared.store.parked import RawRecord
from shared.telemetry import Metrics
from tests.support.builders.toys import SUBSCRIPTIONS
from tests.support.servers.bus import administering, producing, put, until
from tests.support.servers.consuming import group, listening
from tests.support.servers.kernel import Toys, record_of


async def test_the_lag_is_what_is_not_handled_yet_and_for_how_long(
    toy: Toys, operator: KafkaAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is in hand counts as much as what is unread."""
    monkeypatch.setattr(consumer, "WATCH_SECONDS", 0.05)
    topic, handled = f"test.{uuid4()}", asyncio.Event()

    class Slow(BatchConsumer):
        async def handle(self, records: Sequence[RawRecord]) -> Holds:  # noqa: ARG002
            await handled.wait()
            return {}

    async with administering(operator) as admin, producing(operator) as producer:
        await admin.create_topics([NewTopic(topic, 1, 1)])
        async with listening(operator, Slow({}, SUBSCRIPTIONS, toy.parked, Metrics()), group(), topic) as bus:
            lag, age = bus._metrics.lag.labels(topic=topic)._value, bus._metrics.unhandled._value  # noqa: SLF001
            began = monotonic()
            for number in (1, 2, 3):
                await put(producer, record_of(number, topic=topic))
            await until(lambda: (lag.get(), age.get() > 0.5) == (3, True))
            assert age.get() < monotonic() - began + 0.1

            handled.set()
            await until(lambda: (lag.get(), age.get()) == (0, 0))


async def test_where_partitions_end_is_known_from_the_fetches(toy: Toys, operator: KafkaAccess) -> None:
    topic = f"test.{uuid4()}"
    async with administering(operator) as admin, producing(operator) as producer:
        await admin.create_topics([NewTopic(topic, 3, 1)])
        async with listening(operator, toy.inbox, group(), topic) as bus:
            client = bus._consumer()  # noqa: SLF001
            counted: Any = Asking(client)
            for number in (1, 2, 3):
                await put(producer, record_of(number, topic=topic))

            async def known() -> bool:
                counted.partitions.clear()
                ends = await ends_of(counted, client.assignment())
                return sum(ends.values()) == 3 and len(ends) == 3 and not counted.partitions

            await until(known)


async def test_partitions_that_were_not_fetched_just_now_are_asked_for() -> None:
    """In hand, held, never fetched yet, or fetched before the clock was set back."""
    ages = {"now": 0.2, "in hand": FRESH_SECONDS + 0.1, "never": None, "the future": -60.0}
    client: Any = Asking(Fetched(ages))
    partitions = [TopicPartition(name, 0) for name in ages]
    assert await ends_of(client, partitions) == dict.fromkeys(partitions, 7) | {partitions[0]: 5}
    assert client.partitions == partitions[1:]


class Fetched:
    """A client by the seconds since each topic was fetched: at the end 5, which is 7 meanwhile."""

    def __init__(self, ages: dict[str, float | None]) -> None:
        self._ages = ages

    def last_poll_timestamp(self, partition: TopicPartition) -> int | None:
        age = self._ages[partition.topic]
        return None if age is None else int(1000 * (now().timestamp() - age))

    def highwater(self, _: TopicPartition) -> int:
        return 5

    async def end_offsets(self, partitions: Collection[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, 7)


class Asking:
    """A client that notes for which partitions the broker was asked."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.partitions: list[TopicPartition] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    async def end_offsets(self, partitions: Collection[TopicPartition]) -> Any:
        self.partitions += partitions
        return await self._client.end_offsets(partitions)
