"""Commands that go in without a pause while servers die, and what became of them at the other end of the bus."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

from shared.bus import Bus
from shared.kafka import KafkaAccess
from shared.publishers import InOrder
from shared.relay import Outbox, Relay
from shared.store.client import Database
from shared.tasks import Tasks
from shared.telemetry import Metrics
from tests.faults.scene import PACE_SECONDS
from tests.support.bus import on_topic
from tests.support.kernel import Toys, entries, request, toys
from tests.support.toys import Deploy, announce

TOPIC = "pip.application"


@dataclass
class Traffic:
    """Companies that announce one number after the other."""

    toy: Toys
    running: asyncio.Task[None]
    companies: tuple[UUID, ...] = field(default_factory=lambda: tuple(uuid4() for _ in range(3)))
    accepted: Counter[UUID] = field(default_factory=Counter)

    async def flow(self, over: asyncio.Event) -> None:
        while not over.is_set():
            for company in self.companies:
                await self.toy.tallies.handle(str(company), announce(company), request())
                self.accepted[company] += 1
            await asyncio.sleep(PACE_SECONDS)

    def accepts(self, more: int) -> Callable[[], bool]:
        """Whether so many more commands have been accepted than by now."""
        enough = self.accepted.total() + more
        return lambda: self.accepted.total() >= enough

    async def heard(self) -> Counter[UUID]:
        """How many numbers of each company have arrived."""
        return Counter({company: len(await entries(self.toy, company)) for company in self.companies})

    async def something_heard(self) -> bool:
        return all((await self.heard()).values())

    async def all_heard(self) -> bool:
        return await self.heard() == self.accepted

    async def stop(self) -> None:
        """Stops relay and bus, as the process does when it is asked to end."""
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)

    async def assert_each_once_and_in_order(self, access: KafkaAccess) -> None:
        for company in self.companies:
            announced = list(range(1, self.accepted[company] + 1))
            assert await entries(self.toy, company) == announced
            on_bus = [int(dict(record.headers)["ce_sequence"]) for record in await on_topic(access, TOPIC, str(company))]
            assert list(dict.fromkeys(on_bus)) == announced
        assert await self.toy.parking.queues() == {}


@asynccontextmanager
async def traffic(database: Database, access: KafkaAccess) -> AsyncIterator[Traffic]:
    """A publishing and a hearing service with their tasks as in a process of their own; commands wait for `flow`."""
    toy = toys(database)
    relay = Relay({"companies": Outbox(toy.tallies.documents, toy.tallies.decider.source)}, toy.journal, InOrder(access), Metrics())
    live = replace(toy, tallies=replace(toy.tallies, woken=relay.wake))
    tasks = Tasks(toy.journal.prepare, [relay], Bus(access, f"test {uuid4()}", [TOPIC], toy.inbox, Metrics()), {})
    going = Traffic(live, asyncio.create_task(tasks.run()))
    Deploy.mended = True
    try:
        yield going
    finally:
        Deploy.mended = False
        await going.stop()
