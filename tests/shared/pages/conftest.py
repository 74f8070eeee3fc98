from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from tests.shared.pages.toy_portal import ToyPortal, toy_portal


@pytest.fixture(scope="package")
async def portal_at_work(mongo_url: str) -> AsyncIterator[ToyPortal]:
    async with toy_portal(mongo_url) as made:
        yield made


@pytest.fixture
def portal(portal_at_work: ToyPortal, fresh: str) -> ToyPortal:
    """The portal with people of this test's own."""
    return replace(portal_at_work, own=fresh)
