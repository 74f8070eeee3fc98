"""The services of one deployment, each with any code and any number of processes behind its one address."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.deployment import Deployment, database_of
from deploy.local.processes import LOOPBACK, free_port
from deploy.local.programs import PYTHON, Program, service
from deploy.local.supervisor import SERVICES, grounded
from shared.store.client import Database, connect
from tests.support.servers.backing import ALONE
from tests.support.servers.bus import until
from tests.support.servers.proxy import Proxy
from tests.support.servers.serving import client
from tests.support.servers.workload.run import Workload
from tests.support.source import ROOT

MOVES = 3  # of the companies, between one change of the fleet and the next

Code = Sequence[str]  # the interpreter that runs it, with its arguments
THIS: Code = PYTHON


def released(name: str) -> Code:
    """The code of a release: the wheel in tests/support/before, in the environment that `make test` gives it."""
    return (str(ROOT / ".venv" / "before" / name / "bin" / "python"), "-P")


@dataclass
class Fleet:
    """What runs, by service; the oldest process first."""

    deployment: Deployment
    doors: Mapping[str, Proxy]
    at_work: dict[str, list[tuple[int, Program]]] = field(default_factory=lambda: {name: [] for name in SERVICES})

    async def start(self, name: str, code: Code) -> None:
        """One more process of a service; returns when it is ready."""
        port = free_port()
        program = service(name, self.deployment, port, code)
        await program.start()
        self.at_work[name].append((port, program))
        self.doors[name].servers.append(port)

    async def stop(self, name: str) -> None:
        """Its oldest process goes: it is asked no more, and ends. Fails if it has ended by itself."""
        port, program = self.at_work[name].pop(0)
        self.doors[name].servers.remove(port)
        assert program.process.exit_code is None, f"{name} has ended by itself: {program.process.log_end()}"
        await program.stop()

    def newest(self, name: str) -> str:
        """The address of the newest process of a service."""
        return f"http://{LOOPBACK}:{self.at_work[name][-1][0]}"

    async def waits_for(self, name: str) -> list[str]:
        """What the newest process of a service waits for, by its own answer."""
        async with client(self.newest(name)) as anybody:
            awaited: list[str] = (await anybody.get("/readyz")).json()["waiting_for"]
        return awaited


@asynccontextmanager
async def fleet(data: Path, code: Code) -> AsyncIterator[Fleet]:
    """A whole deployment on servers of its own, every service in one process of this code."""
    async with grounded(data, print, ALONE) as ground, AsyncExitStack() as stack:
        ports = {name: int(url.rpartition(":")[2]) for name, url in ground.deployment.services.items()}
        doors = {name: await stack.enter_async_context(Proxy([], port)) for name, port in ports.items()}
        deployment = ground.deployment.model_copy(update={"portal": None})  # no gateway runs, and old code knows none
        made = Fleet(deployment, doors)
        deployment.announce()
        try:
            for name in SERVICES:
                await made.start(name, code)
            yield made
        finally:
            programs = [program for name in SERVICES for _, program in made.at_work[name]]
            ended = [program.name for program in programs if program.process.exit_code is not None]
            for program in programs:
                await program.stop()
        assert ended == []


async def traffic(workload: Workload) -> None:
    """Returns when the companies have made some moves more, or officers wait for intake to announce their users."""
    moves, pauses = workload.moves() + MOVES, workload.society.pauses()
    await until(lambda: workload.moves() >= moves or workload.society.pauses() > pauses, 60)


@asynccontextmanager
async def database(deployment: Deployment, name: str) -> AsyncIterator[Database]:
    """The database of a service."""
    made = connect(deployment.mongo_url, database_of(name))
    try:
        yield made
    finally:
        made.client.close()
