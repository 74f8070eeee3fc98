"""A partition without a leader: one of three brokers stops, and nobody has a replica of what lies on it."""

from collections.abc import AsyncIterator

import pytest

from deploy.kafka.access import admin
from deploy.kafka.apply import apply
from deploy.kafka.plan import CreateTopic
from shared.bus.publishers import SEND_DEADLINE
from shared.contracts.topics import topics
from tests.faults.cluster import Cluster
from tests.faults.instance import Start
from tests.faults.world import AtWork
from tests.support.servers.backing import SECRET
from tests.support.servers.bus import until

pytestmark = pytest.mark.matrix


@pytest.fixture
async def cluster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cluster]:
    async with Cluster(tmp_path_factory.mktemp("cluster"), SECRET) as made:
        apply(admin(made.operator), [CreateTopic(topic, replicas=1) for topic in topics()], {})
        yield made


async def test_a_partition_without_a_leader(cluster: Cluster, world: AtWork, toy: Start) -> None:
    """After a refused message a lane sends no other in that round: the watermark would skip the first for ever."""
    going = await world(toys := toy(TT_KAFKA_BOOTSTRAP=cluster.operator.bootstrap), access=cluster.operator)
    await until(lambda: going.members(1), 30)
    coordinator = await going.coordinator()
    lost = next(member for member in cluster.members if member.node != coordinator)
    async with going.under_fire(
        "While a third of the partitions has no leader, the others flow on, and theirs wait in order"
    ):
        await lost.kill()
        await until(lambda: toys.logged("LeaderNotAvailableError"), 60)
        await until(going.keeps_up(), SEND_DEADLINE + 10)
        for _ in range(2):
            await until(going.keeps_up(), 10)
        await lost.start()
