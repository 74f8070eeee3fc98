"""`tt journal replay`: publishes the journal of a stopped service to a new bus."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import httpx
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from deploy.errors import Failed
from deploy.local.deployment import Deployment, Stores, database_of, exists
from deploy.operations.access import Elsewhere
from shared.bus.access import KafkaAccess
from shared.bus.publishers import Fenced, InOrder
from shared.bus.replay import replay
from shared.clock import now
from shared.contracts.topics import topics
from shared.errors import Unavailable
from shared.settings import FROM_ENVIRONMENT, Brokers, MongoUrl, load, needed_with
from shared.store.client import connect
from shared.store.journal import Journal

_NEEDED = ("TT_MONGO_URL", "TT_KAFKA_BOOTSTRAP", "TT_KAFKA_USER", "TT_KAFKA_PASSWORD")


class Stopped(BaseSettings):
    """The settings of the stopped service, where it does not belong to this machine's deployment."""

    model_config = FROM_ENVIRONMENT

    kafka_bootstrap: Brokers | None = None
    kafka_user: str | None = None
    kafka_password: Annotated[SecretStr | None, needed_with("kafka_user")] = None
    mongo_url: Annotated[MongoUrl | None, Field(repr=False)] = None
    database: str | None = None


async def replay_service(service: str, data: Path) -> int:
    """Publishes again what a service has journalled; returns how many messages. Raises Failed if the service runs."""
    publishers = dict.fromkeys(topic.publisher for topic in topics())
    if service not in publishers:
        raise Failed(f"there is no service {service}: the services are {', '.join(publishers)}")
    _must_be_stopped(service, data)
    async with _stores(service, data) as stores:
        return await replayed(service, stores)


async def replayed(service: str, stores: Stores) -> int:
    """Publishes what a stopped service has journalled to its bus; returns how many messages. Raises Failed."""
    database = connect(stores.mongo_url, stores.database)
    fenced = Fenced(stores.kafka, service, Journal(database), lambda entry: (now() - entry["at"]).total_seconds())
    publishers = (InOrder(stores.kafka), fenced)
    try:
        return await replay(database, publishers)
    except Unavailable as away:
        raise Failed(
            f"the replay stopped ({away}): see whether Kafka and MongoDB run, then repeat it; repeats harm nobody"
        ) from away
    finally:
        for publisher in publishers:
            await publisher.close()
        database.client.close()


def _must_be_stopped(service: str, data: Path) -> None:
    """Raises Failed if the service runs: beside its relay, new messages would overtake the old ones of the replay."""
    named = load(Elsewhere).services
    try:
        url = str(named[service]) if named else Deployment.at(data).services[service]
        httpx.get(f"{url.rstrip('/')}/livez", timeout=2, trust_env=False)
    except (Failed, httpx.TransportError):
        return
    raise Failed(f"{service} runs at {url}: stop the services first, then replay, then start them again")


@asynccontextmanager
async def _stores(service: str, data: Path) -> AsyncIterator[Stores]:
    named = load(Stopped)
    if named.mongo_url and named.kafka_bootstrap:
        password = named.kafka_password.get_secret_value() if named.kafka_password else None
        bus = KafkaAccess(named.kafka_bootstrap, named.kafka_user, password)
        yield Stores(bus, named.mongo_url, named.database or database_of(service))
        return
    if not exists(data):
        raise Failed(f"there is no deployment in {data}: name its directory with --data, or set {', '.join(_NEEDED)}")
    from deploy.local.servers import Given  # noqa: PLC0415 - the operator's image has no servers to start
    from deploy.local.stores import stores_of  # noqa: PLC0415

    async with stores_of(data, load(Given)) as at:
        yield at.stores[service]
