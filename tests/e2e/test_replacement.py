"""Services are replaced under load: a release's by those of this code, and these by a next version, and back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from deploy.local.deployment import Deployment, database_of
from deploy.local.supervisor import SERVICES
from shared.handling import Aggregate
from shared.store.client import Database, connect
from shared.store.documents import Documents
from shared.store.journal import Journal
from shared.verification import Flaw, verify
from tests.architecture.built import app_of
from tests.support.bus import until
from tests.support.fleet import THIS, Fleet, fleet, released
from tests.support.next_version import next_version
from tests.support.serving import client
from tests.support.workload.proof import broken
from tests.support.workload.run import Workload, work

FIRST, LAST = "7c6c496", "0.2.0"
COMPANIES, ROUNDS, MOVES = 6, 6, 9
READER, OTHER_READER, PUBLISHER = (
    "review",
    "site_validation",
    "risk",
)  # of the message of which there is a second version
pytestmark = pytest.mark.timeout(240)


@asynccontextmanager
async def database(deployment: Deployment, name: str) -> AsyncIterator[Database]:
    made = connect(deployment.mongo_url, database_of(name))
    yield made
    made.client.close()


async def unlike_fold(deployment: Deployment, name: str) -> list[Flaw]:
    """What this code finds wrong in a service's stored data: lifted facts must fold to the lifted state."""
    async with database(deployment, name) as stored:
        every = [
            verify(Aggregate(one.decider, Documents(stored, collection), print), Journal(stored))
            for collection, one in app_of(name).state.operations.aggregates.items()
        ]
        return [flaw for proofs in every async for flaw in proofs if flaw]


async def traffic(workload: Workload) -> None:
    """Returns when the companies have made some moves more."""
    moves = workload.moves() + MOVES
    await until(lambda: workload.moves() >= moves, 60)


@pytest.mark.parametrize(
    ("release", "order"),
    [
        pytest.param(FIRST, SERVICES, id="the first, publishers first"),
        pytest.param(FIRST, SERVICES[::-1], id="the first, readers first"),
        pytest.param(LAST, SERVICES[::-1], id="the last, readers first"),
    ],
)
async def test_services_of_before_are_replaced_one_by_one(release: str, order: tuple[str, ...], tmp_path: Path) -> None:
    """Each stops before its successor starts, and the successor's code proves what it left (docs/upgrading.md)."""
    flaws: list[Flaw] = []

    async def replace_all(at_work: Fleet, workload: Workload) -> None:
        for name in order:
            await traffic(workload)
            await at_work.stop(name)
            flaws.extend(await unlike_fold(at_work.deployment, name))
            await at_work.start(name, THIS)

    async with fleet(tmp_path, released(release)) as at_work:
        evidence = await work(at_work.deployment, COMPANIES, ROUNDS, poison=False, beside=partial(replace_all, at_work))
    assert flaws == []
    assert list(broken(evidence)) == []


async def test_replicas_of_two_versions_work_side_by_side_forward_and_back(tmp_path: Path) -> None:
    """Readers of a message go before its publisher. Both are rolled back once, and what they cannot read waits."""
    later = next_version(tmp_path / "next")

    async def forward(at_work: Fleet, workload: Workload, name: str) -> None:
        await at_work.start(name, later)
        await traffic(workload)
        await at_work.stop(name)

    async def back(at_work: Fleet, workload: Workload, name: str) -> None:
        """Returns when the earlier version, alone by now, has met what it cannot read, and says so."""
        await at_work.start(name, THIS)
        await traffic(workload)
        await at_work.stop(name)
        await until(partial(tells, at_work, name), 60)

    async def forward_and_back(at_work: Fleet, workload: Workload) -> None:
        for name in (READER, OTHER_READER, PUBLISHER):
            await traffic(workload)
            await forward(at_work, workload, name)
        await back(at_work, workload, READER)
        await at_work.start(READER, later)
        await at_work.stop(READER)
        await back(at_work, workload, PUBLISHER)
        await says_why(at_work, workload)
        await at_work.start(PUBLISHER, later)
        await at_work.stop(PUBLISHER)
        await traffic(workload)

    async with fleet(tmp_path / "data", THIS) as at_work:
        evidence = await work(
            at_work.deployment, COMPANIES, ROUNDS, poison=False, beside=partial(forward_and_back, at_work)
        )
    assert list(broken(evidence)) == []


async def tells(at_work: Fleet, name: str) -> bool:
    """Whether a service says that it waits for a later version."""
    return await at_work.waits_for(name) == ["version_newer"]


async def says_why(at_work: Fleet, workload: Workload) -> None:
    """What the later version wrote is neither shown nor changed, and the caller is told why."""
    assessor = workload.lives[0].staff.assessor
    ruling = {"outcome": "acceptable", "reason": "The debt was paid."}
    async with database(at_work.deployment, PUBLISHER) as stored, client(at_work.newest(PUBLISHER)) as http:
        written = await stored["assessments"].find_one({"state.status": "filed"}) or {}
        path = f"/assessments/{written['_id']}"
        answers = [
            await http.get(path, headers=assessor.headers),
            await http.post(f"{path}/decision", json=ruling, headers=assessor.headers),
        ]
        assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(503, "version_newer")] * 2
        assert await stored["assessments"].find_one({"_id": written["_id"]}) == written
