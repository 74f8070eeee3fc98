"""A lane is in one batch at a time, in order, whatever the broker refuses; and a key is where every client puts it."""

from uuid import UUID, uuid4

import pytest
from aiokafka.admin import NewTopic
from aiokafka.partitioner import DefaultPartitioner
from aiokafka.producer.message_accumulator import BatchBuilder
from hypothesis import given
from hypothesis import strategies as st

from shared.bus.access import KafkaAccess
from shared.bus.batches import packed, partition_of
from shared.bus.publishers import InOrder
from shared.bus.relay import Lane
from shared.model import Json
from tests.support.servers.bus import administering, on_topic

BATCH_BYTES = 500


def message(key: str, size: int, topic: str = "t") -> Json:
    return {"message": {"topic": topic, "key": key, "headers": [["h", "é"]], "value": "x" * size}}


def lane(name: str, *sizes: int, topic: str = "t") -> Lane:
    return Lane(("companies", name), topic, [message(name, size, topic) for size in sizes])


def builder() -> BatchBuilder:
    return BatchBuilder(BATCH_BYTES, 0)


LANES = st.lists(
    st.tuples(st.lists(st.integers(0, 700), min_size=1, max_size=6), st.sampled_from([0, 1, None]), st.booleans()),
    max_size=6,
)


@given(LANES, st.data())
def test_a_lane_is_in_one_batch_at_a_time_and_goes_on_where_it_was_acknowledged(
    drawn: list[tuple[list[int], int | None, bool]], data: st.DataObject
) -> None:
    lanes = [lane(f"{number}", *sizes) for number, (sizes, _, _) in enumerate(drawn)]
    partitions = [partition for _, partition, _ in drawn]
    alone = {number for number, (_, _, alone) in enumerate(drawn) if alone}
    led = [number for number, partition in enumerate(partitions) if partition is not None]

    while any(lanes[number].acknowledged < len(lanes[number].entries) for number in led):
        batches = packed(lanes, partitions, alone, builder)
        sent = [number for batch in batches for number in batch.counts]
        assert sorted(sent) == [number for number in led if lanes[number].acknowledged < len(lanes[number].entries)]
        for batch in batches:
            assert {partitions[number] for number in batch.counts} == {batch.partition}
            assert batch.builder.record_count() == sum(batch.counts.values())
            assert len(batch.counts) == 1 or not alone & batch.counts.keys()
            assert batch.builder.record_count() == 1 or batch.builder.size() <= BATCH_BYTES
        taken = data.draw(st.lists(st.booleans(), min_size=len(batches), max_size=len(batches)))
        for batch, is_taken in zip(batches, taken, strict=True):
            for number, count in batch.counts.items():
                lanes[number].acknowledged += count if is_taken or len(batches) == 1 else 0
    assert [lanes[number].acknowledged for number in range(len(lanes)) if number not in led] == [0] * (
        len(lanes) - len(led)
    )


@given(st.binary(max_size=70), st.integers(1, 50))
def test_a_key_lies_where_every_client_puts_it(key: bytes, partitions: int) -> None:
    assert partition_of(key, partitions) == DefaultPartitioner()(key, list(range(partitions)), [])


def test_company_ids_lie_where_they_always_did() -> None:
    """Pinned: a key that moved would have its later messages overtake the earlier ones."""
    keys = [str(UUID(int=number)).encode() for number in range(5)]
    assert [partition_of(key, 12) for key in keys] == [9, 2, 5, 7, 0]


async def test_a_backlog_of_one_company_is_few_batches(operator: KafkaAccess, monkeypatch: pytest.MonkeyPatch) -> None:
    """Message by message it would wait for 300 acknowledgements."""
    sends = 0
    acknowledged = InOrder._acknowledged  # noqa: SLF001

    async def counted(publisher: InOrder, *given: object) -> list[int]:
        nonlocal sends
        sends += 1
        return await acknowledged(publisher, *given)  # type: ignore[arg-type]  # what it was given

    monkeypatch.setattr(InOrder, "_acknowledged", counted)
    topic, publisher = f"test.{uuid4()}", InOrder(operator)
    async with administering(operator) as admin:
        await admin.create_topics([NewTopic(topic, 1, 1)])
    backlog = lane("a", *range(300), topic=topic)

    await publisher.publish([backlog])
    await publisher.close()

    assert (backlog.acknowledged, sends) == (300, 1)
    assert [len(record.value or b"") for record in await on_topic(operator, topic)] == list(range(300))


async def test_a_refused_message_costs_the_others_of_its_batch_a_round(operator: KafkaAccess) -> None:
    """The broker refuses their batch whole. Then each is sent by itself, the refused one last."""
    topic, publisher = f"test.{uuid4()}", InOrder(operator)
    async with administering(operator) as admin:
        await admin.create_topics([NewTopic(topic, 1, 1, topic_configs={"max.message.bytes": "2000"})])
    refused = lane("a", 10_000, 10, topic=topic)
    others = [lane(name, 10, 10, topic=topic) for name in "bcdef"]

    for _ in range(3):
        await publisher.publish([each for each in (refused, *others) if each.acknowledged < len(each.entries)])
    await publisher.close()

    assert [each.acknowledged for each in (refused, *others)] == [0, 2, 2, 2, 2, 2]
    assert {record.key for record in await on_topic(operator, topic)} == set(map(str.encode, "bcdef"))
