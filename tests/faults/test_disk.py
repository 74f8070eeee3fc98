"""Full disks: the server refuses or dies, commands wait or are accepted, and when there is room again everything goes on."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from deploy.local.mongo import Mongo
from shared.kafka import KafkaAccess
from shared.store.client import connect
from tests.faults.broker import TwoDoors
from tests.faults.disks import full, may_mount, small_disk
from tests.faults.instance import Start
from tests.faults.scene import Tell
from tests.faults.witness import ends, stand_at
from tests.faults.world import TOPIC, World, group_of, toys
from tests.support.bus import until
from tests.support.servers import SECRET, prepare
from tests.support.serving import Issuer

pytestmark = pytest.mark.matrix
MONGO_MEGABYTES, KAFKA_MEGABYTES = 600, 60


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    if not may_mount():
        pytest.xfail("NOT TESTED: only root may make a small file system to fill up; run this as root")
    return tmp_path / "disk"


@pytest.fixture
async def running() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


@pytest.mark.timeout(200)
async def test_a_full_disk_of_the_database(
    disk: Path, running: AsyncExitStack, operator: KafkaAccess, toy: Start, issuer: Issuer, fresh: str, record_property: Tell
) -> None:
    running.enter_context(small_disk(disk, MONGO_MEGABYTES))
    mongo = await running.enter_async_context(Mongo(disk))
    database = connect(mongo.url, fresh)
    await stand_at(operator, group_of(database), since := await ends(operator, [TOPIC]))
    one = await running.enter_async_context(toy(TT_MONGO_URL=mongo.url, TT_DATABASE=fresh, GROUP=group_of(database)))
    going = World(toys(database), operator, since, record_property, [one], running, issuer)
    async with going.under_fire("A database without room loses nothing that was acknowledged, and goes on when there is room"):
        with full(disk):
            await until(lambda: mongo.process.exit_code is not None or one.logged("relay_held") or one.logged("batch_held"), 60)
        await mongo.kill()
        await mongo.start()


@pytest.mark.timeout(200)
async def test_a_full_disk_of_the_broker(
    disk: Path, running: AsyncExitStack, toy: Start, issuer: Issuer, database: "Database", record_property: Tell
) -> None:
    running.enter_context(small_disk(disk, KAFKA_MEGABYTES))
    kafka = await running.enter_async_context(TwoDoors(disk, SECRET))
    prepare(kafka.operator)
    await stand_at(kafka.operator, group_of(database), since := await ends(kafka.operator, [TOPIC]))
    one = await running.enter_async_context(toy(TT_KAFKA_BOOTSTRAP=kafka.operator.bootstrap))
    going = World(toys(database), kafka.operator, since, record_property, [one], running, issuer)
    async with going.under_fire("A broker without room takes nothing that it then loses, and commands are accepted meanwhile"):
        with full(disk):
            await until(lambda: kafka.process.exit_code is not None or one.logged("send_failed"), 60)
            await until(going.accepts())
        await kafka.kill()
        await kafka.start()
