from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from json import dumps
from pathlib import Path

import pytest

from deploy.local.mongo import Mongo
from shared.bus.access import KafkaAccess
from shared.store.client import Database
from tests.faults import quarter
from tests.faults.instance import Instance, Start
from tests.faults.scene import EVERY_TOPIC, Report
from tests.faults.world import TOPIC, AtWork, World, group_of, toys
from tests.support.servers.backing import SECRET, password_of, prepare
from tests.support.servers.bus import ends, stand_at
from tests.support.servers.serving import Issuer
from tests.support.servers.two_doors import TwoDoors


@pytest.fixture(scope="package")
async def kafka(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TwoDoors]:
    """A broker for this directory, with every topic, user and ACL; a test that kills it starts it again."""
    async with TwoDoors(tmp_path_factory.mktemp("kafka"), SECRET) as own:
        prepare(own.operator)
        yield own


@pytest.fixture(scope="package")
async def mongo(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Mongo]:
    """A MongoDB of its own that obeys fail points; a test that kills it starts it again."""
    async with Mongo(tmp_path_factory.mktemp("mongo"), SECRET, fail_points=True) as own:
        yield own


@pytest.fixture(scope="package")
def mongo_url(mongo: Mongo) -> str:
    return mongo.url


@pytest.fixture(scope="package")
def operator(kafka: TwoDoors) -> KafkaAccess:
    return kafka.operator


@pytest.fixture
def instance(kafka: TwoDoors, mongo_url: str, fresh: str, issuer: Issuer, tmp_path: Path) -> Start:
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


@pytest.fixture
def toy(kafka: TwoDoors, database: Database, instance: Start, tmp_path: Path) -> Start:
    """Makes a process of the toy service; all share a database. `more` settings may let it die."""

    def made(**more: str) -> Instance:
        as_operator = {"TT_KAFKA_USER": kafka.operator.user or "", "TT_KAFKA_PASSWORD": kafka.operator.password or ""}
        settings = {
            "SERVICE": "toys",
            "TT_DATABASE": database.name,
            "GROUP": group_of(database),
            "CRASHED": str(tmp_path / "crashed"),
        }
        return instance("toys", "tests.faults.mortal", **(settings | as_operator | more))

    return made


@pytest.fixture
async def world(kafka: TwoDoors, database: Database, issuer: Issuer, record_property: Report) -> AsyncIterator[AtWork]:
    """Starts toy services, side by side, that consume from the topics' present ends; a test may name other servers."""
    async with AsyncExitStack() as running:

        async def made(
            *instances: Instance, access: KafkaAccess = kafka.operator, stored: Database = database
        ) -> World:
            since = await ends(access, EVERY_TOPIC)
            await stand_at(access, group_of(stored), await ends(access, [TOPIC]))
            for starting in instances:
                await running.enter_async_context(starting)
            return World(toys(stored), access, since, record_property, list(instances), running, issuer)

        yield made


def pytest_report_header() -> str | None:
    return quarter.header()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    quarter.choose(config, items)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    quarter.report(terminalreporter)
