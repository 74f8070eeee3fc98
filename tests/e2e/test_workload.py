"""Companies, officers, partners and an operator at once, with legal and illegal commands drawn from a seed: in the end it all holds.

TT_SEED=<number>, which is printed, has them once more; tests/support/workload says who does what, and `proof` what must hold.
Hundreds of companies are a case of the fault matrix: tests/faults/test_hundreds.py.
"""

import pytest

from deploy.local.deployment import Deployment
from tests.support.workload.proof import broken
from tests.support.workload.run import work


@pytest.mark.timeout(300)
async def test_everything_holds_for_whoever_acts_at_once(deployment: Deployment) -> None:
    assert list(broken(await work(deployment, count=8, rounds=10))) == []
