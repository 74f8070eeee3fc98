"""Sudden death (SIGKILL) before and after every step of the kernel, under load; a supervisor starts it again."""

from pathlib import Path

import pytest

from tests.faults.instance import Start
from tests.faults.scene import kept_running
from tests.faults.world import AtWork
from tests.support.servers.bus import until

pytestmark = pytest.mark.matrix
PASSES = 7


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("point", ["write", "journal", "publish", "pull", "commit"])
async def test_death_at_any_point(world: AtWork, toy: Start, tmp_path: Path, point: str, when: str) -> None:
    going = await world(dying := toy(CRASH_AT=f"{point} {when} {PASSES}"))
    async with (
        kept_running(dying),
        going.under_fire(f"Killed {when} {point}, it loses, doubles and turns round nothing"),
    ):
        await until((tmp_path / "crashed").exists, 30)


@pytest.mark.parametrize("when", ["before", "after"])
async def test_death_while_parking(world: AtWork, toy: Start, tmp_path: Path, when: str) -> None:
    """The thirteenth number of every company is poison; the last deaths of all come before anybody has mended that."""
    going = await world(dying := toy(CRASH_AT=f"park {when} 3", MENDED="no"))
    promise = (
        f"Killed {when} a record is parked, it loses none of its key, and the park empties in order once it is mended"
    )
    async with going.under_fire(promise):
        async with kept_running(dying):
            await until((tmp_path / "crashed").exists, 30)
            await until(going.all_parked, 30)
        await dying.process.kill()
        await going.replaced_by(mended := toy())
        await going.redriven(mended)
