from uuid import UUID, uuid4

import pytest

from tests.support.builders.validating import opened, team
from tests.support.servers.browser import Browser
from tests.support.servers.served import Person, Served


@pytest.fixture(scope="module")
def sacha(site_validation: Served) -> Person:
    return site_validation.person("sacha", "site_officer")


@pytest.fixture(scope="module")
def ines(site_validation: Served) -> Person:
    return site_validation.person("ines", "decision_officer")


@pytest.fixture(scope="module")
def maude(site_validation: Served) -> Person:
    return site_validation.person("maude")


@pytest.fixture
async def company(site_validation: Served, sacha: Person, maude: Person) -> UUID:
    """A company of Maude's whose validation is open."""
    made = uuid4()
    await site_validation.consumes(made, team(maude))
    await opened(site_validation, sacha, made)
    await maude.sees(f"/companies/{made}/validation")
    return made


@pytest.fixture
def officer(site_validation: Served) -> Browser:
    return site_validation.browser("sacha", "site_officer")


@pytest.fixture
def decider(site_validation: Served) -> Browser:
    return site_validation.browser("ines", "decision_officer")
