"""The course of every case: traffic, a fault, more traffic; then how soon all is as before, and the verdict."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic

from shared.bus.access import KafkaAccess
from shared.contracts.topics import topics
from tests.faults.checker import flaws
from tests.faults.history import Acknowledged, History, Partition
from tests.faults.instance import Instance
from tests.faults.witness import Subject, party, records
from tests.support.servers.bus import until

EVERY_TOPIC = tuple(topic.name for topic in topics())
RECOVERED_WITHIN = 15.0
PACE_SECONDS = 0.02
BEFORE_AND_AFTER = 60
Report = Callable[[str, object], None]


@dataclass
class Scene(ABC):
    """One service under fire. `since`: where the bus stood at the start; `report` keeps what a case shows."""

    subject: Subject
    access: KafkaAccess
    since: Mapping[Partition, int]
    report: Report
    acknowledged: list[Acknowledged] = field(default_factory=list, init=False)
    asked: int = field(default=0, init=False)

    @abstractmethod
    async def flow(self, over: asyncio.Event) -> None:
        """Traffic, until it is over; counts in `asked` what was accepted."""

    @abstractmethod
    async def all_consumed(self) -> bool:
        """Whether everything that was accepted has had its effect."""

    def accepts(self, more: int = BEFORE_AND_AFTER) -> Callable[[], bool]:
        """Whether so much more has been accepted than by now."""
        enough = self.asked + more
        return lambda: self.asked >= enough

    @asynccontextmanager
    async def under_fire(self, promise: str, within: float = RECOVERED_WITHIN) -> AsyncIterator[None]:
        """The block is the fault; traffic flows before, in and after it. Then all must be at rest in time, and true."""
        async with flowing(self.flow):
            await until(self.accepts(), 60)
            yield
            ended = monotonic()
            await until(self.accepts(), within)
        await until(self.at_rest, within)
        recovered = monotonic() - ended
        assert recovered <= within, f"recovered in {recovered:.1f} s of {within:.0f}"
        self.report("recovered", f"{recovered:.1f} s of {within:.0f}")
        self.report("promise", promise)
        await self.judge()

    async def at_rest(self) -> bool:
        """Whether everything is consumed, and nothing owed or parked."""
        database = self.subject.database
        owing = [
            await database[decider.collection].count_documents({"outbox.sequence": {"$gt": 0}})
            for decider in self.subject.deciders
        ]
        return await self.all_consumed() and not any(owing) and not await database["parked"].count_documents({})

    async def judge(self) -> None:
        """Takes the history down, and lets nothing pass."""
        lying = await records(self.access, self.since)

        async def all_committed() -> bool:
            """What is consumed may not be committed yet."""
            committed = (await party(self.subject, self.access)).committed
            return all(
                committed[partition] > record.offset
                for record in lying
                if (partition := (record.topic, record.partition)) in committed
            )

        await until(all_committed)
        history = History((await party(self.subject, self.access),), lying, tuple(self.acknowledged), self.since)
        self.report("seen", f"{self.asked} accepted, {len(lying)} records")
        found = flaws(history)
        assert not found, found


@asynccontextmanager
async def flowing(flow: Callable[[asyncio.Event], Coroutine[None, None, None]]) -> AsyncIterator[None]:
    """It flows during this block, and ends between two of its steps; if it fails, the block does."""
    over = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(flow(over))
        yield
        over.set()


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
