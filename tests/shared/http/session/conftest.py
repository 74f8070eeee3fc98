from collections.abc import AsyncIterator

import pytest

from tests.shared.http.session.portal import Portal, portal_at_work


@pytest.fixture(scope="module")
async def portal() -> AsyncIterator[Portal]:
    async with portal_at_work() as made:
        yield made
