"""One hop: a contender's process drains a filled topic. How fast, at what cost, and what became of each message."""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from json import loads
from time import monotonic
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, TopicPartition
from motor.motor_asyncio import AsyncIOMotorClient

from deploy.local.processes import Process
from shared.bus.access import KafkaAccess
from shared.contracts.topics import topic
from shared.store.client import Database
from tests.bench.check import Verdict, judged
from tests.bench.contenders.insert import BODIES
from tests.bench.ground import Ground
from tests.bench.work import ENTRIES, INPUT, OUTPUT, Announcement, Task, messages, seed_documents
from tests.support.servers.backing import SECRET
from tests.support.servers.bus import Record, producing, scram

POLL_SECONDS = 0.02
STUCK_SECONDS = 90.0  # longer than the 60 for which a database keeps a transaction whose client has died
PATIENCE_SECONDS = 240.0
Offsets = dict[TopicPartition, int]


@dataclass(frozen=True)
class Contender:
    """One way to do the work, and how many messages it gets."""

    name: str
    module: str
    messages: int


@dataclass(frozen=True)
class Load:
    """What there is to do: stored documents, bytes of each beside its notice, how many speak, the seed of the texts."""

    documents: int
    size: int
    speakers: int
    seed: int


@dataclass(frozen=True)
class Drained:
    """One run. Microseconds of processor time for each event, by process."""

    events_per_second: float
    cpu_us: dict[str, float]
    verdict: Verdict


async def drained(ground: Ground, contender: Contender, work: Load) -> Drained:
    """Times a contender from the first message that it publishes to the last, on documents made for this run."""
    async with _at(ground, contender, work) as site:
        process = site.start()
        first = await site.published(1)
        began, before = monotonic(), ground.cpu(Python=process.pid)
        last = await site.published(contender.messages)
        took, after = monotonic() - began, ground.cpu(Python=process.pid)
        events = last - first
        await site.at_rest()
        await process.stop()
        return Drained(
            events / took, {name: (after[name] - before[name]) / events for name in after}, await site.verdict()
        )


async def killed(ground: Ground, contender: Contender, work: Load, part: float) -> Verdict:
    """Kills a contender once, when this part of its work is published, starts it again, and looks at what it left."""
    async with _at(ground, contender, work) as site:
        process = site.start()
        await site.published(int(contender.messages * part))
        await process.kill()
        process = site.start()
        await site.at_rest()
        await process.stop()
        return await site.verdict()


@dataclass
class Site:
    """One contender's database and group, and its part of the topics."""

    ground: Ground
    contender: Contender
    task: Task
    database: Database
    reader: AIOKafkaConsumer
    consumed_from: Offsets
    published_from: Offsets
    due: Counter[str]

    def start(self) -> Process:
        log = self.ground.home / f"{self.task.database}.log"
        process = Process([sys.executable, "-m", self.contender.module], log, self.task.env())
        process.start()
        return process

    async def published(self, count: int) -> int:
        """How many messages it has published, once there are so many."""
        deadline = monotonic() + PATIENCE_SECONDS
        while (now := await self._published()) < count:
            if monotonic() > deadline:
                raise TimeoutError(f"{self.contender.name} published {now} of {count}; its log: {self.task.database}")
            await asyncio.sleep(POLL_SECONDS)
        return now

    async def at_rest(self) -> None:
        """Waits until it has committed all that it consumed and owes nothing more; or has not moved for long."""
        before, moved = (-1, -1), monotonic()
        while monotonic() - moved < STUCK_SECONDS:
            consumed = sum((await self._committed()).values())
            if before != (now := (consumed, await self._published())):
                before, moved = now, monotonic()
            elif consumed == self._filled() and not await self._owed():
                return
            await asyncio.sleep(0.5)

    async def verdict(self) -> Verdict:
        """What became of every message."""
        effects: Counter[str] = Counter()
        async for document in self.database[ENTRIES].find({"state.count": {"$gt": 0}}, {"state.count": 1}):
            effects[document["_id"]] = document["state"]["count"]
        async for body in self.database[BODIES].find({}, {"company": 1}):
            effects[body["company"]] += 1
        return judged(self.due, effects, [_read(record) for record in await self._records()])

    def _filled(self) -> int:
        return sum(self.consumed_from.values()) + self.due.total()

    async def _published(self) -> int:
        ends = await self.reader.end_offsets(list(self.published_from))
        return int(sum(ends.values())) - sum(self.published_from.values())

    async def _owed(self) -> bool:
        """Whether an outbox holds anything: the kernel's, within the documents, or the textbook's, beside them."""
        within = await self.database[ENTRIES].find_one({"outbox.sequence": {"$gt": 0}}, {"_id": 1})
        return bool(within or await self.database["outbox"].find_one({}, {"_id": 1}))

    async def _committed(self) -> Offsets:
        consumer = AIOKafkaConsumer(**scram(self.task.kafka), group_id=self.task.group, enable_auto_commit=False)
        await consumer.start()
        try:
            return {partition: await consumer.committed(partition) or 0 for partition in self.consumed_from}
        finally:
            await consumer.stop()

    async def _records(self) -> list[Record]:
        self.reader.assign(list(self.published_from))
        for partition, offset in self.published_from.items():
            self.reader.seek(partition, offset)
        return [await self.reader.getone() for _ in range(await self._published())]


@asynccontextmanager
async def _at(ground: Ground, contender: Contender, work: Load) -> AsyncIterator[Site]:
    """A database with its documents, a group that begins here, and a topic filled with messages."""
    unique_name = f"b{uuid4().hex}"
    access = ground.operator
    task = Task(
        bootstrap=access.bootstrap,
        user=access.user or "",
        password=SECRET,
        mongo_url=ground.mongo_url,
        database=unique_name,
        group=unique_name,
    )
    database: Database = AsyncIOMotorClient(ground.mongo_url)[
        unique_name
    ]  # patient: to fill a large database or to drop it takes its time
    await seed_documents(database, work.documents, work.size, work.seed)
    reader = AIOKafkaConsumer(**scram(access), enable_auto_commit=False)
    await reader.start()
    try:
        consumed_from, published_from = await _ends(reader, INPUT), await _ends(reader, OUTPUT)
        await _begin_here(access, unique_name, consumed_from)
        due = await _fill(access, contender, work)
        yield Site(ground, contender, task, database, reader, consumed_from, published_from, due)
    finally:
        await reader.stop()
        await database.client.drop_database(unique_name)
        database.client.close()


async def _ends(reader: AIOKafkaConsumer, name: str) -> Offsets:
    return dict(await reader.end_offsets([TopicPartition(name, number) for number in range(topic(name).partitions)]))


async def _begin_here(access: KafkaAccess, group: str, offsets: Offsets) -> None:
    consumer = AIOKafkaConsumer(**scram(access), group_id=group, enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign(list(offsets))
        await consumer.commit(offsets)
    finally:
        await consumer.stop()


async def _fill(access: KafkaAccess, contender: Contender, work: Load) -> Counter[str]:
    """Puts the messages on the topic; how many each company got."""
    due: Counter[str] = Counter()
    async with producing(access) as producer:
        sent = []
        for record in messages(contender.messages, work.documents, work.speakers, work.seed):
            sent.append(await producer.send(record.topic, record.value, key=record.key, headers=list(record.headers)))
            due[(record.key or b"").decode()] += 1
        await asyncio.gather(*sent)
    return due


def _read(record: Record) -> tuple[str, int, bytes]:
    published = Announcement.model_validate(loads(record.value or b""))
    return published.company_id, published.number, dict(record.headers)["ce_id"] + (record.value or b"")
