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
from shared.clock import now
from shared.errors import Unavailable
from shared.model import Json
from shared.store.changes import AggregateRef
from shared.store.documents import Documents
from shared.store.journal import Journal
from shared.telemetry import Metrics

MOST_AT_ONCE = 500
SWEEP_SECONDS = 1.0
FORGOTTEN_SECONDS = 60.0
log = structlog.get_logger()


@dataclass
class Lane:
    """What one document owes one topic, in order; `acknowledged` counts the leading entries that the bus has taken."""

    ref: AggregateRef
    topic: str
    entries: list[Json] = field(default_factory=list)
    acknowledged: int = 0


class Publisher(Protocol):
    """Takes lanes to the bus and marks what was acknowledged. Raises Unavailable when nothing can be sent for now.

    `prepare` runs before outboxes are read: a writer that is not fenced yet might send what was read, and more.
    """

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
        self._notified: dict[AggregateRef, None] = {}
        self._bell = asyncio.Event()
        self._resting: dict[AggregateRef, tuple[float, Backoff]] = {}
        self.progress = monotonic()

    def notify(self, collection: str, ids: Iterable[str]) -> None:
        """Notifies the relay that facts were written into the outboxes of these documents."""
        self._notified.update(((collection, document_id), None) for document_id in ids)
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
                    await self.round(self._take())
                    self.progress = monotonic()
                    backoff.reset()
                except Unavailable as away:
                    log.warning("relay_held", reason=str(away))
                    self.progress = monotonic()
                    await backoff.sleep()
                if not self._notified and not more:
                    await self._rest(SWEEP_SECONDS)
        finally:
            await self._publisher.close()

    async def round(self, refs: Iterable[AggregateRef]) -> None:
        """Journals, publishes and pulls the whole outboxes of these documents. Raises Unavailable."""
        await self._publisher.prepare()
        outboxes = await self._read(refs)
        tampered = await self._journal.append([entry for outbox in outboxes.values() for entry in outbox])
        for ref in [ref for ref, outbox in outboxes.items() if any(_id(entry) in tampered for entry in outbox)]:
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
        oldest, more = now(), False
        for collection, outbox in self._outboxes.items():
            resting = [
                document_id
                for (name, document_id), (until, _) in self._resting.items()
                if name == collection and until > monotonic()
            ]
            unrelayed = await outbox.documents.unrelayed(MOST_AT_ONCE, resting)
            self.notify(collection, unrelayed)
            oldest = min(oldest, *unrelayed.values()) if unrelayed else oldest
            more |= len(unrelayed) == MOST_AT_ONCE
        self._metrics.unrelayed.set((now() - oldest).total_seconds())
        return more

    def _take(self) -> list[AggregateRef]:
        """The documents to relay now; those that failed lately are left to a later sweep."""
        taken = list(self._notified)[:MOST_AT_ONCE]
        for ref in taken:
            del self._notified[ref]
        return [ref for ref in taken if self._resting.get(ref, (0.0, None))[0] <= monotonic()]

    async def _rest(self, seconds: float) -> None:
        self._bell.clear()
        try:
            await asyncio.wait_for(self._bell.wait(), seconds)
        except TimeoutError:
            return

    async def _read(self, refs: Iterable[AggregateRef]) -> dict[AggregateRef, list[Json]]:
        by_collection: dict[str, list[str]] = {}
        for collection, document_id in refs:
            by_collection.setdefault(collection, []).append(document_id)
        found: dict[AggregateRef, list[Json]] = {}
        for collection, ids in by_collection.items():
            outbox = self._outboxes[collection]
            for document_id, entries in (await outbox.documents.outboxes(ids)).items():
                address = {"source": outbox.source, "subject": document_id}
                found[collection, document_id] = [{**address, **entry} for entry in entries]
        return found

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

    def _let_rest(self, ref: AggregateRef) -> None:
        _, backoff = self._resting.get(ref, (0.0, Backoff()))
        self._resting[ref] = (monotonic() + backoff.fail(), backoff)


def _id(entry: Json) -> str:
    return f"{entry['source']}/{entry['subject']}/{entry['sequence']}"
