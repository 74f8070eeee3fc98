"""The two servers that services need, Kafka and MongoDB: those that the settings name, else our own."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from deploy.errors import Failed
from deploy.kafka.access import OPERATOR, admin, services
from deploy.kafka.apply import apply
from deploy.kafka.plan import plan
from deploy.local.deployment import without_login
from deploy.local.kafka import Kafka, answers
from deploy.local.mongo import Mongo, give_users, url
from deploy.local.preflight import FIRST_PORTS
from deploy.local.processes import Server
from shared.bus.access import KafkaAccess
from shared.settings import FROM_ENVIRONMENT, Brokers, MongoUrl, needed_with

ANSWERS_WITHIN = 5.0


class Given(BaseSettings):
    """TT_KAFKA, TT_MONGO: servers that run already.

    TT_FIRST_PORT: the first of seven ports, for issuer, services and gateway. TT_KAFKA_PARTNERS: where partners come to
    the Kafka of TT_KAFKA, by its listener for them.
    """

    model_config = FROM_ENVIRONMENT

    kafka: Brokers | None = None
    kafka_partners: Brokers | None = None
    kafka_operator_password: Annotated[SecretStr | None, needed_with("kafka")] = None
    mongo: Annotated[MongoUrl | None, Field(repr=False)] = None
    first_port: Annotated[int, Field(ge=min(FIRST_PORTS), le=max(FIRST_PORTS))] | None = None

    def broker(self) -> KafkaAccess | None:
        """The operator's access to the broker of TT_KAFKA, where one is named."""
        if self.kafka is None or self.kafka_operator_password is None:
            return None
        return KafkaAccess(self.kafka, OPERATOR, self.kafka_operator_password.get_secret_value())

    def must_answer(self) -> None:
        """Raises Failed, with a sentence for each named server that does not answer. May block for some seconds."""
        if away := list(self._away()):
            raise Failed("\n".join(away))

    def _away(self) -> Iterator[str]:
        if (broker := self.broker()) and not answers(broker):
            yield (
                f"Kafka does not answer at {broker.bootstrap}: "
                "see whether it runs, and check TT_KAFKA and TT_KAFKA_OPERATOR_PASSWORD"
            )
        if self.mongo and not _mongo_answers(self.mongo):
            hosts = without_login(self.mongo).partition("://")[2].partition("/")[0]
            yield f"MongoDB does not answer at {hosts}: see whether it runs, and check TT_MONGO"


class Servers:
    """Kafka and MongoDB. `operator` is the super user's access to Kafka; `own` are the servers that run in `data`.

    Partners come to Kafka at `partners`. `mongo_url` is the URL of the given MongoDB, else the operator's at our own.
    """

    def __init__(self, data: Path, operator_password: str, given: Given) -> None:
        self.own: list[Server] = []
        self._mongo: Mongo | None = None
        if given.mongo:
            self.mongo_url = given.mongo
        else:
            self._mongo = Mongo(data / "mongo", operator_password)
            self.mongo_url = self._mongo.url
            self.own.append(self._mongo)
        if named := given.broker():
            self.operator, self.partners = named, given.kafka_partners or named.bootstrap
        else:
            kafka = Kafka(data / "kafka", operator_password)
            self.operator, self.partners = kafka.operator, kafka.partners
            self.own.append(kafka)

    def database_url(self, service: str, password: str) -> str:
        """Where a service comes to its database: as its own user, unless MongoDB is given."""
        return url(self._mongo.port, service, password) if self._mongo else self.mongo_url

    def prepare(self, passwords: Mapping[str, str], *, rotate: bool) -> None:
        """Makes topics, users and ACLs of Kafka, and the services' users of our own MongoDB. Raises Failed."""
        client = admin(self.operator)
        apply(client, plan(client, rotate=rotate), passwords)
        if self._mongo:
            give_users(self._mongo.url, {service: passwords[service] for service in services()})

    async def stop(self) -> None:
        """Stops our own, the last made first."""
        for server in reversed(self.own):
            await server.stop()


def _mongo_answers(url: str) -> bool:
    try:
        with MongoClient[dict[str, Any]](url, serverSelectionTimeoutMS=int(ANSWERS_WITHIN * 1000)) as client:
            client.admin.command("ping")
    except (PyMongoError, ValueError):
        return False
    return True


async def start_all(servers: Iterable[Server]) -> None:
    """Starts them side by side. When all have started or failed, raises the first failure; each can then be stopped."""
    outcomes = await asyncio.gather(*(server.start() for server in servers), return_exceptions=True)
    for outcome in outcomes:
        if outcome is not None:
            raise outcome
