"""Services of a release are replaced by these, one by one and each stopped before its successor starts, while everybody goes on."""

from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

import pytest

from deploy.local.deployment import Deployment, database_of
from deploy.local.supervisor import SERVICES
from shared.audit import Flaw, verify
from shared.handling import Aggregate
from shared.store.client import connect
from shared.store.documents import Documents
from shared.store.journal import Journal
from tests.architecture.built import app_of
from tests.support.bus import until
from tests.support.fleet import THIS, Fleet, fleet, released
from tests.support.workload.proof import broken
from tests.support.workload.run import Workload, work

FIRST = "7c6c496"
COMPANIES, ROUNDS = 6, 9
pytestmark = pytest.mark.timeout(240)


async def unlike_fold(deployment: Deployment, name: str) -> AsyncIterator[Flaw]:
    """What of a service's data, as they lie now, this code does not prove: facts, lifted and folded, are the state, lifted."""
    database = connect(deployment.mongo_url, database_of(name))
    for collection, aggregate in app_of(name).state.operations.aggregates.items():
        stored = Aggregate(aggregate.decider, Documents(database, collection), print)
        async for flaw in verify(stored, Journal(database)):
            if flaw:
                yield flaw
    database.client.close()


def moved(workload: Workload, moment: int) -> bool:
    return workload.moves() >= moment


def moments(workload: Workload, count: int) -> Iterator[int]:
    """So many moments, evenly over the moves that all companies make."""
    every = len(workload.lives) * ROUNDS
    return (every * turn // (count + 1) for turn in range(1, count + 1))


@pytest.mark.parametrize("order", [SERVICES, SERVICES[::-1]], ids=["publishers first", "readers first"])
async def test_services_of_before_are_replaced_under_traffic(order: tuple[str, ...], tmp_path: Path) -> None:
    flaws: list[Flaw] = []

    async def replace_all(fleet: Fleet, workload: Workload) -> None:
        for name, moment in zip(order, moments(workload, len(order)), strict=True):
            await until(partial(moved, workload, moment), 120)
            await fleet.stop(name)
            flaws.extend([flaw async for flaw in unlike_fold(fleet.deployment, name)])
            await fleet.start(name, THIS)

    async with fleet(tmp_path, released(FIRST)) as old:
        evidence = await work(old.deployment, COMPANIES, ROUNDS, poison=False, beside=partial(replace_all, old))
        assert flaws == []
        assert list(broken(evidence)) == []
        assert old.died() == []
