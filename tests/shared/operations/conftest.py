"""A service that parks what it cannot handle, and the people who come to its pages."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import httpx
import pytest

from shared.bus.access import KafkaAccess
from shared.http.identity import urn
from shared.http.session.session import Sessions
from shared.http.state import ServiceState
from shared.store.client import Database
from tests.support.servers.browser import Browser, signed_in
from tests.support.servers.ledgers import Ledgers, keeping_ledgers
from tests.support.servers.serving import Issuer, client


@dataclass(frozen=True)
class Office:
    """A service of ledgers, and the people who come to its pages."""

    ledgers: Ledgers
    http: httpx.AsyncClient
    sessions: Sessions
    issuer: Issuer

    @property
    def bus(self) -> KafkaAccess:
        return self.ledgers.bus

    def browser(self, name: str, *roles: str) -> Browser:
        return signed_in(self.http, self.sessions, urn(self.issuer.url, name), *roles, issuer=self.issuer.url)

    @property
    def olga(self) -> Browser:
        return self.browser("olga", "operator")

    async def does(self, path: str) -> object:
        """What the operators' endpoint answers."""
        return (await self.ledgers.operator.get(path)).json()

    async def parks(self, *numbers: int) -> UUID:
        return await self.ledgers.parks(*numbers)


@pytest.fixture
async def office(
    database: Database, mongo_url: str, operator: KafkaAccess, issuer: Issuer, fresh: str
) -> AsyncIterator[Office]:
    async with keeping_ledgers(database, mongo_url, operator, issuer, fresh) as ledgers, client(ledgers.url) as http:
        sessions = ServiceState.of(ledgers.app).sessions
        assert sessions
        yield Office(ledgers, http, sessions, issuer)
