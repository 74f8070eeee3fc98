"""The services of a release are replaced under load by those of this code."""

from functools import partial
from pathlib import Path

import pytest

from deploy.local.deployment import Deployment
from shared.handling import Aggregate
from shared.relays import Relays
from shared.store.documents import Documents
from shared.store.journal import Journal
from shared.verification import Flaw, verify
from tests.support.built import app_of, operations_of
from tests.support.servers.fleet import THIS, Fleet, database, fleet, released, traffic
from tests.support.servers.workload.proof import broken
from tests.support.servers.workload.run import Workload, work

LAST, BEFORE_TEAMS = "0.4.0", "0.3.0"
COMPANIES, ROUNDS = 3, 3


async def unlike_fold(deployment: Deployment, name: str) -> list[Flaw]:
    """What this code finds wrong in a service's stored data: lifted facts must fold to the lifted state."""
    async with database(deployment, name) as stored:
        every = [
            verify(Aggregate(aggregate.decider, Documents(stored, collection), Relays()), Journal(stored))
            for collection, aggregate in operations_of(app_of(name)).aggregates.items()
        ]
        return [flaw for proofs in every async for flaw in proofs if flaw]


async def announcing(deployment: Deployment) -> list[str]:
    """The companies that have announced their users, as often as they have."""
    async with database(deployment, "intake") as stored:
        facts = stored["journal"].find({"fact": {"$regex": '"kind":"users_announced"'}}, {"subject": 1})
        return sorted([entry["subject"] async for entry in facts])


@pytest.mark.parametrize(
    ("release", "order"),
    [
        pytest.param(LAST, ("intake", "review", "risk", "site_validation", "mra_exchange"), id="publishers first"),
        pytest.param(
            BEFORE_TEAMS,
            ("mra_exchange", "site_validation", "review", "risk", "intake"),
            id="readers first",
            marks=pytest.mark.matrix,
        ),
    ],
)
async def test_services_of_before_are_replaced_one_by_one(release: str, order: tuple[str, ...], tmp_path: Path) -> None:
    """Each stops before its successor starts, and the successor's code proves what it left (docs/upgrading.md).

    Of 0.3.0, readers of a new version come before its publisher: review and site_validation before risk, and all before
    intake. Until intake follows, officers of the new review and risk wait; then each company announces its users once.
    """
    flaws: list[Flaw] = []

    async def replace_all(at_work: Fleet, workload: Workload) -> None:
        for name in order:
            await traffic(workload)
            await at_work.stop(name)
            flaws.extend(await unlike_fold(at_work.deployment, name))
            await at_work.start(name, THIS)

    async with fleet(tmp_path, released(release)) as at_work:
        evidence = await work(at_work.deployment, COMPANIES, ROUNDS, poison=False, beside=partial(replace_all, at_work))
        announced = await announcing(at_work.deployment)
    assert flaws == []
    companies = sorted(sight.life.company.id for sight in evidence.sights)
    assert announced == (companies if release == BEFORE_TEAMS else [])
    assert list(broken(evidence)) == []
