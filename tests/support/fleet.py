"""The services of one deployment, each of whichever code and in as many processes as there are, behind its one address."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.deployment import Deployment
from deploy.local.processes import free_port
from deploy.local.supervisor import PYTHON, SERVICES, Program, grounded, service
from tests.architecture.source import ROOT
from tests.support.proxy import Proxy
from tests.support.servers import ALONE

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
        """Its oldest process goes: it is asked no more, and ends."""
        port, program = self.at_work[name].pop(0)
        self.doors[name].servers.remove(port)
        await program.stop()

    def died(self) -> list[str]:
        """Services of which a process has ended by itself."""
        return [name for name, programs in self.at_work.items() if any(program.process.exit_code is not None for _, program in programs)]


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
