"""Toy services under fire: companies that never stop asking for numbers, processes that are started again when they die, and a verdict."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle
from time import monotonic
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import httpx
from confluent_kafka import ConsumerGroupState

from deploy.kafka.access import admin
from shared.identity import urn
from shared.kafka import KafkaAccess
from shared.store.client import Database
from tests.faults.checker import flaws
from tests.faults.history import Acknowledged, History, Place
from tests.faults.instance import Instance
from tests.faults.toy_service import group_of
from tests.faults.witness import Subject, party, records
from tests.support.bus import until
from tests.support.serving import Issuer, client
from tests.support.toys import HEARS, Deploy, ledger, tally

TOPIC = "pip.application"
PACE_SECONDS = 0.02
RECOVERED_WITHIN = 15.0
ANSWER_SECONDS = 8.0
Tell = Callable[[str, object], None]
AtWork = Callable[..., Awaitable["World"]]


@dataclass
class World:
    """The instances at work, what they were asked for and have acknowledged; `tell` keeps what a case has shown."""

    instances: list[Instance]
    running: AsyncExitStack
    access: KafkaAccess
    database: Database
    issuer: Issuer
    since: dict[Place, int]
    tell: Tell
    companies: tuple[UUID, ...] = field(default_factory=lambda: tuple(uuid4() for _ in range(12)))
    acknowledged: list[Acknowledged] = field(default_factory=list)

    async def flow(self, over: asyncio.Event) -> None:
        """Every company asks for number after number, each until it is told that it is done, whoever dies meanwhile."""
        async with client("", self.issuer.token("ann")) as ann:
            await asyncio.gather(*(self._asking(ann, company, over) for company in self.companies))

    async def _asking(self, ann: httpx.AsyncClient, company: UUID, over: asyncio.Event) -> None:
        doors = cycle(self.instances)
        while not over.is_set():
            await self._announced(ann, company, doors)
            await asyncio.sleep(PACE_SECONDS)

    async def _announced(self, ann: httpx.AsyncClient, company: UUID, doors: Iterator[Instance]) -> None:
        key = str(uuid4())
        for door in doors:
            try:
                path, headers = f"{door.url}/tallies/{company}", {"Idempotency-Key": key}
                answer = await ann.post(path, json={}, headers=headers, timeout=ANSWER_SECONDS)
            except httpx.TransportError:
                await asyncio.sleep(0.1)
                continue
            if answer.status_code == httpx.codes.CREATED:
                cause = uuid5(NAMESPACE_URL, f"{urn(self.issuer.url, 'ann')}/{key}/command")
                sequence = answer.json()["sequence"]
                self.acknowledged.append(Acknowledged(f"/intake/companies/{company}", str(cause), sequence))
                return
            assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE, answer.text
            await asyncio.sleep(0.1)

    def accepts(self, more: int = 60) -> Callable[[], bool]:
        """Whether so many more commands have been acknowledged than by now."""
        enough = len(self.acknowledged) + more
        return lambda: len(self.acknowledged) >= enough

    async def members(self, number: int) -> bool:
        """Whether the group has so many members, and each its partitions."""
        group = group_of(self.database.name)
        asked = admin(self.access).describe_consumer_groups([group])[group]
        described = await asyncio.to_thread(asked.result)
        return described.state == ConsumerGroupState.STABLE and len(described.members) == number

    async def all_parked(self) -> bool:
        """Whether every company waits in the park."""
        return await self.database["parked"].count_documents({}) == len(self.companies)

    async def replaced_by(self, *instances: Instance) -> None:
        """Others do the work from now on; those before have ended."""
        for one in instances:
            await self.running.enter_async_context(one)
        self.instances[:] = instances

    async def redriven(self, *doors: Instance) -> None:
        """Operators redrive every queue, through all of these doors at once."""
        token = self.issuer.token("olga", "operator")
        async with AsyncExitStack() as open_:
            desks = [await open_.enter_async_context(client(door.url, token)) for door in doors]
            answers = await asyncio.gather(*(desk.post(f"/operations/redrives/{one}") for one in self.companies for desk in desks))
        for answer in answers:
            assert answer.status_code in {httpx.codes.OK, httpx.codes.NOT_FOUND}, answer.text

    async def heard(self) -> int:
        """How many numbers stand in the ledgers of these companies."""
        ours = {"$match": {"_id": {"$in": [str(one) for one in self.companies]}}}
        sizes = self.database["ledgers"].aggregate([ours, {"$project": {"size": {"$size": "$state.entries"}}}])
        return sum([found["size"] async for found in sizes])

    async def all_heard(self) -> bool:
        return await self.heard() == len(self.acknowledged)

    async def nothing_owed(self) -> bool:
        return not await self.database["companies"].count_documents({"outbox.sequence": {"$gt": 0}})

    async def everything_at_rest(self) -> bool:
        return await self.all_heard() and await self.nothing_owed() and not await self.database["parked"].count_documents({})

    @asynccontextmanager
    async def under_fire(self, promise: str, *, within: float = RECOVERED_WITHIN) -> AsyncIterator[None]:
        """Commands flow while a fault takes its course in this block, and on after its end; all that was acknowledged is heard in time."""
        async with flowing(self.flow):
            await until(self.accepts(), 60)
            yield
            ended = monotonic()
            await until(self.accepts(len(self.companies)), within)
        await until(self.everything_at_rest, max(1.0, within - (monotonic() - ended)))
        self.tell("recovered", f"{monotonic() - ended:.1f} s of {within:.0f}")
        self.tell("promise", promise)
        await self.judge()

    async def history(self) -> History:
        lying = await records(self.access, self.since)

        async def all_committed() -> bool:
            """What is heard may not be committed yet."""
            committed = (await party(self._subject(), self.access)).committed
            return all(committed.get((one.topic, one.partition), 0) > one.offset for one in lying)

        await until(all_committed)
        return History((await party(self._subject(), self.access),), lying, tuple(self.acknowledged), self.since)

    async def judge(self) -> None:
        """Takes the history down and lets nothing pass."""
        history = await self.history()
        self.tell("seen", f"{len(self.acknowledged)} commands, {len(history.records)} records")
        assert flaws(history) == []

    def _subject(self) -> Subject:
        Deploy.mended = True
        return Subject("toys", self.database, group_of(self.database.name), (tally(), ledger()), HEARS)


@asynccontextmanager
async def kept_running(instance: Instance) -> AsyncIterator[None]:
    """Starts an instance again whenever it has died, as a supervisor would."""

    async def watch() -> None:
        while True:
            while instance.process.exit_code is None:  # noqa: ASYNC110 - a process that ends sets no event
                await asyncio.sleep(0.05)
            instance.process.start()

    watching = asyncio.create_task(watch())
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


@asynccontextmanager
async def flowing(flow: Callable[[asyncio.Event], Coroutine[None, None, None]]) -> AsyncIterator[None]:
    """It flows during this block, and ends between two of its steps; if it fails, the block does."""
    over = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(flow(over))
        yield
        over.set()
