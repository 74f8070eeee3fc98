"""What a service costs on its own deployment: memory after one company's life, and the time until it is ready again."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from time import monotonic

import pytest

from deploy.demo.lives import lives
from deploy.local.supervisor import SERVICES, Running, running
from tests.support.builders.company_life import live, patient_cast
from tests.support.servers.backing import ALONE
from tests.support.servers.bus import until

MOST_MEGABYTES = 110
READY_WITHIN = 3.0
TRIES = 3


@pytest.fixture(scope="module")
async def running_deployment(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """A deployment whose one company has become a member."""
    async with running(tmp_path_factory.mktemp("footprint"), print, ALONE) as started:
        async with patient_cast(started.deployment) as cast:
            await live(cast, lives()[0].firm)
        yield started


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_small(running_deployment: Running, name: str) -> None:
    assert resident(running_deployment.servers[name].process.pid) <= MOST_MEGABYTES


@pytest.mark.parametrize("name", SERVICES)
async def test_a_service_is_ready_soon(running_deployment: Running, name: str) -> None:
    """The best of a few tries: whatever else this machine has to do is no fault of the service."""
    seconds = [await seconds_to_ready(running_deployment, name)]
    while seconds[-1] > READY_WITHIN and len(seconds) < TRIES:
        seconds.append(await seconds_to_ready(running_deployment, name))
    assert min(seconds) <= READY_WITHIN


async def seconds_to_ready(running_deployment: Running, name: str) -> float:
    """From the end of a process until the next one serves, consumes and writes; the supervisor starts it by itself."""
    server = running_deployment.servers[name]
    await server.stop()
    stopped = monotonic()
    await until(server.ready)
    return monotonic() - stopped


def resident(pid: int) -> float:
    """Megabytes in memory of one process."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text("utf-8"))
    assert found
    return int(found[1]) / 1024
