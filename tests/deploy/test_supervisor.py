"""The supervisor starts everything, restarts what dies, stops everything, and finds its data again on other ports."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest

from deploy.errors import Failed
from deploy.local import supervisor
from deploy.local.deployment import Deployment
from deploy.local.issuer import lasting_port
from deploy.local.processes import free_port, until
from deploy.local.servers import Given
from deploy.local.supervisor import Running, running
from tests.support.servers.backing import ALONE


@pytest.fixture
def only_intake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "SERVICES", ("intake",))


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def pids(at_work: Running) -> list[int]:
    return [server.process.pid for server in at_work.servers.values()]


def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


@pytest.mark.usefixtures("only_intake")
async def test_what_dies_is_started_again_and_a_second_deployment_is_refused(tmp_path: Path) -> None:
    announced: list[str] = []
    async with running(tmp_path, announced.append, ALONE) as at_work:
        assert Deployment.at(tmp_path) == at_work.deployment
        url, service = at_work.deployment.services["intake"], at_work.servers["intake"]
        died = service.process.pid
        await service.kill()
        assert await until(lambda: service.process.pid != died and answers(url), 60)
        assert any("intake ended with exit code -9" in line for line in announced)
        gateway, portal = at_work.servers["gateway"], at_work.deployment.portal
        assert portal
        died = gateway.process.pid
        await gateway.kill()
        assert await until(lambda: gateway.process.pid != died and answers(f"{portal.url}/gateway"), 60)
        with pytest.raises(Failed, match=r"runs on .* already"):
            async with running(tmp_path, print, ALONE):
                pytest.fail("two deployments on one directory")

    assert all(gone(pid) for pid in pids(at_work))
    with pytest.raises(Failed, match="tt up"):
        Deployment.at(tmp_path)


@pytest.mark.usefixtures("only_intake")
async def test_a_deployment_comes_back_on_other_ports_with_its_data_and_its_passwords(tmp_path: Path) -> None:
    async with running(tmp_path, print, ALONE) as first:
        assert answers(first.deployment.services["intake"])
    async with running(tmp_path, print, ALONE) as second:
        assert second.deployment.passwords == first.deployment.passwords
        assert second.deployment.bootstrap == first.deployment.bootstrap, "partners know it"
        assert second.deployment.issuer == first.deployment.issuer, "its people are known by it"
        assert second.deployment.portal == first.deployment.portal, "its people know it, and stay signed in"
        assert answers(second.deployment.services["intake"])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows every command line")
@pytest.mark.usefixtures("only_intake")
async def test_no_secret_stands_on_a_command_line_and_nobody_else_reads_what_is_kept(tmp_path: Path) -> None:
    """From the first start on, while Kafka is formatted too."""
    with command_lines() as seen:
        async with running(tmp_path / "data", print, ALONE) as at_work:
            secrets = {*at_work.deployment.passwords.values(), (tmp_path / "data" / "mongo" / "key").read_text()}
            modes = {path: path.stat().st_mode & 0o077 for path in (tmp_path / "data", *(tmp_path / "data").rglob("*"))}

    assert [line for line in seen if any(secret in line for secret in secrets)] == []
    assert any("kafka.tools.StorageTool" in line for line in seen), "it was looked at in time"
    assert [path for path, open_to_others in modes.items() if open_to_others] == []
    assert len(modes) > 50


def test_a_secret_on_a_command_line_is_seen() -> None:
    with command_lines() as seen:
        subprocess.run([sys.executable, "-c", "import time; time.sleep(0.2)", "--password=hush"], check=True)
    assert [line for line in seen if "--password=hush" in line]


@contextmanager
def command_lines() -> Iterator[set[str]]:
    """All command lines of this machine meanwhile."""
    seen, over = set[str](), Event()

    def look() -> None:
        while not over.wait(0.02):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                with suppress(OSError):
                    seen.add(path.read_text("utf-8", "replace"))

    looking = Thread(target=look)
    looking.start()
    try:
        yield seen
    finally:
        over.set()
        looking.join()


@pytest.mark.usefixtures("only_intake")
async def test_a_service_that_cannot_start_is_reported_with_its_last_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TT_MAX_BODY_BYTES", "many")
    with pytest.raises(Failed, match=r"(?s)intake did not start.*TT_MAX_BODY_BYTES"):
        async with running(tmp_path, print, ALONE):
            pytest.fail("started with wrong settings")


async def test_fixed_ports_that_are_taken_are_named(tmp_path: Path) -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", free_port())
    (port,) = (socket.getsockname()[1] for socket in server.sockets)
    async with server:
        with pytest.raises(Failed, match=f"taken.* {port}"):
            async with running(tmp_path, print, Given(kafka=None, mongo=None, first_port=port)):
                pytest.fail("took a port from somebody")


async def test_a_port_by_which_people_are_known_is_not_exchanged_for_another(tmp_path: Path) -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", free_port())
    lasting_port(tmp_path / "issuer", server.sockets[0].getsockname()[1])
    async with server:
        with pytest.raises(Failed, match=r"people .* are known by the token issuer on port"):
            async with running(tmp_path, print, ALONE):
                pytest.fail("nobody would be who they were")


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
async def test_it_stops_everything_when_asked(tmp_path: Path, asked: signal.Signals) -> None:
    process = await supervising(tmp_path, "lambda _: None")
    started = [int(pid) for pid in (await process.stdout.readline()).split()] if process.stdout else []
    assert started
    assert not any(gone(pid) for pid in started)
    process.send_signal(asked)
    assert await process.wait() == 0
    assert all(gone(pid) for pid in started)


async def test_it_stops_while_it_starts(tmp_path: Path) -> None:
    process = await supervising(tmp_path, "partial(print, flush=True)")
    assert process.stdout is not None
    assert await process.stdout.readline() == b"starting MongoDB, Kafka and the token issuer\n"
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0
    assert not await process.stdout.read()


async def supervising(data: Path, announce: str) -> asyncio.subprocess.Process:
    """A process that runs the servers without any service, and prints their pids."""
    program = f"""
import asyncio
from functools import partial
from pathlib import Path
from deploy.local import supervisor

async def main():
    supervisor.SERVICES = ()
    async with supervisor.until_interrupted(), supervisor.running(Path({str(data)!r}), {announce}) as at_work:
        print(*(server.process.pid for server in at_work.servers.values()), flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""
    return await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=subprocess.PIPE)
