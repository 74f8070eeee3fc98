"""Offsets are contiguous from the committed one on: a gap is a loss, after which nothing is handed on or committed."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import uuid4

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import NewPartitions, NewTopic, RecordsToDelete

from shared.bus import consumer
from shared.bus.access import KafkaAccess
from shared.bus.gap import GapDetector, OffsetGap
from shared.bus.inbox import BatchConsumer, Holds
from shared.store.parked import Partition, RawRecord
from shared.telemetry import Metrics
from tests.support.builders.toys import SUBSCRIPTIONS
from tests.support.servers.bus import administering, producing, put, until
from tests.support.servers.consuming import at_work, group, listening
from tests.support.servers.kernel import Toys, record_of

PARTITION: Partition = ("topic", 0)


def records(*offsets: int) -> list[RawRecord]:
    return [RawRecord(*PARTITION, offset, None, None, ()) for offset in offsets]


def committed(offset: int) -> Callable[[Partition], Awaitable[int]]:
    async def asked(partition: Partition) -> int:
        assert partition == PARTITION
        return offset

    return asked


async def unasked(_: Partition) -> int:
    raise AssertionError


@pytest.mark.parametrize(
    ("offsets", "start"),
    [((0, 1, 2), 0), ((7, 8), 7), ((5, 6), 7), ((0, 1, 0, 1, 2), 0)],
    ids=["from the first", "from the committed", "a repeat of the committed", "a repeat"],
)
async def test_what_follows_or_is_repeated_passes(offsets: Sequence[int], start: int) -> None:
    detector = GapDetector()
    await detector.check(records(*offsets), committed(start))
    assert detector.next_offset(PARTITION) == offsets[-1] + 1


async def test_the_committed_offset_is_asked_only_where_records_seem_missing() -> None:
    detector = GapDetector()
    detector.start(PARTITION, 4)
    await detector.check(records(4, 5), unasked)
    detector.rewind(PARTITION, 4)
    await detector.check(records(4, 5, 6), unasked)


async def test_another_member_may_have_moved_what_it_read_on() -> None:
    detector = GapDetector()
    await detector.check(records(0, 1), unasked)
    await detector.check(records(9), committed(9))
    detector.forget([PARTITION])
    assert detector.next_offset(PARTITION) is None


@pytest.mark.parametrize("offsets", [(3,), (0, 1, 3), (2, 4)])
async def test_missing_records_are_a_gap_each_time_they_are_met(offsets: Sequence[int]) -> None:
    detector = GapDetector()
    for _ in range(2):
        with pytest.raises(OffsetGap, match=f"Records before {offsets[-1]} were lost from topic/0"):
            await detector.check(records(*offsets), committed(2))


async def test_an_offset_gap_stops_the_consumer_with_a_sentence(
    toy: Toys, operator: KafkaAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stays in its group, hands nothing on of any partition, even when it runs again, and commits nothing more."""
    monkeypatch.setattr(consumer, "WATCH_SECONDS", 0.05)
    name, topic = group(), f"test.{uuid4()}"
    handled: list[int] = []

    class Noting(BatchConsumer):
        async def handle(self, records: Sequence[RawRecord]) -> Holds:
            handled.extend(record.offset for record in records)
            return {}

    inbox = Noting({}, SUBSCRIPTIONS, toy.parked, Metrics())
    async with administering(operator) as admin, producing(operator) as producer:
        await admin.create_topics([NewTopic(topic, 1, 1)])
        await put(producer, record_of(1, topic=topic))
        async with listening(operator, inbox, name, topic):
            await until(lambda: handled == [0])
        for number in (2, 3, 4):
            await put(producer, record_of(number, topic=topic))
        await admin.delete_records({TopicPartition(topic, 0): RecordsToDelete(before_offset=2)})
        async with listening(operator, inbox, name, topic) as bus:
            await until(lambda: bus.offset_gap)
            await put(producer, record_of(5, topic=topic))
            lag, age = bus._metrics.lag.labels(topic=topic)._value, bus._metrics.unhandled._value  # noqa: SLF001
            await until(lambda: (lag.get() == 3, age.get() > 0.5) == (True, True))
            assert bus.ready
            await admin.create_partitions({topic: NewPartitions(2)})
        await admin.delete_records({TopicPartition(topic, 0): RecordsToDelete(before_offset=5)})  # the gap is gone
        async with at_work(bus), producing(operator) as knowing_both:
            await knowing_both.send_and_wait(topic, b"of another partition", partition=1)
            await until(lambda: TopicPartition(topic, 1) in bus._consumer().paused())  # noqa: SLF001
        offsets = await admin.list_consumer_group_offsets(name)
    assert (
        bus.offset_gap
        == f"Records before 2 were lost from {topic}/0. Stop the services and run `tt journal replay` onto new topics."
    )
    assert handled == [0]
    assert offsets[TopicPartition(topic, 0)].offset <= 1
