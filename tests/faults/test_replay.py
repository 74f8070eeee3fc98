"""The bus is lost with all that lay on it: the journals publish it again."""

import asyncio

import pytest

from deploy.kafka.access import admin
from shared.bus.publishers import InOrder
from shared.bus.replay import replay
from tests.faults.instance import Start
from tests.faults.world import TOPIC, AtWork
from tests.support.servers.backing import prepare
from tests.support.servers.bus import until
from tests.support.servers.two_doors import TwoDoors

pytestmark = pytest.mark.matrix


async def test_a_bus_that_was_lost(world: AtWork, toy: Start, kafka: TwoDoors) -> None:
    """The service is stopped meanwhile: beside a live relay a replay would let new overtake old."""
    going = await world(stopped := toy())
    async with going.under_fire(
        "What is replayed onto an emptied bus has no effect, and the traffic goes on behind it"
    ):
        await until(going.accepts(300))
        await stopped.process.stop()
        going.since = {partition: 0 if partition[0] == TOPIC else end for partition, end in going.since.items()}
        await asyncio.to_thread(_emptied, kafka)
        publisher = InOrder(kafka.operator)
        assert await replay(going.database, [publisher])
        await publisher.close()
        stopped.process.start()


def _emptied(kafka: TwoDoors) -> None:
    """Deletes the topic, with the committed offsets of its readers, and makes it anew."""
    client = admin(kafka.operator)
    client.delete_topics([TOPIC])[TOPIC].result()
    while TOPIC in client.list_topics().topics:
        pass
    prepare(kafka.operator)
