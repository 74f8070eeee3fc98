"""Where nothing fails, one relay publishes every message once and in order, whenever its notification comes."""

import asyncio
from collections.abc import Sequence
from typing import Any

from hypothesis import find, given, settings
from hypothesis import strategies as st

from shared.bus.pending import PendingOutboxes
from shared.bus.relay import Lane, OutboxSource, Relay
from shared.model import Json
from shared.relays import NewEntries
from shared.telemetry import Metrics
from tests.support.mistakes import Mistake

COLLECTION, COMPANY = "companies", "ann"
METRICS = Metrics()
EVENTS = st.lists(st.sampled_from(("write", "notify", "notify the last", "sweep", "round")), max_size=12)
MEANWHILE = st.lists(st.lists(st.sampled_from(("write", "notify", "notify the last")), max_size=3), max_size=6)
READ_IS_FORGOTTEN = Mistake(
    "what was read is forgotten", "once", ((PendingOutboxes, "read", "self._read[ref] = sequence", "pass"),)
)


class Company:
    """One document, its journal and its publisher, in memory; while a round publishes, `meanwhile` happens."""

    concurrent = True

    def __init__(self, meanwhile: Sequence[Sequence[str]]) -> None:
        self._meanwhile = list(meanwhile)
        self._sequence = 0
        self._outbox: list[Json] = []
        self._late: list[NewEntries] = []
        self.published: list[int] = []
        collaborators: Any = self
        self._relay = Relay(
            {COLLECTION: OutboxSource(collaborators, "/intake")}, collaborators, collaborators, Metrics()
        )

    async def happen(self, event: str) -> None:
        match event:
            case "write":
                self._sequence += 1
                entry = {"sequence": self._sequence, "message": {"topic": "pip.application"}}
                self._late.append(NewEntries((entry,), (b"",), whole=not self._outbox))
                self._outbox.append(entry)
            case "sweep":
                await self._relay._sweep()  # noqa: SLF001
            case "round":
                await self._relay._relay(self._relay._take())  # noqa: SLF001
            case _ if self._late:
                new = self._late.pop(-1 if event == "notify the last" else 0)
                self._relay.notify(COLLECTION, {COMPANY: new})

    async def rest(self) -> None:
        """Lets what is late come, and all be relayed."""
        while self._late or self._outbox or self._relay._pending:  # noqa: SLF001
            for event in ("notify", "round", "sweep", "round"):
                await self.happen(event)

    async def unrelayed(self, *_: object) -> list[str]:
        return [COMPANY] if self._outbox else []

    async def outboxes(self, _: object) -> dict[str, list[Json]]:
        return {COMPANY: list(self._outbox)} if self._outbox else {}

    async def pull(self, done: dict[str, list[int]]) -> None:
        self._outbox = [entry for entry in self._outbox if entry["sequence"] not in done.get(COMPANY, ())]

    async def append(self, *_: object) -> set[str]:
        return set()

    def carries(self, _: str) -> bool:
        return True

    async def prepare(self) -> None: ...

    async def publish(self, lanes: Sequence[Lane]) -> None:
        for lane in lanes:
            self.published += [entry["sequence"] for entry in lane.entries]
            lane.acknowledged = len(lane.entries)
        for event in self._meanwhile.pop(0) if self._meanwhile else ():
            await self.happen(event)


def published(events: Sequence[str], meanwhile: Sequence[Sequence[str]]) -> tuple[list[int], int]:
    """What was published, and how many messages there were."""

    async def live() -> tuple[list[int], int]:
        company = Company(meanwhile)
        for event in events:
            await company.happen(event)
        await company.rest()
        return company.published, company._sequence  # noqa: SLF001

    return asyncio.run(live())


def is_once(story: tuple[Sequence[str], Sequence[Sequence[str]]]) -> bool:
    found, most = published(*story)
    return found == list(range(1, most + 1))


@settings(max_examples=300)
@given(st.tuples(EVENTS, MEANWHILE))
def test_every_message_is_published_once_and_in_order(story: tuple[list[str], list[list[str]]]) -> None:
    assert is_once(story)


def test_a_relay_that_forgets_what_it_has_read_is_caught() -> None:
    with READ_IS_FORGOTTEN.made():
        story = find(
            st.tuples(EVENTS, MEANWHILE), lambda story: not is_once(story), settings=settings(max_examples=2_000)
        )
    assert story
