from collections.abc import AsyncIterator

import pytest

from tests.support.servers.backing import Broker
from tests.support.servers.served import Served, at_work
from tests.support.servers.serving import Issuer


@pytest.fixture(scope="package")
async def intake(broker: Broker, mongo_url: str, issuer: Issuer) -> AsyncIterator[Served]:
    async with at_work("intake", broker, mongo_url, issuer) as served:
        yield served
