"""On a real broker: the lag that a service measures."""

import asyncio
from collections.abc import Sequence
from time import monotonic
from uuid import uuid4

import pytest
from aiokafka.admin import NewTopic

from shared.bus import consumer
from shared.bus.access import KafkaAccess
from shared.bus.inbox import BatchConsumer, Holds
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
