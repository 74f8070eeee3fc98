from collections.abc import AsyncIterator

import pytest

from tests.support.servers.backing import Broker
from tests.support.servers.served import Served, at_work
from tests.support.servers.serving import Issuer


@pytest.fixture(scope="module")
async def review(broker: Broker, mongo_url: str, issuer: Issuer) -> AsyncIterator[Served]:
    async with at_work("review", broker, mongo_url, issuer) as served:
        yield served


@pytest.fixture(scope="module")
async def risk(broker: Broker, mongo_url: str, issuer: Issuer) -> AsyncIterator[Served]:
    async with at_work("risk", broker, mongo_url, issuer) as served:
        yield served


@pytest.fixture(scope="module")
async def site_validation(broker: Broker, mongo_url: str, issuer: Issuer) -> AsyncIterator[Served]:
    async with at_work("site_validation", broker, mongo_url, issuer) as served:
        yield served


@pytest.fixture(scope="module")
async def mra_exchange(broker: Broker, mongo_url: str, issuer: Issuer) -> AsyncIterator[Served]:
    async with at_work("mra_exchange", broker, mongo_url, issuer) as served:
        yield served
