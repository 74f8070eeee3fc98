from collections.abc import AsyncIterator

import pytest

from shared.store.client import Database
from tests.shared.http.toy_service import ToyService, toy_app
from tests.support.built import tasks_of
from tests.support.servers.bus import until
from tests.support.servers.serving import Issuer, serving


@pytest.fixture
async def service(database: Database, mongo_url: str, issuer: Issuer) -> AsyncIterator[ToyService]:
    app = toy_app(mongo_url, database.name, issuer.url)
    async with serving(app) as url:
        await until(lambda: tasks_of(app).prepared)
        yield ToyService(url, issuer, tasks_of(app))
