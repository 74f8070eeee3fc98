"""`tt journal replay`: where the stopped service's journal and the new bus are."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import httpx
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from deploy.errors import Failed
from deploy.kafka.access import admin, users
from deploy.kafka.apply import apply
from deploy.kafka.plan import plan
from deploy.local.deployment import Deployment, database_of, exists, passwords
from deploy.local.kafka import OPERATOR
from deploy.local.servers import Given, Servers, start_all
from deploy.local.supervisor import SERVICES
from deploy.operations.access import Elsewhere
from shared.bus.access import KafkaAccess
from shared.bus.publishers import Fenced, InOrder
from shared.bus.replay import replay
from shared.clock import now
from shared.errors import Unavailable
from shared.settings import FROM_ENVIRONMENT, Brokers, MongoUrl, load, needed_with
from shared.store.client import connect
from shared.store.journal import Journal

_NEEDED = ("TT_MONGO_URL", "TT_DATABASE", "TT_KAFKA_BOOTSTRAP", "TT_KAFKA_USER", "TT_KAFKA_PASSWORD")


class Stopped(BaseSettings):
    """The settings of the stopped service, where it does not belong to this machine's deployment."""

    model_config = FROM_ENVIRONMENT

    kafka_bootstrap: Brokers | None = None
    kafka_user: str | None = None
    kafka_password: Annotated[SecretStr | None, needed_with("kafka_user")] = None
    mongo_url: Annotated[MongoUrl | None, Field(repr=False)] = None
    database: str | None = None


@dataclass(frozen=True)
class Place:
    """The bus as the service comes to it, and its database."""

    kafka: KafkaAccess
    mongo_url: str
    database: str


async def replay_service(service: str, data: Path) -> int:
    """Says again what a service has journalled; how many messages. Raises Failed, also while the service runs."""
    if service not in SERVICES:
        raise Failed(f"there is no service {service}: the services are {', '.join(SERVICES)}")
    _must_be_stopped(service, data)
    async with _place(service, data) as place:
        return await replayed(service, place)


async def replayed(service: str, place: Place) -> int:
    """Says again what a stopped service has journalled, to the bus at this place; how many messages. Raises Failed."""
    database = connect(place.mongo_url, place.database)
    fenced = Fenced(place.kafka, service, Journal(database), lambda entry: (now() - entry["at"]).total_seconds())
    publishers = (InOrder(place.kafka), fenced)
    try:
        return await replay(database, publishers)
    except Unavailable as away:
        raise Failed(
            f"the replay stopped ({away}): see whether Kafka and MongoDB run, then say it again; repeats harm nobody"
        ) from away
    finally:
        for publisher in publishers:
            await publisher.close()
        database.client.close()


@asynccontextmanager
async def standing(data: Path, given: Given) -> AsyncIterator[Callable[[str], Place]]:
    """Kafka, with its topics, and MongoDB of a deployment without its services; yields where a service finds them."""
    await asyncio.to_thread(given.must_answer)
    secrets = passwords(data, {OPERATOR, *users()})
    base = Servers(data, secrets[OPERATOR], given)
    try:
        await start_all(base.own)
        client = admin(base.operator)
        apply(client, plan(client), secrets)
        yield lambda service: Place(
            KafkaAccess(base.operator.bootstrap, service, secrets[service]), base.mongo_url, database_of(service)
        )
    finally:
        await base.stop()


def _must_be_stopped(service: str, data: Path) -> None:
    """Beside a live relay a replay would let new messages overtake old ones."""
    named = load(Elsewhere).services
    try:
        url = str(named[service]) if named else Deployment.at(data).services[service]
        httpx.get(f"{url.rstrip('/')}/livez", timeout=2, trust_env=False)
    except (Failed, httpx.TransportError):
        return
    raise Failed(f"{service} runs at {url}: stop the services first, then replay, then start them again")


@asynccontextmanager
async def _place(service: str, data: Path) -> AsyncIterator[Place]:
    named = load(Stopped)
    if named.mongo_url and named.kafka_bootstrap and named.database:
        password = named.kafka_password.get_secret_value() if named.kafka_password else None
        yield Place(KafkaAccess(named.kafka_bootstrap, named.kafka_user, password), named.mongo_url, named.database)
        return
    _must_exist(data)
    async with standing(data, load(Given)) as place_of:
        yield place_of(service)


def _must_exist(data: Path) -> None:
    if not exists(data):
        raise Failed(f"there is no deployment in {data}: name its directory with --data, or set {', '.join(_NEEDED)}")
