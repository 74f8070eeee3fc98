"""Companies, officers, partners and an operator at once, with legal and illegal commands drawn from a seed: in the end it all holds.

TT_SEED=<number>, which is printed, has them once more; tests/support/workload says who does what.
"""

import pytest

from deploy.local.deployment import Deployment
from tests.support.workload import proof
from tests.support.workload.evidence import Evidence
from tests.support.workload.run import Size, work


@pytest.fixture(scope="module")
async def evidence(deployment: Deployment) -> Evidence:
    return await work(deployment, Size())


def test_everything_said_was_heard_and_every_journal_holds(evidence: Evidence) -> None:
    assert evidence.lacks == ()
    assert evidence.flaws == []


def test_partners_know_what_companies_consent_to_and_nothing_else(evidence: Evidence) -> None:
    assert list(proof.told_otherwise(evidence)) == []


def test_companies_and_officers_see_the_same(evidence: Evidence) -> None:
    assert list(proof.not_agreed_on(evidence)) == []


def test_every_company_has_one_owner(evidence: Evidence) -> None:
    assert list(proof.misowned(evidence)) == []


def test_what_was_acknowledged_happened_once_and_what_was_refused_never(evidence: Evidence) -> None:
    assert list(proof.misjournalled(evidence)) == []


def test_what_is_for_officers_stays_with_them(evidence: Evidence) -> None:
    assert list(proof.leaked(evidence)) == []
