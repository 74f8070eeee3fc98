"""What a relay knows of outboxes from the writes alone is always whole, or it is read."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.bus import pending
from shared.bus.pending import PendingOutboxes
from shared.bus.relay import Lane, OutboxSource, Relay
from shared.relays import NewEntries, Relays
from shared.telemetry import Metrics
from shared.verification import verify
from tests.support.builders.toys import COMPANY, announce
from tests.support.servers.kernel import Toys, enveloped

REF = ("companies", "ann")


def written(*sequences: int, whole: bool, size: int = 1) -> NewEntries:
    entries = tuple({"sequence": sequence} for sequence in sequences)
    return NewEntries(entries, tuple(b"x" * size for _ in sequences), whole)


def known(outbox: NewEntries | None) -> list[int] | None:
    return [entry["sequence"] for entry in outbox.entries] if outbox else None


@given(st.data())
def test_what_is_known_is_the_whole_outbox_whoever_else_writes_and_relays(data: st.DataObject) -> None:
    """Writes of this process are notified in order; others write, and relay some of it or all, between any two."""
    sequence, relayed, notified = 0, 0, PendingOutboxes()
    for others, newly_relayed, own in data.draw(
        st.lists(st.tuples(st.integers(0, 2), st.integers(0, 4), st.integers(1, 3)), max_size=6)
    ):
        sequence += others
        relayed = min(sequence, relayed + newly_relayed)
        new = range(sequence + 1, sequence + own + 1)
        notified.written(REF, written(*new, whole=relayed == sequence))
        sequence += own
        if data.draw(st.booleans(), label="swept"):
            notified.to_read(REF)

        outbox = known(notified._outboxes[REF])  # noqa: SLF001
        assert outbox is None or outbox[-(sequence - relayed) :] == list(range(relayed + 1, sequence + 1))


def test_what_follows_is_put_behind_and_what_does_not_has_the_outbox_read() -> None:
    outboxes = PendingOutboxes()
    found: list[Any] = []
    for new in (written(1, 2, whole=True), written(3, whole=False), written(5, whole=False), written(6, whole=True)):
        outboxes.written(REF, new)
        found.append(known(outboxes._outboxes[REF]))  # noqa: SLF001
    assert found == [[1, 2], [1, 2, 3], None, [6]]


def test_what_was_read_before_its_notification_came_is_not_taken_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pending, "MOST_READ", 2)
    outboxes = PendingOutboxes()
    outboxes.read(REF, 2)
    for late in (written(1, whole=True), written(2, whole=False)):
        outboxes.written(REF, late)
    assert not outboxes

    outboxes.written(REF, written(3, whole=True))
    assert {ref: known(outbox) for ref, outbox in outboxes.take(10).items()} == {REF: [3]}

    for name in ("bob", "cleo"):
        outboxes.read(("companies", name), 1)
    outboxes.written(REF, written(1, whole=True))
    assert outboxes


def test_a_sweep_forgets_nothing() -> None:
    outboxes = PendingOutboxes()
    outboxes.written(REF, written(1, whole=True))
    outboxes.to_read(REF)
    outboxes.to_read(("companies", "bob"))
    assert {ref: known(outbox) for ref, outbox in outboxes.take(10).items()} == {REF: [1], ("companies", "bob"): None}
    assert not outboxes


def test_beyond_the_bounds_outboxes_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pending, "MOST_OUTBOXES", 3)
    monkeypatch.setattr(pending, "MOST_BYTES", 10)
    outboxes = PendingOutboxes()
    for name, size in (("ann", 4), ("bob", 7), ("cleo", 6), ("dan", 1)):
        outboxes.written(("companies", name), written(1, whole=True, size=size))

    taken = outboxes.take(1) | outboxes.take(10)

    assert [known(outbox) for outbox in taken.values()] == [[1], None, [1], None]
    assert outboxes._bytes == 0  # noqa: SLF001


class Taking:
    """A publisher that takes everything; `rounds` are the sequences of each lane that it was given."""

    def __init__(self, *, concurrent: bool, carries: str = "pip.application") -> None:
        self.concurrent = concurrent
        self.rounds: list[list[int]] = []
        self._carries = carries

    def carries(self, topic: str) -> bool:
        return topic == self._carries

    async def prepare(self) -> None: ...

    async def close(self) -> None: ...

    async def publish(self, lanes: Sequence[Lane]) -> None:
        for lane in lanes:
            self.rounds.append([entry["sequence"] for entry in lane.entries])
            lane.acknowledged = len(lane.entries)


class Reading:
    """Documents that note whose outboxes are read."""

    def __init__(self, documents: Any) -> None:
        self._documents = documents
        self.read: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._documents, name)

    async def outboxes(self, ids: Sequence[str]) -> Any:
        self.read += ids
        return await self._documents.outboxes(ids)


async def relayed(toy: Toys, publisher: Taking, times: int) -> list[str]:
    """Gives one company so many commands, and has its outbox emptied; whose outboxes were read for it."""
    documents: Any = Reading(toy.tallies.documents)
    outboxes = {"companies": OutboxSource(documents, "/intake/companies")}
    relay = Relay(outboxes, toy.journal, publisher, Metrics())
    tallies = replace(toy.tallies, relays=Relays(relay))
    for _ in range(times):
        await tallies.handle(str(COMPANY), announce(), enveloped())
    while relay._pending:  # noqa: SLF001
        await relay._relay(relay._take())  # noqa: SLF001
    read: list[str] = documents.read
    return read


async def test_an_outbox_that_the_writes_handed_over_is_not_read(toy: Toys) -> None:
    publisher = Taking(concurrent=True)
    assert await relayed(toy, publisher, 3) == []
    assert publisher.rounds == [[1, 2, 3]]
    assert await toy.tallies.documents.unrelayed(1) == {}
    assert [flaw async for flaw in verify(toy.tallies, toy.journal)] == [None]


class Late(Relays):
    """Notifications that have not come yet: the writer was given no turn since its write."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._late: list[Any] = []

    def notify(self, collection: str, written: Mapping[str, NewEntries]) -> None:
        self._late.append((collection, written))

    def come(self) -> None:
        for collection, written in self._late:
            self._relay.notify(collection, written)


