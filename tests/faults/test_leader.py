"""A partition without a leader: one of three brokers stops, and nobody has a replica of what lies on it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from deploy.kafka.access import admin
from deploy.kafka.apply import apply
from deploy.kafka.plan import CreateTopic
from shared.store.client import Database
from shared.topics import topic
from tests.faults.cluster import Cluster
from tests.faults.instance import Start
from tests.faults.scene import Tell
from tests.faults.witness import ends, stand_at
from tests.faults.world import TOPIC, World, group_of, toys
from tests.support.bus import until
from tests.support.servers import SECRET
from tests.support.serving import Issuer

pytestmark = pytest.mark.matrix


@pytest.fixture
async def cluster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cluster]:
    async with Cluster(tmp_path_factory.mktemp("cluster"), SECRET) as made:
        apply(admin(made.operator), [CreateTopic(topic(TOPIC), replicas=1)], {})
        yield made


@pytest.fixture
async def going(cluster: Cluster, database: Database, issuer: Issuer, record_property: Tell) -> AsyncIterator[World]:
    await stand_at(cluster.operator, group_of(database), since := await ends(cluster.operator, [TOPIC]))
    async with AsyncExitStack() as running:
        yield World(toys(database), cluster.operator, since, record_property, [], running, issuer)


@pytest.mark.timeout(200)
async def test_a_partition_without_a_leader(
    cluster: Cluster, database: Database, toy: Start, issuer: Issuer, record_property: Tell
) -> None:
    """A broker refuses m1 and might take m2: the first message of a lane that fails ends its round."""
    await stand_at(cluster.operator, group_of(database), since := await ends(cluster.operator, [TOPIC]))
    async with AsyncExitStack() as running, toy(TT_KAFKA_BOOTSTRAP=cluster.operator.bootstrap) as one:
        going = World(toys(database), cluster.operator, since, record_property, [one], running, issuer)
        promise = "While a third of the partitions has no leader, the others flow on, and theirs wait in order"
        async with going.under_fire(promise):
            await cluster.members[2].kill()
            await until(lambda: one.logged("send_failed"), 60)
            await until(going.accepts())
            await cluster.members[2].start()
