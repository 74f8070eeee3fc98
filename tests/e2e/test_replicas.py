"""Replicas of two versions of a service work side by side under load, forward and back."""

from functools import partial
from pathlib import Path

import pytest

from tests.support.servers.bus import until
from tests.support.servers.fleet import THIS, Fleet, database, fleet, traffic
from tests.support.servers.next_version import next_version
from tests.support.servers.serving import client
from tests.support.servers.workload.proof import broken
from tests.support.servers.workload.run import Workload, work

COMPANIES, ROUNDS = 3, 3
READER, OTHER_READER, PUBLISHER = (
    "review",
    "site_validation",
    "risk",
)  # of the message of which there is a second version
LATER = {"$or": [{"state.status": "filed"}, {"state.status": "collecting", "state.v": 4}]}  # of the next version
pytestmark = pytest.mark.matrix


async def test_replicas_of_two_versions_work_side_by_side_forward_and_back(tmp_path: Path) -> None:
    """Readers of a message go before its publisher. Both are rolled back once, and what they cannot read waits."""
    later = next_version(tmp_path / "next")

    async def forward(at_work: Fleet, workload: Workload, name: str) -> None:
        await at_work.start(name, later)
        await traffic(workload)
        await at_work.stop(name)

    async def back(at_work: Fleet, workload: Workload, name: str) -> None:
        """Returns when the earlier version, alone by now, has met what it cannot read, and reports it."""
        await at_work.start(name, THIS)
        await traffic(workload)
        await at_work.stop(name)
        await until(partial(reports_it, at_work, name), 60)

    async def forward_and_back(at_work: Fleet, workload: Workload) -> None:
        for name in (READER, OTHER_READER, PUBLISHER):
            await traffic(workload)
            await forward(at_work, workload, name)
        await back(at_work, workload, READER)
        await at_work.start(READER, later)
        await at_work.stop(READER)
        await back(at_work, workload, PUBLISHER)
        await holds_and_reports(at_work, workload)
        await at_work.start(PUBLISHER, later)
        await at_work.stop(PUBLISHER)
        await traffic(workload)

    async with fleet(tmp_path / "data", THIS) as at_work:
        evidence = await work(
            at_work.deployment, COMPANIES, ROUNDS, poison=False, beside=partial(forward_and_back, at_work)
        )
    assert list(broken(evidence)) == []


async def reports_it(at_work: Fleet, name: str) -> bool:
    """Whether a service reports that it waits for a later version."""
    return await at_work.waits_for(name) == ["version_newer"]


async def holds_and_reports(at_work: Fleet, workload: Workload) -> None:
    """What the later version wrote is neither shown nor changed, and the caller gets the reason."""
    assessor = workload.lives[0].staff.assessor
    ruling = {"outcome": "acceptable", "reason": "The debt was paid."}
    async with database(at_work.deployment, PUBLISHER) as stored, client(at_work.newest(PUBLISHER)) as http:
        written = await stored["assessments"].find_one(LATER) or {}
        path = f"/assessments/{written['_id']}"
        answers = [
            await http.get(path, headers=assessor.headers),
            await http.post(f"{path}/decision", json=ruling, headers=assessor.headers),
        ]
        assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(503, "version_newer")] * 2
        assert await stored["assessments"].find_one({"_id": written["_id"]}) == written
