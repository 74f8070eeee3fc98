"""A service on the real bus that parks what it cannot handle, and the people who come to its pages."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import httpx
import pytest

from shared.bus.access import KafkaAccess
from shared.http.identity import urn
from shared.http.session.session import Sessions
from shared.http.state import ServiceState
from shared.service import Kernel
from shared.settings import ServiceSettings
from shared.store.client import Database
from tests.support.builders.toys import SUBSCRIPTIONS, Deploy, ledger
from tests.support.built import consumer_of, tasks_of
from tests.support.servers.browser import Browser, signed_in
from tests.support.servers.bus import producing, put, until
from tests.support.servers.kernel import record_of
from tests.support.servers.served import SESSION_KEY
from tests.support.servers.serving import Issuer, client, serving

PORTAL = "https://portal.example"


@dataclass(frozen=True)
class Office:
    """A listening service on the real bus, and the people who come to its pages."""

    http: httpx.AsyncClient
    sessions: Sessions
    issuer: Issuer
    bus: KafkaAccess

    def browser(self, name: str, *roles: str) -> Browser:
        return signed_in(self.http, self.sessions, urn(self.issuer.url, name), *roles, issuer=self.issuer.url)

    @property
    def olga(self) -> Browser:
        return self.browser("olga", "operator")

    async def does(self, path: str) -> object:
        """What the operators' endpoint answers."""
        headers = {"Authorization": f"Bearer {self.issuer.token('olga', 'operator')}"}
        return (await self.http.get(path, headers=headers)).json()

    async def parks(self, *numbers: int) -> UUID:
        """Messages of a new company, of which the first cannot be handled."""
        company = uuid4()
        async with producing(self.bus) as producer:
            for number in numbers:
                await put(producer, record_of(number, company=company, publisher=str(company)))

        async def parked() -> bool:
            queues = await self.does("/operations/parked")
            return isinstance(queues, dict) and len(queues.get(str(company), ())) == len(numbers)

        await until(parked)
        return company


@pytest.fixture
async def office(
    database: Database, mongo_url: str, operator: KafkaAccess, issuer: Issuer, fresh: str
) -> AsyncIterator[Office]:
    Deploy.mended = False
    settings = ServiceSettings(
        kafka_bootstrap=operator.bootstrap,
        kafka_user=operator.user,
        kafka_password=operator.password,
        mongo_url=mongo_url,
        database=database.name,
        issuers=[issuer.url],
        public_url=PORTAL,
        session_keys=[SESSION_KEY],
    )
    kernel = Kernel("review", settings)
    kernel.aggregate(ledger())
    app = kernel.app(deps=None, subscriptions=SUBSCRIPTIONS, routers=())
    consumer_of(app)._group = fresh  # noqa: SLF001 - a group of its own on the shared broker
    sessions = ServiceState.of(app).sessions
    assert sessions
    async with serving(app) as url, client(url) as http:
        await until(lambda: tasks_of(app).prepared and tasks_of(app).listens())
        yield Office(http, sessions, issuer, operator)
    Deploy.mended = False
