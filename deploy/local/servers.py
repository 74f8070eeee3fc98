"""The two servers that the services stand on, Kafka and MongoDB: those that settings name, else our own."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

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

    def broker(self) -> KafkaAccess | None:
        """The operator's access to the broker of TT_KAFKA, where one is named. Raises Failed without a password."""
        if self.kafka is None:
            return None
        if self.kafka_operator_password is None:
            raise Failed(f"TT_KAFKA needs TT_KAFKA_OPERATOR_PASSWORD, the SCRAM password of its super user {OPERATOR}")
        return KafkaAccess(self.kafka, OPERATOR, self.kafka_operator_password.get_secret_value())


class Servers:
    """Kafka and MongoDB; `operator` is the super user's access to Kafka, `own` are those that run in `data` because none were named."""

    def __init__(self, data: Path, operator_password: str, given: Given) -> None:
        self.own: list[Server] = []
        if given.mongo:
            self.mongo_url = given.mongo
        else:
            mongo = Mongo(data / "mongo")
            self.mongo_url = mongo.url
            self.own.append(mongo)
        if named := given.broker():
            self.operator = named
        else:
            kafka = Kafka(data / "kafka", operator_password)
            self.operator = kafka.operator
            self.own.append(kafka)

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
