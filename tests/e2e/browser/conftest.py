from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from tests.support.servers import chromium as real
from tests.support.servers.backing import Broker
from tests.support.servers.portal import Spot, portal
from tests.support.servers.serving import Issuer
from tests.support.servers.specimens import Specimens, specimens


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "pages: a walk through pages in one kind of window; `make pages` runs them")


@pytest.fixture(scope="package")
async def chromium() -> AsyncIterator[Browser]:
    """One for the whole package; where there is none, each test is named as not run."""
    try:
        async with real.chromium() as browser:
            yield browser
    except FileNotFoundError as absent:
        pytest.skip(f"not run: {absent}")


@pytest.fixture(scope="package")
async def spots(broker: Broker, mongo_url: str, issuer: Issuer) -> AsyncIterator[tuple[Spot, ...]]:
    """Every page in both languages."""
    async with portal(broker, mongo_url, issuer) as made:
        yield made


@pytest.fixture(scope="package")
def kinds(spots: tuple[Spot, ...]) -> tuple[Spot, ...]:
    """One page of each kind, in both languages."""
    return tuple(spot for spot in spots if spot.is_one_of_its_kind)


@pytest.fixture
async def kit() -> AsyncIterator[Specimens]:
    """A page with every part of the kit."""
    async with specimens() as made:
        yield made
