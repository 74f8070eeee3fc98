"""Sudden death (SIGKILL) before and after every step of the kernel, under load; a supervisor starts the process again."""

from pathlib import Path

import pytest

from tests.faults.instance import Start
from tests.faults.scene import kept_running
from tests.faults.world import AtWork
from tests.support.bus import until

pytestmark = pytest.mark.matrix
PASSES = 7


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("point", ["write", "journal", "publish", "pull", "commit"])
async def test_death_at_any_point(world: AtWork, toy: Start, tmp_path: Path, point: str, when: str) -> None:
    going = await world(dying := toy(CRASH_AT=f"{point} {when} {PASSES}"))
    async with kept_running(dying), going.under_fire(f"Killed {when} {point}, it loses, doubles and turns round nothing"):
        await until((tmp_path / "crashed").exists, 30)
