from collections.abc import AsyncIterator

import pytest

from shared.store.client import Database
from tests.shared.pages.toy_portal import ToyPortal, toy_portal


@pytest.fixture
async def portal(database: Database, mongo_url: str) -> AsyncIterator[ToyPortal]:
    async with toy_portal(mongo_url, database.name) as made:
        yield made
