"""Companies, officers, partners and an operator act at once, legally and illegally; in the end it all holds.

TT_SEED=<number>, which is printed, has the same commands once more.
tests/support/servers/workload says who does what, and `proof` what must hold.
Hundreds of companies are a case of the fault matrix: tests/faults/test_hundreds.py.
"""

import pytest

from deploy.local.deployment import Deployment
from tests.support.servers.workload.proof import broken
from tests.support.servers.workload.run import work


@pytest.mark.matrix
async def test_everything_holds_for_whoever_acts_at_once(deployment: Deployment) -> None:
    assert list(broken(await work(deployment, count=6, rounds=6))) == []
