"""The client waits for records, as each of its private parts that we use for it still lets it."""

import asyncio
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import NewTopic
from faststream.kafka.subscriber.usecase import BatchSubscriber
from structlog.testing import capture_logs

from shared.bus.access import KafkaAccess
from shared.bus.consumer import Consumer
from shared.bus.fetching import BRIEF_MS, PATIENT_MS, PatientFetcher, wait_for_records
from shared.bus.inbox import BatchConsumer, Holds
from shared.store.parked import RawRecord
from shared.telemetry import Metrics
from tests.support.builders.toys import SUBSCRIPTIONS
from tests.support.servers.bus import administering, producing, put, until
from tests.support.servers.consuming import group, listening
from tests.support.servers.kernel import Toys, all_entered, record_of

MISSING: dict[str, Callable[[Any], None]] = {
    "get_msg": lambda subscriber: delattr(subscriber, "get_msg"),
    "_fetcher": lambda subscriber: delattr(subscriber.consumer, "_fetcher"),
    "_fetch_max_wait_ms": lambda subscriber: delattr(subscriber.consumer._fetcher, "_fetch_max_wait_ms"),  # noqa: SLF001
    "_records": lambda subscriber: delattr(subscriber.consumer._fetcher, "_records"),  # noqa: SLF001
}


@pytest.mark.parametrize("name", MISSING)
def test_a_release_that_lacks_a_part_polls_as_the_framework_does(name: str) -> None:
    fetcher = SimpleNamespace(_fetch_max_wait_ms=100, _records={})
    subscriber: Any = SimpleNamespace(get_msg="polls", max_records=500, consumer=SimpleNamespace(_fetcher=fetcher))
    MISSING[name](subscriber)

    with capture_logs() as logged:
        wait_for_records(subscriber)

    assert getattr(subscriber, "get_msg", "polls") == "polls"
    assert [entry["event"] for entry in logged] == ["consumer_polls"]
    assert name in logged[0]["missing"]


def fetcher_of(bus: Consumer) -> Any:
    return bus._consumer()._fetcher  # noqa: SLF001


async def test_get_msg_is_what_the_framework_asks_for_records(
    toy: Toys, operator: KafkaAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In two seconds of silence it asks two or three times; the framework's own `get_msg` some hundred times.

    On a busy machine the two seconds are longer.
    """
    asked, silent = 0, f"test.{uuid4()}"
    async with administering(operator) as admin:
        await admin.create_topics([NewTopic(silent, 1, 1)])
    getmany: Any = AIOKafkaConsumer.getmany

    async def counted(consumer: AIOKafkaConsumer, **how: Any) -> Any:
        nonlocal asked
        asked += 1
        return await getmany(consumer, **how)

    monkeypatch.setattr(AIOKafkaConsumer, "getmany", counted)
    async with listening(operator, toy.inbox, group(), silent):
        asked = 0
        await until(lambda: asked)
        await asyncio.sleep(2)
    assert hasattr(BatchSubscriber, "get_msg")
    assert asked <= 20


async def test_the_fetcher_of_a_consumer_is_what_asks_the_broker(toy: Toys, operator: KafkaAccess) -> None:
    company = uuid4()
    async with listening(operator, toy.inbox, group()) as bus, producing(operator) as producer:
        await until(lambda: isinstance(fetcher_of(bus), PatientFetcher))
        await put(producer, record_of(1, company=company, publisher=str(company)))
        await until(all_entered(toy, company, 1))


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """How long the broker may hold the fetches that are asked for, in milliseconds."""
    found: set[int] = set()
    actions: Any = PatientFetcher._get_actions_per_node  # noqa: SLF001

    def noted(fetcher: Any, assignment: Any) -> Any:
        requests, *others = actions(fetcher, assignment)
        found.update(request._max_wait_ms for _, request in requests)  # noqa: SLF001
        return requests, *others

    monkeypatch.setattr(PatientFetcher, "_get_actions_per_node", noted)
    return found


async def test_the_broker_holds_a_fetch_until_there_is_a_record(
    toy: Toys, operator: KafkaAccess, waits: set[int]
) -> None:
    """Every fetch reads `_fetch_max_wait_ms` anew."""
    async with listening(operator, toy.inbox, group()):
        await until(lambda: PATIENT_MS in waits)


async def test_a_fetch_beside_records_in_hand_is_short(toy: Toys, operator: KafkaAccess, waits: set[int]) -> None:
    """`_records` are those that the client has received and not handed over."""
    company = uuid4()

    class Endless(BatchConsumer):
        async def handle(self, records: Sequence[RawRecord]) -> Holds:  # noqa: ARG002
            await asyncio.Event().wait()
            return {}

    async with (
        listening(operator, Endless({}, SUBSCRIPTIONS, toy.parked, Metrics()), group()) as bus,
        producing(operator) as producer,
    ):
        await put(producer, record_of(1, company=company, publisher=str(company)))
        await until(lambda: bus._in_hand)  # noqa: SLF001
        await put(producer, record_of(2, company=company, publisher=str(company)))
        await until(lambda: BRIEF_MS in waits)
