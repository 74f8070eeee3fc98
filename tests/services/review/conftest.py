import pytest

from tests.support.servers.served import Person, Served


@pytest.fixture(scope="module")
def noor(review: Served) -> Person:
    return review.person("noor", "review_officer")


@pytest.fixture(scope="module")
def ines(review: Served) -> Person:
    return review.person("ines", "decision_officer")
