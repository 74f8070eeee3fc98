"""Child processes on this machine: free ports, start, end by pid, and waiting for a condition.

Nothing here keeps anything of an event loop: where there is none, `asyncio.run(server.start())` does it.
"""

import asyncio
import os
import random
import socket
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from itertools import cycle
from pathlib import Path
from time import monotonic
from typing import Self

from deploy.errors import Failed
from deploy.local.preflight import is_free

LOOPBACK = "127.0.0.1"
POLL_SECONDS = 0.05
# Below every system's ephemeral range: no outgoing connection takes such a port first,
# nor connects to itself while nobody listens yet.
PORTS = range(15_000, 32_000)
_IN_TURN = cycle(random.sample(PORTS, len(PORTS)))


def free_port() -> int:
    """A port of 127.0.0.1 on which nothing listens, and none that was given out a moment ago."""
    return next(port for port in _IN_TURN if is_free(port))


def kept_port(file: Path) -> int:
    """The port of 127.0.0.1 that this file names, if nothing listens on it; else a free one, which it names then."""
    try:
        kept = int(file.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        kept = 0
    if kept not in PORTS or not is_free(kept):
        kept = free_port()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(str(kept), "utf-8")
    return kept


def listens(port: int) -> bool:
    """Whether a server accepts connections on this port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


async def until(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether the condition came true in time. It is called in a thread, and may block."""
    deadline = monotonic() + seconds
    while not await asyncio.to_thread(condition):
        if monotonic() > deadline:
            return False
        await asyncio.sleep(POLL_SECONDS)
    return True


class Process:
    """A program in a session of its own, so that Ctrl-C reaches only the supervisor. It ends when its starter ends."""

    def __init__(self, command: Sequence[str], log: Path, env: Mapping[str, str] | None = None) -> None:
        self._command = [sys.executable, "-IS", str(Path(__file__).with_name("child.py")), str(os.getpid()), *command]
        self._env = {**os.environ, **(env or {})}
        self._popen: subprocess.Popen[bytes] | None = None
        self.log = log

    def start(self) -> None:
        """Call it in the main thread: on Linux a child ends with the thread that started it."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._popen = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self._env, start_new_session=True
            )

    @property
    def pid(self) -> int:
        if self._popen is None:
            raise Failed("not started yet")
        return self._popen.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._popen.poll() if self._popen else 0

    def terminate(self) -> None:
        """Asks it to end (SIGTERM)."""
        if self._popen:
            self._popen.terminate()

    async def stop(self, seconds: float = 10) -> None:
        """Asks it to end, and kills it if it has not ended in time."""
        self.terminate()
        if not await until(lambda: self.exit_code is not None, seconds):
            await self.kill()

    async def kill(self) -> None:
        """Ends it at once (SIGKILL)."""
        if self._popen:
            self._popen.kill()
            await asyncio.to_thread(self._popen.wait)

    def log_end(self, lines: int = 15) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-lines:])


class Server(ABC):
    """A server in a child process. `async with` starts and stops it; `kill()` and `restart()` keep ports and data."""

    name: str
    ready_within = 60.0

    def __init__(self, process: Process) -> None:
        self.process = process

    @abstractmethod
    def ready(self) -> bool:
        """Whether it serves. May block for a moment."""

    def answers(self) -> bool:
        """Whether it answers what it is asked. May block for some seconds."""
        return True

    async def start(self) -> None:
        """Returns when it serves. Raises Failed with the end of its log."""
        self.process.start()
        try:
            await self._serving()
        except BaseException:
            await self.process.kill()
            raise

    async def stop(self) -> None:
        await self.process.stop()

    async def kill(self) -> None:
        await self.process.kill()

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _serving(self) -> None:
        await until(lambda: self.process.exit_code is not None or self.ready(), self.ready_within)
        if self.process.exit_code is not None or not self.ready():
            raise Failed(f"{self.name} did not start; {self.process.log} ends with:\n{self.process.log_end()}")
