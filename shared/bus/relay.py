"""Carries facts from outboxes to the journal and the bus: idempotent, batched over documents, in order per document.

It carries bytes rendered before the write, so it knows no domain; one document's failure never stops the loop.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Protocol

import structlog

from shared.backoff import Backoff
from shared.bus.pending import PendingOutboxes
from shared.errors import Unavailable
from shared.model import Json
from shared.relays import NewEntries
from shared.store.changes import AggregateRef
from shared.store.documents import Documents
from shared.store.journal import Journal, entry_id_of
from shared.telemetry import Metrics

MOST_AT_ONCE = 500
MOST_OF_AN_OUTBOX = 100  # a relay that dies in the midst of a round publishes as many again
SWEEP_SECONDS = 1.0
FORGOTTEN_SECONDS = 60.0
log = structlog.get_logger()


LaneId = tuple[AggregateRef, str]


@dataclass
class Lane:
    """What one document owes one topic, in order; `acknowledged` counts the leading entries that the bus has taken."""

    ref: AggregateRef
    topic: str
    entries: list[Json] = field(default_factory=list)
    acknowledged: int = 0

    @property
    def id(self) -> LaneId:
        return self.ref, self.topic


class Publisher(Protocol):
    """Takes lanes to the bus and marks what was acknowledged. Raises Unavailable when nothing can be sent for now.

    `prepare` runs before outboxes are read: a writer that is not fenced yet might send what was read, and more.
    `concurrent`: any number of processes may write at the same time. Only such a publisher takes outboxes as writes
    have handed them over, and long ones in parts.
    """

    concurrent: bool

    def carries(self, topic: str) -> bool: ...

    async def prepare(self) -> None: ...

    async def publish(self, lanes: Sequence[Lane]) -> None: ...

    async def close(self) -> None: ...


@dataclass(frozen=True)
class OutboxSource:
    """The documents of one aggregate, with the source under which their facts are journalled."""

    documents: Documents
    source: str


class Relay:
    """Empties one service's outboxes through one publisher: those it is notified of, and those a sweep finds."""

    def __init__(
        self, outboxes: Mapping[str, OutboxSource], journal: Journal, publisher: Publisher, metrics: Metrics
    ) -> None:
        self._outboxes = outboxes
        self._journal = journal
        self._publisher = publisher
        self._metrics = metrics
        self._pending = PendingOutboxes()
        self._bell = asyncio.Event()
        self._resting: dict[AggregateRef, tuple[float, Backoff]] = {}
        self.progress = monotonic()

    def notify(self, collection: str, written: Mapping[str, NewEntries]) -> None:
        """Notifies the relay of what was written into the outboxes of these documents, by this process."""
        for document_id, new in written.items():
            if any(map(self._is_mine, new.entries)):
                if self._publisher.concurrent:
                    self._pending.written((collection, document_id), new)
                else:
                    self._pending.to_read((collection, document_id))
                self._bell.set()

    async def run(self) -> None:
        """Relays until cancelled. A server that is away is waited for."""
        backoff = Backoff()
        swept, more = 0.0, False
        try:
            while True:
                try:
                    if more or monotonic() - swept >= SWEEP_SECONDS:
                        more = await self._sweep()
                        swept = monotonic()
                    await self._relay(self._take())
                    self.progress = monotonic()
                    backoff.reset()
                except Unavailable as away:
                    log.warning("relay_held", reason=str(away))
                    self.progress = monotonic()
                    await backoff.sleep()
                if not self._pending and not more:
                    await self._rest(SWEEP_SECONDS)
        finally:
            await self._publisher.close()

    async def round(self, refs: Iterable[AggregateRef]) -> None:
        """Reads the outboxes of these documents, journals, publishes and pulls. Raises Unavailable."""
        await self._relay(dict.fromkeys(refs))

    async def _relay(self, pending: Mapping[AggregateRef, NewEntries | None]) -> None:
        await self._publisher.prepare()
        outboxes = await self._read(pending)
        encoded = {
            entry_id_of(entry): stored
            for ref, known in pending.items()
            if known
            for entry, stored in zip(outboxes[ref], known.encoded, strict=False)  # of a long outbox it is a part
        }
        tampered = await self._journal.append([entry for outbox in outboxes.values() for entry in outbox], encoded)
        for ref in [ref for ref, outbox in outboxes.items() if any(entry_id_of(entry) in tampered for entry in outbox)]:
            self._metrics.tampered.inc()
            log.critical("journal_mismatch", collection=ref[0], id=ref[1])
            await self._outboxes[ref[0]].documents.halt(ref[1])
            self._let_rest(ref)
            del outboxes[ref]
        lanes = self._lanes(outboxes)
        try:
            await self._publisher.publish(lanes)
        finally:
            await self._pull(outboxes, lanes)

    async def _sweep(self) -> bool:
        """Finds outboxes that are not empty, but for those that rest; whether there are more than one sweep takes."""
        self._resting = {ref: rest for ref, rest in self._resting.items() if rest[0] > monotonic() - FORGOTTEN_SECONDS}
        more = False
        for collection, outbox in self._outboxes.items():
            resting = [
                document_id
                for (name, document_id), (until, _) in self._resting.items()
                if name == collection and until > monotonic()
            ]
            unrelayed = await outbox.documents.unrelayed(MOST_AT_ONCE, resting)
            for document_id in unrelayed:
                self._pending.to_read((collection, document_id))
            more |= len(unrelayed) == MOST_AT_ONCE
        return more

    def _take(self) -> dict[AggregateRef, NewEntries | None]:
        """The outboxes to empty now; those of documents that failed lately are left to a later sweep."""
        taken = self._pending.take(MOST_AT_ONCE).items()
        return {ref: outbox for ref, outbox in taken if self._resting.get(ref, (0.0, None))[0] <= monotonic()}

    async def _rest(self, seconds: float) -> None:
        self._bell.clear()
        try:
            await asyncio.wait_for(self._bell.wait(), seconds)
        except TimeoutError:
            return

    async def _read(self, pending: Mapping[AggregateRef, NewEntries | None]) -> dict[AggregateRef, list[Json]]:
        """The entries of the outboxes that are known, and of the others as they are stored, each with its address."""
        by_collection: dict[str, list[str]] = {}
        for (collection, document_id), outbox in pending.items():
            if outbox is None:
                by_collection.setdefault(collection, []).append(document_id)
        found: dict[AggregateRef, Sequence[Json]] = {
            ref: outbox.entries for ref, outbox in pending.items() if outbox is not None
        }
        for collection, ids in by_collection.items():
            outboxes = await self._outboxes[collection].documents.outboxes(ids)
            for document_id, entries in outboxes.items():
                found[collection, document_id] = entries
                self._pending.read((collection, document_id), entries[-1]["sequence"])
        return {ref: self._addressed(ref, self._part(ref, entries)) for ref, entries in found.items()}

    def _part(self, ref: AggregateRef, entries: Sequence[Json]) -> Sequence[Json]:
        """What one round takes of an outbox: a part, but for partners the whole, as its last message alone is sent."""
        mine = [index for index, entry in enumerate(entries) if self._is_mine(entry)]
        if len(mine) <= MOST_OF_AN_OUTBOX or not self._publisher.concurrent:
            return entries
        self._pending.to_read(ref)
        return entries[: mine[MOST_OF_AN_OUTBOX]]

    def _addressed(self, ref: AggregateRef, entries: Sequence[Json]) -> list[Json]:
        address = {"source": self._outboxes[ref[0]].source, "subject": ref[1]}
        return [{**address, **entry} for entry in entries]

    def _lanes(self, outboxes: Mapping[AggregateRef, list[Json]]) -> list[Lane]:
        lanes: dict[tuple[AggregateRef, str], Lane] = {}
        for ref, outbox in outboxes.items():
            for entry in outbox:
                if entry["message"] and self._publisher.carries(topic := entry["message"]["topic"]):
                    lanes.setdefault((ref, topic), Lane(ref, topic)).entries.append(entry)
        return list(lanes.values())

    async def _pull(self, outboxes: Mapping[AggregateRef, list[Json]], lanes: Sequence[Lane]) -> None:
        done = {
            ref: [entry["sequence"] for entry in outbox if entry["message"] is None] for ref, outbox in outboxes.items()
        }
        for lane in lanes:
            done[lane.ref] += [entry["sequence"] for entry in lane.entries[: lane.acknowledged]]
            self._metrics.relayed.labels(topic=lane.topic).inc(lane.acknowledged)
            if lane.acknowledged == len(lane.entries):
                self._resting.pop(lane.ref, None)
            else:
                self._let_rest(lane.ref)
        for collection, source in self._outboxes.items():
            await source.documents.pull(
                {document_id: sequences for (name, document_id), sequences in done.items() if name == collection}
            )

    def _is_mine(self, entry: Json) -> bool:
        """Whether an entry is this relay's to carry; facts without a message are journalled by the concurrent one."""
        return self._publisher.carries(entry["message"]["topic"]) if entry["message"] else self._publisher.concurrent

    def _let_rest(self, ref: AggregateRef) -> None:
        _, backoff = self._resting.get(ref, (0.0, Backoff()))
        self._resting[ref] = (monotonic() + backoff.fail(), backoff)
