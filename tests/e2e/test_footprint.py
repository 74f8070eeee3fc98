"""What a service costs: resident memory after a company's life, and how soon it is ready once its servers are there."""

import re
from pathlib import Path
from time import monotonic

import pytest

from deploy.local.supervisor import SERVICES, Running
from tests.support.bus import until

MOST_MEGABYTES = 110
READY_WITHIN = 3.0


def resident(pid: int) -> float:
    """Megabytes in memory of one process."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text("utf-8"))
    assert found
    return int(found[1]) / 1024


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_small(at_work: Running, name: str) -> None:
    assert resident(at_work.servers[name].process.pid) <= MOST_MEGABYTES


@pytest.mark.parametrize("name", SERVICES)
async def test_a_service_is_ready_soon(at_work: Running, name: str) -> None:
    server = at_work.servers[name]
    await server.stop()
    started = monotonic()
    await until(server.ready)
    assert monotonic() - started <= READY_WITHIN
