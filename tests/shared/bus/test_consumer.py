"""On a real broker: nothing is committed before it is handled, and no record of others can stop or lose the rest."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from statistics import median
from time import monotonic
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared.bus import consumer
from shared.bus.access import KafkaAccess
from shared.bus.consumer import Consumer, Stuck
from shared.bus.inbox import BatchConsumer, Holds
from shared.errors import ParkingFull, Unavailable
from shared.store.client import Database
from shared.store.parked import QueuedRecord, RawRecord
from shared.telemetry import Metrics
from tests.support.builders.toys import POISON, SUBSCRIPTIONS
from tests.support.servers.bus import administering, producing, put, until
from tests.support.servers.consuming import TOPIC, group, listening
from tests.support.servers.kernel import Toys, all_entered, record_of, toys

SILENCE_SECONDS = 0.25


async def test_records_are_consumed_and_committed(toy: Toys, operator: KafkaAccess) -> None:
    """Though of two brokers that are named the first is away."""
    named = replace(operator, bootstrap=f"127.0.0.1:9,{operator.bootstrap}")
    company, name = uuid4(), group()
    async with producing(operator) as producer:
        sent = [await put(producer, record_of(number, company=company, publisher=str(company))) for number in (1, 2, 3)]
    async with listening(named, toy.inbox, name):
        await until(all_entered(toy, company, 1, 2, 3))

    async with administering(operator) as admin:
        offsets = await admin.list_consumer_group_offsets(name)
    assert offsets[TopicPartition(TOPIC, sent[-1].partition)].offset > sent[-1].offset


async def test_nothing_is_committed_while_a_batch_is_being_handled(toy: Toys, operator: KafkaAccess) -> None:
    """Nor when the client stops meanwhile: one that commits by itself does it then."""
    name, company = group(), uuid4()

    class Endless(BatchConsumer):
        async def handle(self, records: Sequence[RawRecord]) -> Holds:  # noqa: ARG002
            await asyncio.Event().wait()
            return {}

    async with producing(operator) as producer:
        await put(producer, record_of(1, company=company, publisher=str(company)))
    async with listening(operator, Endless({}, SUBSCRIPTIONS, toy.parked, Metrics()), name) as bus:
        await until(lambda: bus._in_hand)  # noqa: SLF001
    async with administering(operator) as admin:
        offsets = await admin.list_consumer_group_offsets(name)
    assert all(offset.offset <= 0 for offset in offsets.values())


async def test_a_batch_that_failed_comes_again_after_a_while(toy: Toys, operator: KafkaAccess) -> None:
    """The framework would commit it, or bring it again at once, thousands of times."""
    company, times = uuid4(), list[float]()

    class Failing(BatchConsumer):
        async def handle(self, records: Sequence[RawRecord]) -> Holds:
            times.append(monotonic())
            if len(times) <= 5:
                raise KafkaError
            return await super().handle(records)

    async with producing(operator) as producer:
        await put(producer, record_of(1, company=company, publisher=str(company)))
    async with listening(operator, Failing({"ledgers": toy.ledgers}, SUBSCRIPTIONS, toy.parked, Metrics()), group()):
        await until(all_entered(toy, company, 1))
    assert times[5] - times[0] > 0.5


SPOILT: dict[str, dict[str, Any]] = {
    "null header": {"headers": (("ce_type", None),)},
    "header not UTF-8": {"headers": (("ce_type", b"\xff\xfe"),)},
    "long header": {"headers": (("ce_type", b"x" * 100_000),)},
    "bad JSON": {"value": b"{"},
}


@pytest.mark.parametrize("spoilt", SPOILT)
async def test_a_record_that_cannot_be_read_costs_no_other(toy: Toys, operator: KafkaAccess, spoilt: str) -> None:
    """The framework's own parser and decoder would lose the whole batch, or never let it pass."""
    good, bad = uuid4(), uuid4()
    async with producing(operator) as producer:
        await put(producer, record_of(1, company=bad, publisher=str(bad), **SPOILT[spoilt]))
        await put(producer, record_of(1, company=good, publisher=str(good)))
    async with listening(operator, toy.inbox, group()):
        await until(all_entered(toy, good, 1))
        await until(lambda: toy.parked.queue(str(bad)))


async def test_two_members_and_a_rebalance_in_mid_batch_lose_nothing(
    toy: Toys, database: Database, operator: KafkaAccess
) -> None:
    name, companies = group(), [uuid4() for _ in range(12)]
    second_came = asyncio.Event()

    class Slow(BatchConsumer):
        """Its first batch is not done before the second member has come."""

        async def handle(self, records: Sequence[RawRecord]) -> Holds:
            await second_came.wait()
            return await super().handle(records)

    slow = Slow({"ledgers": toy.ledgers}, SUBSCRIPTIONS, toy.parked, Metrics())
    async with producing(operator) as producer:
        for number in range(1, 6):
            for company in companies:
                await put(producer, record_of(number, company=company, publisher=str(company)))
    async with listening(operator, slow, name) as first:
        await until(lambda: first._in_hand)  # noqa: SLF001
        async with listening(operator, toys(database).inbox, name):
            second_came.set()
            for company in companies:
                await until(all_entered(toy, company, 1, 2, 3, 4, 5), 40)


