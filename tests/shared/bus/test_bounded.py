"""A producer never has more under way than the broker takes in one request; everything gets through, in turn."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from shared.bus.access import KafkaAccess
from shared.bus.bounded import MOST_IN_FLIGHT, BoundedProducer, Window
from shared.contracts.topics import limit_of, topic

TOPIC = "pip.application"
ROOM = 100


async def test_the_largest_messages_to_every_partition_at_once_get_through(operator: KafkaAccess) -> None:
    """Together they are twelve times what the broker takes in one request."""
    largest, size = bytes(limit_of(TOPIC) - 10_000), limit_of(TOPIC)
    producer = BoundedProducer(**operator.arguments(), acks="all", enable_idempotence=True, max_request_size=size)
    await producer.start()  # type: ignore[no-untyped-call]
    try:
        sends = [
            producer.send(TOPIC, largest, b"company", partition=number) for number in range(topic(TOPIC).partitions)
        ]
        async with asyncio.timeout(60):
            await asyncio.gather(*await asyncio.gather(*sends))
    finally:
        await producer.stop()  # type: ignore[no-untyped-call]
    assert len(largest) < MOST_IN_FLIGHT


@given(st.lists(st.integers(1, ROOM), max_size=30), st.data())
def test_a_window_is_never_overfull_and_lets_all_in_in_turn(sizes: list[int], data: st.DataObject) -> None:
    asyncio.run(let_in(sizes, data))


async def let_in(sizes: list[int], data: st.DataObject) -> None:
    window, inside, came = Window(ROOM), list[int](), list[int]()

    async def enter(number: int, size: int) -> None:
        await window.enter(size)
        inside.append(size)
        came.append(number)

    tasks = [asyncio.create_task(enter(number, size)) for number, size in enumerate(sizes)]
    while len(came) < len(sizes):
        await asyncio.sleep(0)
        assert sum(inside) <= ROOM
        if inside:
            window.leave(inside.pop(data.draw(st.integers(0, len(inside) - 1))))
    await asyncio.gather(*tasks)
    assert came == list(range(len(sizes)))


async def test_who_gives_up_waiting_takes_no_room() -> None:
    window = Window(ROOM)
    await window.enter(ROOM)
    waiting = [asyncio.create_task(window.enter(ROOM)) for _ in range(2)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    window.leave(ROOM)
    async with asyncio.timeout(1):
        await waiting[1]
    assert waiting[0].cancelled()
