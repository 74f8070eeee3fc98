"""Toy services under fire: companies that never stop asking for numbers, of whichever instance answers."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterable, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import cycle
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import httpx
from confluent_kafka import ConsumerGroupState
from confluent_kafka.admin import ConsumerGroupDescription

from deploy.kafka.access import admin
from shared.http.identity import urn
from shared.model import Json
from shared.store.client import Database
from tests.faults.history import Acknowledged
from tests.faults.instance import Instance
from tests.faults.scene import PACE_SECONDS, Scene
from tests.faults.witness import Subject
from tests.support.builders.toys import SUBSCRIPTIONS, Deploy, ledger, tally
from tests.support.servers.serving import Issuer, client

TOPIC = "pip.application"
ANSWER_SECONDS = 8.0
AtWork = Callable[..., Awaitable["World"]]


@dataclass
class World(Scene):
    """The instances at work, and who asks them."""

    instances: list[Instance]
    running: AsyncExitStack
    issuer: Issuer
    companies: tuple[UUID, ...] = field(default_factory=lambda: tuple(uuid4() for _ in range(12)), init=False)

    @property
    def database(self) -> Database:
        return self.subject.database

    async def flow(self, over: asyncio.Event) -> None:
        """Every company asks for number after number, each until it is acknowledged, whichever process dies."""
        async with client("", self.issuer.token("ann")) as ann:
            await asyncio.gather(*(self._asking(ann, company, over) for company in self.companies))

    async def _asking(self, ann: httpx.AsyncClient, company: UUID, over: asyncio.Event) -> None:
        doors = self._doors()
        while not over.is_set():
            await self._announced(ann, company, doors)
            await asyncio.sleep(PACE_SECONDS)

    def _doors(self) -> Iterator[Instance]:
        """One instance after the other, of those that are at work by then."""
        for turn in cycle(range(12)):
            yield self.instances[turn % len(self.instances)]

    async def _announced(self, ann: httpx.AsyncClient, company: UUID, doors: Iterator[Instance]) -> None:
        key = str(uuid4())
        for door in doors:
            try:
                path, headers = f"{door.url}/tallies/{company}", {"Idempotency-Key": key}
                answer = await ann.post(path, headers=headers, timeout=ANSWER_SECONDS)
            except httpx.TransportError:
                await asyncio.sleep(0.1)
                continue
            if answer.status_code == httpx.codes.CREATED:
                cause = uuid5(NAMESPACE_URL, f"{urn(self.issuer.url, 'ann')}/{key}/command")
                self.acknowledged.append(
                    Acknowledged(f"/intake/companies/{company}", str(cause), answer.json()["sequence"])
                )
                self.asked += 1
                return
            assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE, answer.text
            await asyncio.sleep(0.1)

    async def all_consumed(self) -> bool:
        """Whether as many numbers stand in the ledgers of these companies as were acknowledged."""
        written: int = sum([found["size"] async for found in self._sizes()])
        return written == self.asked

    def keeps_up(self) -> Callable[[], Awaitable[bool]]:
        """Whether some company has entered every number that was acknowledged to it by now."""
        asked = Counter(command.publisher.removeprefix("/intake/companies/") for command in self.acknowledged)

        async def somebody() -> bool:
            return any([found["size"] >= asked[found["_id"]] async for found in self._sizes()])

        return somebody

    async def all_parked(self) -> bool:
        """Whether every company waits in the park."""
        return await self.database["parked"].count_documents({}) == len(self.companies)

    def _sizes(self) -> AsyncIterable[Json]:
        ours = {"$match": {"_id": {"$in": [str(company) for company in self.companies]}}}
        return self.database["ledgers"].aggregate([ours, {"$project": {"size": {"$size": "$state.entries"}}}])

    async def members(self, number: int) -> bool:
        """Whether the group has so many members, and each its partitions."""
        described = await self._described()
        return described.state is ConsumerGroupState.STABLE and len(described.members) == number

    async def coordinator(self) -> int:
        """The number of the broker that coordinates the group."""
        return int((await self._described()).coordinator.id)

    async def _described(self) -> ConsumerGroupDescription:
        client = admin(self.access)  # gone, it would never answer
        return await asyncio.wrap_future(client.describe_consumer_groups([self.subject.group])[self.subject.group])

    async def replaced_by(self, *instances: Instance) -> None:
        """Others do the work from now on; those before have ended."""
        for starting in instances:
            await self.running.enter_async_context(starting)
        self.instances[:] = instances

    async def redriven(self, *doors: Instance) -> None:
        """Operators redrive every queue, through all of these doors at once."""
        token = self.issuer.token("olga", "operator")
        async with AsyncExitStack() as open_:
            operators = [await open_.enter_async_context(client(door.url, token)) for door in doors]
            answers = await asyncio.gather(
                *(
                    operator.post(f"/operations/redrives/{company}")
                    for company in self.companies
                    for operator in operators
                )
            )
        for answer in answers:
            assert answer.status_code in {httpx.codes.OK, httpx.codes.NOT_FOUND}, answer.text


def group_of(database: Database) -> str:
    """The consumer group of the toys that share a database."""
    return f"toys.{database.name}"


def toys(database: Database) -> Subject:
    """The toy service, as its history is taken down, with the code mended."""
    Deploy.mended = True
    return Subject("toys", database, group_of(database), (tally(), ledger()), SUBSCRIPTIONS)
