import pytest

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
