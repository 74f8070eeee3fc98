"""A network that fails between services and their servers, without the servers' knowing."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from deploy.local.mongo import REPLICA_SET, Mongo
from tests.faults.instance import Start
from tests.faults.scene import RECOVERED_WITHIN
from tests.faults.world import AtWork
from tests.support.servers.bus import until
from tests.support.servers.proxy import Proxy, blackhole, cut, cut_before_the_answer, delayed, forgotten, half_closed
from tests.support.servers.two_doors import TwoDoors

pytestmark = pytest.mark.matrix
FAULTS: dict[str, Callable[[Proxy], AbstractAsyncContextManager[None]]] = {
    "cut": cut,
    "slow": delayed,
    "a blackhole": blackhole,
    "half closed": half_closed,
    "cut before the answer": cut_before_the_answer,
    "forgotten": forgotten,
}
# A connection on which nothing is answered is given up after 15 s and no sooner, for a slow broker is no dead one.
FORGOTTEN_WITHIN = 40.0


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_network_to_the_broker(world: AtWork, toy: Start, kafka: TwoDoors, fault: str) -> None:
    within = FORGOTTEN_WITHIN if fault == "forgotten" else RECOVERED_WITHIN
    async with Proxy([kafka.door], kafka.proxy) as proxy:
        going = await world(toy(TT_KAFKA_BOOTSTRAP=kafka.proxied.bootstrap))
        async with (
            going.under_fire(f"A network to the broker that is {fault} costs nothing", within=within),
            FAULTS[fault](proxy),
        ):
            await until(lambda: proxy.struck, 30)


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_network_to_the_database(world: AtWork, toy: Start, mongo: Mongo, fault: str) -> None:
    async with Proxy([mongo.port]) as proxy:
        through_it = mongo.url.replace(
            f":{mongo.port}/?replicaSet={REPLICA_SET}", f":{proxy.port}/?directConnection=true"
        )
        going = await world(toy(TT_MONGO_URL=through_it))
        async with going.under_fire(f"A network to the database that is {fault} costs nothing"), FAULTS[fault](proxy):
            await until(lambda: proxy.struck, 30)
