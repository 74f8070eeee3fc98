import gc
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from shutil import disk_usage
from tempfile import TemporaryDirectory
from uuid import uuid4

import hypothesis
import pytest
import structlog

from shared.bus.access import KafkaAccess
from shared.logs import without_input
from shared.service import collect_rarely
from shared.store.client import Database, connect
from tests.support import not_run
from tests.support.declaring import hold_declared, undeclared
from tests.support.servers import backing, docker
from tests.support.servers.serving import Issuer, issuing

MEMORY, PLENTY = Path("/dev/shm"), 8 << 30  # noqa: S108 - not a file that others could have made
ROOMY = MEMORY.is_dir() and disk_usage(MEMORY).free > PLENTY
YOUNG = 1  # a generation of the garbage collector
IN_TURN = {"e2e": (1, "computes"), "shared": (1, "waits"), "services": (2, "last")}
hypothesis.settings.register_profile("suite", deadline=None)  # other work on the machine is no fault of the code
hypothesis.settings.load_profile("suite")
hold_declared()
structlog.configure(processors=[without_input, structlog.processors.KeyValueRenderer()])


@pytest.fixture(scope="session")
async def mongo_url() -> AsyncIterator[str]:
    """One MongoDB for the whole run; a test takes a database of its own: `fresh`. It is in memory, where there is room.

    On a disk it takes twice as long to make a database.
    """
    with TemporaryDirectory(dir=MEMORY if ROOMY else None) as home:
        async with backing.mongo(Path(home)) as url:
            yield url


@pytest.fixture(scope="session")
async def broker(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[backing.Broker]:
    """One Kafka for the whole run, with every topic, user and ACL; a test takes its own company ids and group names."""
    async with backing.broker(tmp_path_factory.mktemp("kafka")) as made:
        yield made


@pytest.fixture(scope="session")
def operator(broker: backing.Broker) -> KafkaAccess:
    return broker.operator


@pytest.fixture
def fresh() -> str:
    """A word that no other test has: the name of a database, the end of a group's name."""
    return f"t{uuid4().hex}"


@pytest.fixture
async def database(mongo_url: str, fresh: str) -> AsyncIterator[Database]:
    """A fresh database on the real server."""
    made = connect(mongo_url, fresh)
    yield made
    await made.client.drop_database(made.name)
    made.client.close()


@pytest.fixture(scope="session")
async def issuer() -> AsyncIterator[Issuer]:
    """One issuer for the whole run, that signs every claim that a test makes of a person."""
    async with issuing() as made:
        yield made


def pytest_configure() -> None:
    collect_rarely()
    if backing.IN_DOCKER and not docker.answers():
        raise pytest.UsageError("SERVERS=containers, but no Docker daemon answers: start it, or unset SERVERS")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    not_run.keep(terminalreporter.getreports("skipped"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that compute and files that wait come in turn, so that the workers are seldom all at the same."""
    files: dict[str, dict[Path, int]] = defaultdict(dict)

    def turn(item: pytest.Item) -> tuple[int, int, str]:
        round_, kind = IN_TURN.get(item.nodeid.removeprefix("tests/").partition("/")[0], (0, "first"))
        return round_, files[kind].setdefault(item.path, len(files[kind])), kind

    items.sort(key=turn)


def pytest_collection_finish() -> None:
    """What is imported stays: no collection need walk through it."""
    gc.freeze()


@pytest.fixture(autouse=True)
def _unread_failures(request: pytest.FixtureRequest) -> Iterator[None]:
    """Collects unread failures, such as aiokafka leaves, after a test: an import that collects them would die of it.

    They are young: what outlives many tests is not walked through after each.
    """
    yield
    if "operator" in request.fixturenames or "broker" in request.fixturenames:
        gc.collect(YOUNG)


@pytest.fixture(autouse=True)
def _all_declared() -> Iterator[None]:
    """A refusal that nobody declares fails the test in which it came, whatever became of it on its way."""
    undeclared.clear()
    yield
    assert undeclared == []
