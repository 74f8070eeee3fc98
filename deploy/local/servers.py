"""The two servers that the services stand on, Kafka and MongoDB: those that settings name, else our own."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from deploy.errors import Failed
from deploy.local.kafka import OPERATOR, Kafka
from deploy.local.mongo import Mongo
from deploy.local.processes import Server
from shared.kafka import KafkaAccess


class Given(BaseSettings):
    """Servers that run already (TT_KAFKA, TT_MONGO), and the first of six fixed ports for issuer and services (TT_FIRST_PORT)."""

    model_config = SettingsConfigDict(env_prefix="TT_", frozen=True, extra="ignore", hide_input_in_errors=True)

    kafka: str | None = None
    kafka_operator_password: SecretStr | None = None
    mongo: str | None = None
    first_port: Annotated[int, Field(ge=1024, le=65_530)] | None = None


class Servers:
    """Kafka and MongoDB in `data`: `async with Servers(data, password) as servers`, in tests once per session.

    `operator` is the super user's access to Kafka. Whoever needs to kill a server makes a `Kafka` or a `Mongo` of its own.
    """

    def __init__(self, data: Path, operator_password: str, given: Given | None = None) -> None:
        given = given or Given()
        self.own: list[Server] = []
        if given.mongo:
            self.mongo_url = given.mongo
        else:
            mongo = Mongo(data / "mongo")
            self.mongo_url = mongo.url
            self.own.append(mongo)
        if given.kafka:
            self.operator = _foreign(given)
        else:
            kafka = Kafka(data / "kafka", operator_password)
            self.operator = kafka.operator
            self.own.append(kafka)

    async def __aenter__(self) -> Self:
        try:
            await start_all(self.own)
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Stops our own, the last made first."""
        for server in reversed(self.own):
            await server.stop()


async def start_all(servers: Iterable[Server]) -> None:
    """Starts them side by side; raises the first failure when all have started or failed, so that each can be stopped."""
    outcomes = await asyncio.gather(*(server.start() for server in servers), return_exceptions=True)
    for outcome in outcomes:
        if outcome is not None:
            raise outcome


def _foreign(given: Given) -> KafkaAccess:
    if given.kafka is None or given.kafka_operator_password is None:
        raise Failed(f"TT_KAFKA needs TT_KAFKA_OPERATOR_PASSWORD, the SCRAM password of its super user {OPERATOR}")
    return KafkaAccess(given.kafka, OPERATOR, given.kafka_operator_password.get_secret_value())
