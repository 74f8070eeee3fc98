"""Kafka and MongoDB of a deployment on this machine, without its services."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.kafka.access import OPERATOR, services, users
from deploy.local.deployment import Stores, alone, database_of, passwords
from deploy.local.servers import Given, Servers, start_all
from shared.bus.access import KafkaAccess


@dataclass(frozen=True)
class Started:
    """The operator's access to the bus and URL of all databases, and the stores of each service."""

    operator: KafkaAccess
    mongo_url: str
    stores: Mapping[str, Stores]


@asynccontextmanager
async def stores_of(data: Path, given: Given) -> AsyncIterator[Started]:
    """Starts Kafka, with its topics, and MongoDB. Raises Failed."""
    await asyncio.to_thread(given.must_answer)
    async with AsyncExitStack() as stack:
        stack.enter_context(alone(data))
        secrets = passwords(data, {OPERATOR, *users()})
        base = Servers(data, secrets[OPERATOR], given)
        stack.push_async_callback(base.stop)
        await start_all(base.own)
        await asyncio.to_thread(base.prepare, secrets, rotate=False)
        stores = {
            service: Stores(
                KafkaAccess(base.operator.bootstrap, service, secrets[service]),
                base.database_url(service, secrets[service]),
                database_of(service),
            )
            for service in services()
        }
        yield Started(base.operator, base.mongo_url, stores)