@pytest.mark.parametrize("times", [1, 3])
async def test_what_a_sweep_relays_before_its_notification_comes_is_published_once(toy: Toys, times: int) -> None:
    publisher = Taking(concurrent=True)
    relay = Relay(
        {"companies": OutboxSource(toy.tallies.documents, "/intake/companies")}, toy.journal, publisher, Metrics()
    )
    late = Late(relay)
    tallies = replace(toy.tallies, relays=late)
    for _ in range(times):
        await tallies.handle(str(COMPANY), announce(), enveloped())

    await relay._sweep()  # noqa: SLF001
    await relay._relay(relay._take())  # noqa: SLF001
    late.come()
    while relay._pending:  # noqa: SLF001
        await relay._relay(relay._take())  # noqa: SLF001

    assert publisher.rounds == [[*range(1, times + 1)]]


async def test_the_fenced_writer_reads_what_was_handed_over(toy: Toys) -> None:
    """Since the write, one that fences it off may have sent it, and more."""
    publisher = Taking(concurrent=False)
    assert await relayed(toy, publisher, 3) == [str(COMPANY)]
    assert publisher.rounds == [[1, 2, 3]]


async def test_a_relay_ignores_what_is_not_its_own(toy: Toys) -> None:
    publisher = Taking(concurrent=False, carries="pip.partner.us")
    assert await relayed(toy, publisher, 2) == []
    assert publisher.rounds == []


async def test_a_long_outbox_is_sent_in_parts(toy: Toys, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relay that dies in a round publishes as many messages again, not all that a company owes."""
    monkeypatch.setattr("shared.bus.relay.MOST_OF_AN_OUTBOX", 2)
    publisher = Taking(concurrent=True)
    await relayed(toy, publisher, 5)
    assert publisher.rounds == [[1, 2], [3, 4], [5]]
