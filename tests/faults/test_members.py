"""Several instances in one group: one sleeps, one comes and goes, one is asked to end and killed while it does."""

import os
import signal

import pytest

from shared.bus.consumer import STUCK_SECONDS
from tests.faults.instance import Start
from tests.faults.scene import kept_running
from tests.faults.world import AtWork
from tests.support.servers.bus import until

pytestmark = pytest.mark.matrix
NOTICED_WITHIN = 10.0


async def test_a_member_that_sleeps_through_its_session(world: AtWork, toy: Start) -> None:
    """It wakes up with a batch that another has handled since, and with commands that another was asked since."""
    going = await world(sleeper := toy(), toy())
    await until(lambda: going.members(2), 30)
    async with going.under_fire(
        "Stopped (SIGSTOP) beyond its session while a second member goes on, it harms nothing when it resumes"
    ):
        os.kill(sleeper.process.pid, signal.SIGSTOP)
        await until(lambda: going.members(1), 40)
        await until(going.accepts(), 40)
        os.kill(sleeper.process.pid, signal.SIGCONT)


async def test_members_that_come_and_go(world: AtWork, toy: Start) -> None:
    """Twice, and until one has come or gone while a batch was in hand."""
    going = await world(stays := toy())

    async def an_instance_comes_and_goes() -> None:
        async with toy():
            await until(lambda: going.members(2), 30)
            await until(going.accepts())
        await until(lambda: going.members(1), 30)

    async with going.under_fire(
        "Members that join and are asked to end (SIGTERM) under load, in mid-batch too, cost nothing"
    ):
        await an_instance_comes_and_goes()
        await an_instance_comes_and_goes()
        while not stays.logged("revoked_in_mid_batch"):
            await an_instance_comes_and_goes()


async def test_a_member_that_is_killed_while_it_ends(world: AtWork, toy: Start) -> None:
    going = await world(ending := toy())
    promise = "Killed (SIGKILL) right after it was asked to end (SIGTERM), under load, it loses nothing"
    async with kept_running(ending), going.under_fire(promise):
        ending.process.terminate()
        await ending.process.kill()


async def test_a_fetcher_that_is_dead(world: AtWork, toy: Start) -> None:
    """Commands and heartbeats go on, but nothing is consumed; the watchdog ends the process, which is started again."""
    going = await world(deaf := toy())
    promise = "A consumer whose fetcher is dead, in a process that lives, is given up, and its successor consumes all"
    async with kept_running(deaf), going.under_fire(promise):
        os.kill(deaf.process.pid, signal.SIGHUP)
        await until(lambda: deaf.logged("task_stuck"), STUCK_SECONDS + NOTICED_WITHIN)


async def test_a_clock_that_jumps(world: AtWork, toy: Start) -> None:
    going = await world(jumping := toy())
    async with going.under_fire("A clock that jumps an hour ahead, and two back, changes no order and repeats nothing"):
        for jump in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGUSR2):
            os.kill(jumping.process.pid, jump)
            await until(going.accepts())
