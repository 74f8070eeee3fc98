"""Children end when they are asked to, when they are killed, and when the process that started them is gone."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.errors import Failed
from deploy.local.processes import PORTS, Process, Server, free_port, listens, until

FOREVER = [sys.executable, "-c", "import time; time.sleep(600)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)",
]


class Never(Server):
    name = "Never"
    ready_within = 3

    def ready(self) -> bool:
        return False


def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


async def test_a_process_that_is_deaf_to_the_request_is_killed(tmp_path: Path) -> None:
    process = Process(DEAF, tmp_path / "log")
    process.start()
    assert await until(lambda: process.log_end() == "deaf", 10)
    await process.stop(seconds=0.1)
    assert process.exit_code == -9


async def test_a_process_that_never_started_can_be_stopped(tmp_path: Path) -> None:
    await Process(FOREVER, tmp_path / "log").stop()


async def test_a_server_that_never_serves_is_ended_and_its_last_lines_are_reported(tmp_path: Path) -> None:
    server = Never(Process(DEAF, tmp_path / "log"))
    with pytest.raises(Failed, match=r"(?s)Never did not start.*deaf"):
        await server.start()
    assert gone(server.process.pid)


async def test_a_server_that_ends_at_once_is_not_waited_for(tmp_path: Path) -> None:
    server = Never(Process([sys.executable, "-c", "exit('no disk')"], tmp_path / "log"))
    server.ready_within = 600
    with pytest.raises(Failed, match="no disk"):
        await server.start()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
async def test_a_child_does_not_outlive_its_parent(tmp_path: Path) -> None:
    log = str(tmp_path / "log")
    program = (
        "import pathlib, time; from deploy.local.processes import Process;"
        f"child = Process({FOREVER!r}, pathlib.Path({log!r})); child.start(); "
        "print(child.pid, flush=True); time.sleep(600)"
    )
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = int(await parent.stdout.readline())
    assert not gone(child)
    parent.kill()
    await parent.wait()
    assert await until(lambda: gone(child), 10)


def test_ports_that_nobody_listens_on_yet_are_given_out_once() -> None:
    given = [free_port() for _ in range(1_000)]
    assert len({*given}) == len(given)


def test_a_free_port_is_free_and_no_port_of_outgoing_connections() -> None:
    port = free_port()
    assert port in PORTS
    assert not listens(port)
