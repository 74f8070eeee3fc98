"""The services of one deployment, each with any code and any number of processes behind its one address."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from deploy.local.deployment import Deployment
from deploy.local.processes import LOOPBACK, free_port
from deploy.local.supervisor import PYTHON, SERVICES, Program, grounded, service
from shared.errors import VersionNewer
from tests.architecture.source import ROOT
from tests.support.bus import until
from tests.support.proxy import Proxy
from tests.support.servers import ALONE
from tests.support.serving import client

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
        """One more process of a service; returns when it is ready, or waits for nothing but a later version."""
        port = free_port()
        program = service(name, self.deployment, port, code, "/livez")
        self.at_work[name].append((port, program))
        await program.start()
        await until(partial(self._serves, port), program.ready_within)
        self.doors[name].servers.append(port)

    def newest(self, name: str) -> str:
        """The address of the newest process of a service."""
        return _url(self.at_work[name][-1][0])

    async def waits_for(self, name: str) -> list[str]:
        """What the newest process of a service waits for, as it says itself."""
        return await _waits_for(self.newest(name))

    async def _serves(self, port: int) -> bool:
        return set(await _waits_for(_url(port))) <= {VersionNewer.CODE}

    async def stop(self, name: str) -> None:
        """Its oldest process goes: it is asked no more, and ends."""
        port, program = self.at_work[name].pop(0)
        self.doors[name].servers.remove(port)
        await program.stop()

    def died(self) -> list[str]:
        """Services of which a process has ended by itself."""
        return [
            name
            for name, programs in self.at_work.items()
            if any(program.process.exit_code is not None for _, program in programs)
        ]


def _url(port: int) -> str:
    return f"http://{LOOPBACK}:{port}"


async def _waits_for(url: str) -> list[str]:
    async with client(url) as anybody:
        waiting: list[str] = (await anybody.get("/readyz")).json()["waiting_for"]
    return waiting


@asynccontextmanager
async def fleet(data: Path, code: Code) -> AsyncIterator[Fleet]:
    """A whole deployment on servers of its own, every service in one process of this code."""
    async with grounded(data, print, ALONE) as ground, AsyncExitStack() as stack:
        ports = {name: int(url.rpartition(":")[2]) for name, url in ground.deployment.services.items()}
        doors = {name: await stack.enter_async_context(Proxy([], port)) for name, port in ports.items()}
        made = Fleet(ground.deployment, doors)
        ground.deployment.announce()
        try:
            for name in SERVICES:
                await made.start(name, code)
            yield made
        finally:
            for name in SERVICES:
                while made.at_work[name]:
                    await made.stop(name)
