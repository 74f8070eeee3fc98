"""Kafka and MongoDB of a deployment on this machine, without its services."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from deploy.kafka.access import OPERATOR, admin, users
from deploy.kafka.apply import apply
from deploy.kafka.plan import plan
from deploy.local.deployment import Stores, database_of, passwords
from deploy.local.servers import Given, Servers, start_all
from shared.bus.access import KafkaAccess


@asynccontextmanager
async def stores_of(data: Path, given: Given) -> AsyncIterator[Callable[[str], Stores]]:
    """Starts Kafka, with its topics, and MongoDB; yields the stores by service."""
    await asyncio.to_thread(given.must_answer)
    secrets = passwords(data, {OPERATOR, *users()})
    base = Servers(data, secrets[OPERATOR], given)
    try:
        await start_all(base.own)
        client = admin(base.operator)
        apply(client, plan(client), secrets)
        yield lambda service: Stores(
            KafkaAccess(base.operator.bootstrap, service, secrets[service]), base.mongo_url, database_of(service)
        )
    finally:
        await base.stop()
