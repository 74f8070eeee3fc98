"""A service of ledgers on the real bus, which parks what its code fails at until it is mended."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI

from shared.bus.access import KafkaAccess
from shared.service import Kernel
from shared.settings import ServiceSettings
from shared.store.client import Database
from tests.support.builders.toys import SUBSCRIPTIONS, Deploy, ledger
from tests.support.built import consumer_of, tasks_of
from tests.support.servers.bus import producing, put, until
from tests.support.servers.kernel import record_of
from tests.support.servers.served import SESSION_KEY
from tests.support.servers.serving import Issuer, client, serving

PORTAL = "https://portal.example"


@dataclass(frozen=True)
class Ledgers:
    """The service at work, where it is served, and a client of its operator."""

    app: FastAPI
    url: str
    operator: httpx.AsyncClient
    bus: KafkaAccess

    async def parks(self, *numbers: int) -> UUID:
        """Messages of a new company, of which the first cannot be handled."""
        company = uuid4()
        async with producing(self.bus) as producer:
            for number in numbers:
                await put(producer, record_of(number, company=company, publisher=str(company)))

        async def parked() -> bool:
            queues = (await self.operator.get("/operations/parked")).json()
            return len(queues.get(str(company), ())) == len(numbers)

        await until(parked)
        return company


@asynccontextmanager
async def keeping_ledgers(
    database: Database, mongo_url: str, bus: KafkaAccess, issuer: Issuer, group: str
) -> AsyncIterator[Ledgers]:
    """It is mended by `Deploy.mended`, and is so no longer afterwards."""
    Deploy.mended = False
    settings = ServiceSettings(
        kafka_bootstrap=bus.bootstrap,
        kafka_user=bus.user,
        kafka_password=bus.password,
        mongo_url=mongo_url,
        database=database.name,
        issuers=[issuer.url],
        public_url=PORTAL,
        session_keys=[SESSION_KEY],
    )
    kernel = Kernel("review", settings)
    kernel.aggregate(ledger())
    app = kernel.app(deps=None, subscriptions=SUBSCRIPTIONS, routers=())
    consumer_of(app)._group = group  # noqa: SLF001 - a group of its own on the shared broker
    async with serving(app) as url, client(url, issuer.token("olga", "operator")) as olga:
        await until(lambda: tasks_of(app).prepared and tasks_of(app).listens())
        yield Ledgers(app, url, olga, bus)
    Deploy.mended = False
