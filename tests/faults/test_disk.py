"""Full disks: the server refuses or dies, commands wait or are accepted; with room again, everything goes on."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from deploy.local.mongo import Mongo
from shared.store.client import Database, connect
from tests.faults.disks import full, may_mount, small_disk
from tests.faults.instance import Start
from tests.faults.world import AtWork, group_of
from tests.support.servers.backing import SECRET, prepare
from tests.support.servers.bus import until
from tests.support.servers.two_doors import TwoDoors

pytestmark = pytest.mark.matrix
MEGABYTES = 600


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    if not may_mount():
        pytest.skip("not run: only root may make a small file system and fill it up")
    with small_disk(tmp_path / "disk", MEGABYTES) as made:
        yield made


@pytest.fixture
async def small_mongo(disk: Path) -> AsyncIterator[Mongo]:
    async with Mongo(disk, SECRET) as own:
        yield own


@pytest.fixture
async def stored(small_mongo: Mongo, fresh: str) -> AsyncIterator[Database]:
    database = connect(small_mongo.url, fresh)
    yield database
    database.client.close()


@pytest.fixture
async def small_kafka(disk: Path) -> AsyncIterator[TwoDoors]:
    async with TwoDoors(disk, SECRET) as own:
        prepare(own.operator)
        yield own


async def test_a_full_disk_of_the_database(
    disk: Path, small_mongo: Mongo, stored: Database, world: AtWork, toy: Start
) -> None:
    going = await world(
        toys := toy(TT_MONGO_URL=small_mongo.url, TT_DATABASE=stored.name, GROUP=group_of(stored)), stored=stored
    )
    async with going.under_fire(
        "A database without room loses nothing that was acknowledged, and goes on when there is room"
    ):
        with full(disk):
            await until(
                lambda: (
                    small_mongo.process.exit_code is not None or toys.logged("relay_held") or toys.logged("batch_held")
                ),
                60,
            )
        await small_mongo.kill()
        await small_mongo.start()


async def test_a_full_disk_of_the_broker(disk: Path, small_kafka: TwoDoors, world: AtWork, toy: Start) -> None:
    going = await world(toys := toy(TT_KAFKA_BOOTSTRAP=small_kafka.operator.bootstrap), access=small_kafka.operator)
    async with going.under_fire(
        "A broker without room loses nothing that it took, and commands are accepted meanwhile"
    ):
        with full(disk):
            await until(lambda: small_kafka.process.exit_code is not None or toys.logged("send_failed"), 60)
            await until(going.accepts())
        await small_kafka.kill()
        await small_kafka.start()
