from uuid import UUID, uuid4

import pytest

from tests.support.builders.reviewing import opened
from tests.support.servers.browser import Browser
from tests.support.servers.served import Person, Served


@pytest.fixture(scope="module")
def noor(review: Served) -> Person:
    return review.person("noor", "review_officer")


@pytest.fixture(scope="module")
def ines(review: Served) -> Person:
    return review.person("ines", "decision_officer")


@pytest.fixture
async def company(review: Served, noor: Person) -> UUID:
    """A company whose case Noor has in hand."""
    made = uuid4()
    await opened(review, noor, made)
    return made


@pytest.fixture
def console(review: Served) -> Browser:
    """Noor's."""
    return review.browser("noor", "review_officer")


@pytest.fixture
def officer(review: Served) -> Browser:
    """That of Ines, who decides."""
    return review.browser("ines", "decision_officer")
