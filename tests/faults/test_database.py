"""The database dies, freezes or answers wrongly in mid-traffic: batches wait, nothing is parked, every effect is there once."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiokafka import AIOKafkaProducer
from structlog.testing import capture_logs

from deploy.local.mongo import Mongo
from shared.kafka import KafkaAccess
from shared.store.client import Database, connect
from shared.store.documents import Change, Documents
from tests.faults.traffic import PACE_SECONDS, flowing, traffic
from tests.support.bus import producing, put, until
from tests.support.kernel import Toys, entries, request, said, toys
from tests.support.toys import COMPANY, announce

KEY = str(COMPANY)
FAULTS: dict[str, dict[str, Any]] = {
    "applied, and said to have failed": {"writeConcernError": {"code": 64, "errmsg": "waiting for replication timed out"}},
    "applied, and said to be worth a retry": {
        "writeConcernError": {"code": 91, "errmsg": "shutting down"},
        "errorLabels": ["RetryableWriteError"],
    },
    "not applied, no longer primary": {"errorCode": 10107, "errorLabels": ["RetryableWriteError"]},
    "not applied, connection closed": {"closeConnection": True},
}


@pytest.fixture(scope="module")
async def mongo(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Mongo]:
    """A MongoDB of its own that obeys fail points; a test that kills it starts it again."""
    async with Mongo(tmp_path_factory.mktemp("mongo"), fail_points=True) as own:
        yield own


@pytest.fixture
async def database(mongo: Mongo, fresh: str) -> AsyncIterator[Database]:
    made = connect(mongo.url, fresh)
    yield made
    made.client.close()


async def test_a_batch_waits_for_a_database_that_dies_and_returns(database: Database, mongo: Mongo, operator: KafkaAccess) -> None:
    company, spoken = uuid4(), list[int]()

    async def heard() -> bool:
        return await entries(going.toy, company) == spoken

    with capture_logs() as logs:
        async with traffic(database, operator) as going, producing(operator) as bus:
            async with flowing(lambda over: speak(bus, company, spoken, over)):
                await until(lambda: entries(going.toy, company))
                await mongo.kill()
                await until(lambda: any(line["event"] == "batch_held" for line in logs))
                await mongo.start()
            await until(heard, 60)
            assert await going.toy.parking.queues() == {}


async def speak(bus: AIOKafkaProducer, company: UUID, spoken: list[int], over: asyncio.Event) -> None:
    """Another service announces numbers without a pause."""
    while not over.is_set():
        spoken.append(len(spoken) + 1)
        await put(bus, said(spoken[-1], company=company, publisher=str(company)))
        await asyncio.sleep(PACE_SECONDS)


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_write_that_is_answered_wrongly_has_its_effect_once(database: Database, fault: str) -> None:
    toy = toys(database)
    for number in (1, 2):  # the first is an insert, the second an update
        await fail_next_write(database, FAULTS[fault])
        await toy.tallies.handle(KEY, announce(), request())
        await fail_next_write(database, FAULTS[fault])
        await toy.inbox.absorb([said(number)])

    assert (await numbers(toy), await entries(toy)) == ([1, 2], [1, 2])
    assert await toy.parking.queues() == {}


async def test_a_write_that_happens_after_its_time_out_has_its_effect_once(database: Database, mongo: Mongo) -> None:
    toy = toys(database, lambda store: Freezing(store, mongo) if isinstance(store, Documents) else store)
    await toy.tallies.handle(KEY, announce(), request())

    assert await numbers(toy) == [1]


class Freezing:
    """Documents on a server that stops when the first write is on its way, and goes on when the client has given up."""

    def __init__(self, documents: Documents, mongo: Mongo) -> None:
        self._documents = documents
        self._mongo = mongo
        self._frozen = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._documents, name)

    async def write(self, change: Change) -> None:
        if self._frozen:
            return await self._documents.write(change)
        self._frozen = True
        os.kill(self._mongo.process.pid, signal.SIGSTOP)
        try:
            await self._documents.write(change)
        finally:
            os.kill(self._mongo.process.pid, signal.SIGCONT)


async def fail_next_write(database: Database, fault: dict[str, Any]) -> None:
    data = {"failCommands": ["insert", "update"], **fault}
    await database.client.admin.command("configureFailPoint", "failCommand", mode={"times": 1}, data=data)


async def numbers(toy: Toys) -> list[int]:
    """The sequences of what the company's outbox holds."""
    return [entry["sequence"] for entry in (await toy.tallies.documents.outboxes([KEY]))[KEY]]
