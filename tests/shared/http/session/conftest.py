from collections.abc import AsyncIterator

import pytest

from tests.support.servers.sign_in import Browser, Portal, portal_at_work


@pytest.fixture(scope="module")
async def portal() -> AsyncIterator[Portal]:
    async with portal_at_work() as made:
        yield made


@pytest.fixture
async def browser(portal: Portal) -> AsyncIterator[Browser]:
    async with portal.browser() as made:
        yield made
