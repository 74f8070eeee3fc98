"""A service at work that holds one company, and everybody who may ask it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

from shared.model import Json
from tests.support.builders.settling import Ids, settle
from tests.support.servers.backing import Broker
from tests.support.servers.served import ROLES, Person, at_work
from tests.support.servers.serving import Issuer


@dataclass(frozen=True)
class Settled:
    """A service that holds one company, people to ask it, its document, and the ids of what there is to ask for.

    The officer is no user of the company, as everybody may be.
    """

    name: str
    nobody: Person
    everybody: Person
    officer: Person
    document: Json
    ids: Ids

    @property
    def url(self) -> str:
        return str(self.nobody.client.base_url)


@asynccontextmanager
async def settled_at_work(name: str, broker: Broker, mongo_url: str, issuer: Issuer) -> AsyncIterator[Settled]:
    async with at_work(name, broker, mongo_url, issuer) as served:
        everybody, officer = (served.person(who, *ROLES, administration="US") for who in ("everybody", "officer"))
        document = await served.nobody.does("GET /openapi.json")
        yield Settled(name, served.nobody, everybody, officer, document, await settle(name, served, everybody, uuid4()))
