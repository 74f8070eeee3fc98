from collections.abc import AsyncIterator, Callable
from json import dumps
from pathlib import Path

import pytest

from deploy.local.kafka import Kafka
from shared.kafka import KafkaAccess
from tests.faults.instance import Instance
from tests.support.servers import SECRET, password_of, prepare
from tests.support.serving import Issuer


@pytest.fixture(scope="package")
async def kafka(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Kafka]:
    """A broker of its own for the tests of this directory, with every topic, user and ACL; a test that kills it starts it again."""
    async with Kafka(tmp_path_factory.mktemp("kafka"), SECRET) as own:
        prepare(own.operator)
        yield own


@pytest.fixture(scope="package")
def operator(kafka: Kafka) -> KafkaAccess:
    return kafka.operator


@pytest.fixture
def instance(kafka: Kafka, mongo_url: str, fresh: str, issuer: Issuer, tmp_path: Path) -> Callable[..., Instance]:
    """Makes a process of a service, from its main or another module; all of one service share a database."""

    def made(service: str, module: str | None = None, **more: str) -> Instance:
        settings = {
            "TT_KAFKA_BOOTSTRAP": kafka.operator.bootstrap,
            "TT_KAFKA_USER": service,
            "TT_KAFKA_PASSWORD": password_of(service),
            "TT_MONGO_URL": mongo_url,
            "TT_DATABASE": f"{fresh[:20]}_{service}",
            "TT_ISSUERS": dumps([issuer.url]),
        }
        module = module or f"services.{service}.main"
        return Instance(module, tmp_path / f"{module}.log", settings | more)

    return made