async def test_a_topic_that_nobody_declared_stays_absent(toy: Toys, operator: KafkaAccess) -> None:
    """The framework would create it by itself, with one partition, even where the broker forbids that."""
    missing = f"test.{uuid4()}"
    bus = Consumer(operator, group(), [missing], toy.inbox, Metrics())
    task = asyncio.create_task(bus.run())
    await asyncio.wait([task], timeout=2)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    async with administering(operator) as admin:
        assert missing not in await admin.list_topics()


async def fetcher_dies(consumer: Any) -> None:
    """Asked until it has: in some of its waits it passes over the first time."""
    await until(lambda: not consumer._fetcher._fetch_task.cancel())  # noqa: SLF001


async def coordination_dies(consumer: Any) -> None:
    """In the midst of a rebalance."""
    consumer._coordinator._do_rejoin_group = None  # noqa: SLF001 - whoever calls it fails
    consumer._coordinator.request_rejoin()  # noqa: SLF001


@pytest.mark.parametrize("dies", [fetcher_dies, coordination_dies])
async def test_a_consumer_of_which_a_part_died_is_given_up(
    toy: Toys, operator: KafkaAccess, monkeypatch: pytest.MonkeyPatch, dies: Callable[[Any], Awaitable[None]]
) -> None:
    """Tasks of aiokafka may end with an error at which nobody looks, while heartbeats go on."""
    monkeypatch.setattr(consumer, "STUCK_SECONDS", 2.0)
    company = uuid4()
    bus = Consumer(operator, group(), [TOPIC], toy.inbox, Metrics())
    task = asyncio.create_task(bus.run())
    await until(lambda: bus.ready)
    await dies(bus._consumer())  # noqa: SLF001
    async with producing(operator) as producer:
        while not (await asyncio.wait([task], timeout=0.5))[0]:  # a fetch that was under way may still bring the first
            await put(producer, record_of(1, company=company, publisher=str(company)))

    assert isinstance(task.exception(), Stuck)


async def test_an_answer_that_a_rebalance_swallowed_is_not_waited_for(
    toy: Toys, operator: KafkaAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`committed` of aiokafka waits for ever when its partition is assigned anew meanwhile."""
    monkeypatch.setattr(consumer, "WATCH_DEADLINE", 0.5)
    company, name = uuid4(), group()
    asked: list[TopicPartition] = []
    committed: Any = AIOKafkaConsumer.committed

    async def swallowed_once(consumer: AIOKafkaConsumer, partition: TopicPartition) -> Any:
        asked.append(partition)
        return await (committed(consumer, partition) if asked[4:] else asyncio.Event().wait())

    monkeypatch.setattr(AIOKafkaConsumer, "committed", swallowed_once)
    async with producing(operator) as producer:
        await put(producer, record_of(1, company=company, publisher=str(company)))
    async with listening(operator, toy.inbox, name):
        await until(all_entered(toy, company, 1))


async def test_a_partition_at_a_bound_is_held_and_the_others_flow_on(
    toy: Toys, operator: KafkaAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.bus.held.HELD_SECONDS", 0.2)
    held, other, room = uuid4(), uuid4(), asyncio.Event()
    park = toy.parked.open

    async def full_at_first(key: str, waiting: Sequence[QueuedRecord]) -> None:
        if key == str(held) and not room.is_set():
            raise ParkingFull("parking_full")
        await park(key, waiting)

    monkeypatch.setattr(toy.parked, "open", full_at_first)
    async with producing(operator) as producer:
        poisoned = await put(producer, record_of(POISON, company=held, publisher=str(held)))
        while (await put(producer, record_of(1, company=other, publisher=str(other)))).partition == poisoned.partition:
            other = uuid4()
    async with listening(operator, toy.inbox, name := group()) as bus:
        await until(bus._metrics.held._value.get)  # noqa: SLF001
        await until(all_entered(toy, other, 1))
        async with administering(operator) as admin:
            committed = (await admin.list_consumer_group_offsets(name))[TopicPartition(TOPIC, poisoned.partition)]
        assert committed.offset == poisoned.offset
        room.set()

        await until(lambda: toy.parked.queue(str(held)))
        await until(lambda: not bus._metrics.held._value.get())  # noqa: SLF001


async def test_a_broker_that_is_away_is_reported_as_unavailable(toy: Toys) -> None:
    with pytest.raises(Unavailable, match="broker_unavailable"):
        await Consumer(KafkaAccess("127.0.0.1:9", "a", "b"), group(), [TOPIC], toy.inbox, Metrics()).run()


async def test_an_idle_hop_is_quick(toy: Toys, operator: KafkaAccess) -> None:
    """An empty poll sleeps its whole time-out: at the framework's 200 ms, a record after this silence waits for 150."""
    company, waits = uuid4(), list[float]()
    arrived = asyncio.Event()

    class Timed(BatchConsumer):
        async def handle(self, records: Sequence[RawRecord]) -> Holds:
            if any(record.key == str(company).encode() for record in records):
                arrived.set()
            return {}

    async with (
        listening(operator, Timed({}, SUBSCRIPTIONS, toy.parked, Metrics()), group()) as bus,
        producing(operator) as producer,
    ):
        await until(lambda: not bus._metrics.lag.labels(topic=TOPIC)._value.get())  # noqa: SLF001
        for number in range(15):
            arrived.clear()
            await asyncio.sleep(SILENCE_SECONDS)
            started = monotonic()
            await put(producer, record_of(number + 1, company=company, publisher=str(company)))
            await asyncio.wait_for(arrived.wait(), 10)
            waits.append(monotonic() - started)
    assert median(waits) < 0.08
