"""The database dies, freezes or answers wrongly in traffic: batches wait, nothing is parked, effects come once."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from time import monotonic
from typing import Any

import pytest

from deploy.local.mongo import Mongo
from shared.store.changes import Change
from shared.store.client import Database
from shared.store.documents import Documents
from tests.faults.instance import Start
from tests.faults.scene import RECOVERED_WITHIN, Report
from tests.faults.world import AtWork
from tests.support.builders.toys import COMPANY, announce
from tests.support.servers.bus import until
from tests.support.servers.kernel import Toys, entries, enveloped, record_of, toys

KEY = str(COMPANY)
FAULTS: dict[str, dict[str, Any]] = {
    "applied, and reported as failed": {
        "writeConcernError": {"code": 64, "errmsg": "waiting for replication timed out"}
    },
    "applied, and reported as worth a retry": {
        "writeConcernError": {"code": 91, "errmsg": "shutting down"},
        "errorLabels": ["RetryableWriteError"],
    },
    "not applied, no longer primary": {"errorCode": 10107, "errorLabels": ["RetryableWriteError"]},
    "not applied, connection closed": {"closeConnection": True},
}


@pytest.mark.matrix
async def test_a_database_that_is_killed(world: AtWork, toy: Start, mongo: Mongo) -> None:
    going = await world(toy())
    async with going.under_fire(
        "A database that is killed and returns keeps batches and commands waiting, and costs none"
    ):
        await mongo.kill()
        await mongo.start()


@pytest.mark.matrix
async def test_a_database_that_freezes(world: AtWork, toy: Start, mongo: Mongo) -> None:
    """Whether a write that has timed out still happens, nobody knows until it goes on."""
    going = await world(frozen := toy())
    async with going.under_fire(
        "A database that freezes for longer than anybody waits repeats no effect when it goes on"
    ):
        os.kill(mongo.process.pid, signal.SIGSTOP)
        await until(lambda: frozen.logged("batch_held") or frozen.logged("relay_held"))
        os.kill(mongo.process.pid, signal.SIGCONT)


@pytest.mark.matrix
async def test_a_database_that_steps_down(world: AtWork, toy: Start, database: Database) -> None:
    going = await world(toy())
    async with going.under_fire("A primary that steps down three times in mid-bulk loses and doubles nothing"):
        before = await term(database)
        for _ in range(3):
            await until(going.accepts())
            await database.client.admin.command("replSetStepDown", 1, force=True)
    assert await term(database) == before + 3


@pytest.mark.matrix
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_database_that_answers_wrongly(world: AtWork, toy: Start, database: Database, fault: str) -> None:
    going = await world(toy())
    promise = f"Forty writes under load that were {fault}, have their effect once"
    async with going.under_fire(promise), failing_writes(database, FAULTS[fault], 40):
        await until(going.accepts())


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_write_that_is_answered_wrongly_has_its_effect_once(database: Database, fault: str) -> None:
    toy = toys(database)
    for number in (1, 2):  # the first is an insert, the second an update
        async with failing_writes(database, FAULTS[fault]):
            await toy.tallies.handle(KEY, announce(), enveloped())
        async with failing_writes(database, FAULTS[fault]):
            await toy.inbox.handle([record_of(number)])

    assert (await numbers(toy), await entries(toy)) == ([1, 2], [1, 2])
    assert await toy.parking.queues() == {}


@pytest.mark.matrix
async def test_a_write_that_happens_after_its_time_out_has_its_effect_once(
    database: Database, mongo: Mongo, record_property: Report
) -> None:
    toy, freezing = toys(database), Freezing(database, mongo)
    await replace(toy.tallies, documents=freezing).handle(KEY, announce(), enveloped())
    recovered = monotonic() - freezing.resumed

    assert recovered <= RECOVERED_WITHIN
    assert await numbers(toy) == [1]
    record_property("recovered", f"{recovered:.1f} s of {RECOVERED_WITHIN:.0f}")
    record_property("seen", "1 command, 1 fact")
    record_property("promise", "A write that happens after its client has given it up has its effect once")


class Freezing(Documents):
    """The tallies on a server that stops when the first write comes, and goes on when the client has given up."""

    def __init__(self, database: Database, mongo: Mongo) -> None:
        super().__init__(database, "companies")
        self._mongo = mongo
        self.resumed = 0.0

    async def write(self, change: Change) -> None:
        if self.resumed:
            return await super().write(change)
        os.kill(self._mongo.process.pid, signal.SIGSTOP)
        try:
            await super().write(change)
        finally:
            os.kill(self._mongo.process.pid, signal.SIGCONT)
            self.resumed = monotonic()


@asynccontextmanager
async def failing_writes(database: Database, fault: dict[str, Any], times: int = 1) -> AsyncIterator[None]:
    """The next writes, so many, fail in this block."""
    data = {"failCommands": ["insert", "update"], **fault}
    before = await fail_point(database, mode={"times": times}, data=data)
    yield
    assert await fail_point(database, mode="off") == before + times


async def fail_point(database: Database, **settings: Any) -> int:
    """Sets it; how often it has failed a command by then."""
    return int((await database.client.admin.command("configureFailPoint", "failCommand", **settings))["count"])


async def term(database: Database) -> int:
    """How many primaries have been elected."""
    return int((await database.client.admin.command("replSetGetStatus"))["term"])


async def numbers(toy: Toys) -> list[int]:
    """The sequences of what the company's outbox holds."""
    return [entry["sequence"] for entry in (await toy.tallies.documents.outboxes([KEY]))[KEY]]
