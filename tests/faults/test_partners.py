"""What partners receive while their service dies, sleeps or loses its servers, and consent changes without pause."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from aiokafka import AIOKafkaProducer

from deploy.local.kafka import Kafka
from deploy.local.mongo import Mongo
from services.mra_exchange.domain.disclosure import decider as disclosure
from services.mra_exchange.subscriptions import SUBSCRIPTIONS
from shared.bus.access import KafkaAccess
from shared.contracts.catalogue import load
from shared.programme import team
from shared.store.client import connect
from shared.store.parked import RawRecord
from tests.faults.instance import Instance, Start
from tests.faults.scene import EVERY_TOPIC, PACE_SECONDS, Report, Scene, kept_running
from tests.faults.witness import Subject
from tests.support.builders.records import activated, consented, declared, withdrawn
from tests.support.servers.bus import ends, producing, put, stand_at, until

pytestmark = pytest.mark.matrix
NAME = "mra_exchange"
CONSUMED = ("pip.intake", "pip.membership", "pip.team")
PASSES = 4


@dataclass
class Members(Scene):
    """Members whose consent to inform the US is given and withdrawn, again and again."""

    bus: AIOKafkaProducer
    sequences: dict[UUID, int] = field(default_factory=lambda: {uuid4(): 1 for _ in range(6)}, init=False)

    async def flow(self, over: asyncio.Event) -> None:
        for company in self.sequences:
            for record in (declared(company, 1), activated(company)):
                await put(self.bus, record)
        while not over.is_set():
            await self._everybody(consented)
            await self._everybody(withdrawn)

    async def _everybody(self, record_of: Callable[[UUID, int], RawRecord]) -> None:
        for company, last in self.sequences.items():
            await put(self.bus, record_of(company, last + 1))
            self.sequences[company] = last + 1
            self.asked += 1
        await asyncio.sleep(PACE_SECONDS)

    async def all_consumed(self) -> bool:
        last = [
            {"_id": str(company), f"inbox.heard./intake/companies/{company}": number}
            for company, number in self.sequences.items()
        ]
        return await self.subject.database["disclosures"].count_documents({"$or": last}) == len(last)


@pytest.fixture
def exchange(instance: Start, fresh: str, tmp_path: Path) -> Start:
    """Makes a process of mra_exchange that may die, in a group of this test's own."""

    def made(**more: str) -> Instance:
        settings = {"SERVICE": NAME, "GROUP": f"{NAME}.{fresh}", "CRASHED": str(tmp_path / "crashed")}
        return instance(NAME, "tests.faults.mortal", **(settings | more))

    return made


@pytest.fixture
async def members(operator: KafkaAccess, mongo_url: str, fresh: str, record_property: Report) -> AsyncIterator[Members]:
    await stand_at(operator, f"{NAME}.{fresh}", await ends(operator, CONSUMED))
    database = connect(mongo_url, f"{fresh[:20]}_{NAME}")
    deciders = (disclosure(load()), team.decider(NAME), team.decider(NAME, team.EARLIER))
    subject = Subject(NAME, database, f"{NAME}.{fresh}", deciders, SUBSCRIPTIONS)
    async with producing(operator) as bus:
        yield Members(subject, operator, await ends(operator, EVERY_TOPIC), record_property, bus)
    database.client.close()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("point", ["write", "journal", "transaction", "pull"])
async def test_death_at_any_point(members: Members, exchange: Start, tmp_path: Path, point: str, when: str) -> None:
    """Before its commit a transaction is open, and what it holds has been sent."""
    promise = f"Killed {when} {point}, a partner receives nothing out of order and nothing without consent"
    async with exchange(CRASH_AT=f"{point} {when} {PASSES}") as dying, kept_running(dying), members.under_fire(promise):
        await until((tmp_path / "crashed").exists, 30)


async def test_a_broker_that_dies(members: Members, exchange: Start, kafka: Kafka) -> None:
    promise = "While the broker dies and returns, a partner receives nothing out of order and nothing without consent"
    async with exchange(), members.under_fire(promise):
        await kafka.kill()
        await kafka.start()


async def test_a_database_that_dies(members: Members, exchange: Start, mongo: Mongo) -> None:
    promise = "While the database dies and returns, a partner receives nothing out of order and nothing without consent"
    async with exchange(), members.under_fire(promise):
        await mongo.kill()
        await mongo.start()
