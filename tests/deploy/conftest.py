from collections.abc import AsyncIterator

import pytest

from tests.support.servers import backing
from tests.support.servers.backing import Broker


@pytest.fixture(scope="package")
async def broker(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Broker]:
    """A broker apart: what is tried here would disturb others."""
    async with backing.broker(tmp_path_factory.mktemp("kafka")) as made:
        yield made
