"""Services are replaced under load: a release's by those of this code, and these by a next version, and back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from deploy.local.deployment import Deployment, database_of
from deploy.local.supervisor import SERVICES
from shared.audit import Flaw, verify
from shared.handling import Aggregate
from shared.store.client import Database, connect
from shared.store.documents import Documents
from shared.store.journal import Journal
from tests.architecture.built import app_of
from tests.support.bus import until
from tests.support.fleet import THIS, Fleet, fleet, released
from tests.support.next_version import next_version
from tests.support.serving import client
from tests.support.workload.proof import broken
from tests.support.workload.run import Workload, work

FIRST = "7c6c496"
COMPANIES, ROUNDS, MOVES = 6, 6, 9
READERS, PUBLISHER = ("review", "site_validation"), "risk"  # of the message of which there is a second version
LATER = {"$or": [{"state.v": {"$gt": 2}}, {"state.status": "filed"}]}  # what the next version writes
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


@pytest.mark.parametrize("order", [SERVICES, SERVICES[::-1]], ids=["publishers first", "readers first"])
async def test_services_of_before_are_replaced_one_by_one(order: tuple[str, ...], tmp_path: Path) -> None:
    """Each is stopped; its successor's code proves the data that it leaves, and then starts (docs/upgrading.md)."""
    flaws: list[Flaw] = []

    async def replace_all(at_work: Fleet, workload: Workload) -> None:
        for name in order:
            await traffic(workload)
            await at_work.stop(name)
            flaws.extend(await unlike_fold(at_work.deployment, name))
            await at_work.start(name, THIS)

    async with fleet(tmp_path, released(FIRST)) as at_work:
        evidence = await work(at_work.deployment, COMPANIES, ROUNDS, poison=False, beside=partial(replace_all, at_work))
        assert flaws == []
        assert list(broken(evidence)) == []
        assert at_work.died() == []


async def test_replicas_of_two_versions_work_side_by_side_forward_and_back(tmp_path: Path) -> None:
    """Readers of a message are replaced before its publisher. On rollback, what its later version wrote waits."""

    async def go_forward_and_back(at_work: Fleet, workload: Workload) -> None:
        async with database(at_work.deployment, PUBLISHER) as stored:
            for name in (*READERS, PUBLISHER):
                await traffic(workload)
                await at_work.start(name, later)
                await traffic(workload)
                await at_work.stop(name)
            await until(partial(some_wait, stored), 60)
            await at_work.start(PUBLISHER, THIS)
            await at_work.stop(PUBLISHER)
            await until(partial(tells, at_work), 60)
            written = await stored["assessments"].find_one(LATER) or {}
            await says_why(at_work, workload, written["_id"])
            assert await stored["assessments"].find_one({"_id": written["_id"]}) == written
            await at_work.start(PUBLISHER, later)
            await at_work.stop(PUBLISHER)
            await traffic(workload)

    later = next_version(tmp_path / "next")
    async with fleet(tmp_path / "data", THIS) as at_work:
        evidence = await work(
            at_work.deployment, COMPANIES, ROUNDS, poison=False, beside=partial(go_forward_and_back, at_work)
        )
        assert list(broken(evidence)) == []
        assert at_work.died() == []


async def some_wait(stored: Database) -> bool:
    """Whether assessments that the later version wrote are still to hear of their review."""
    return await stored["assessments"].count_documents({"state.status": "collecting", **LATER}) > 1


async def tells(at_work: Fleet) -> bool:
    """Whether the publisher says that it waits for a later version."""
    return await at_work.waits_for(PUBLISHER) == ["version_newer"]


async def says_why(at_work: Fleet, workload: Workload, assessment: str) -> None:
    """What the later version wrote is neither shown nor changed, and the caller is told why."""
    async with client(at_work.newest(PUBLISHER)) as http:
        http.headers.update(workload.lives[0].staff.assessor.headers)
        ruling = {"outcome": "acceptable", "reason": "The debt was paid."}
        answers = [
            await http.get(f"/assessments/{assessment}"),
            await http.post(f"/assessments/{assessment}/decision", json=ruling),
        ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(503, "version_newer")] * 2
