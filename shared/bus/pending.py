"""The outboxes that a relay is to empty next: known from the writes that filled them, or still to be read."""

from dataclasses import replace
from itertools import islice

from shared.relays import NewEntries
from shared.store.changes import AggregateRef

MOST_OUTBOXES = 2_000
MOST_BYTES = 32_000_000
MOST_READ = 10_000


class PendingOutboxes:
    """Outboxes by document; None for one that has to be read. Beyond the bounds nothing is kept, and all is read.

    A sweep may find what a write has stored before its writer notifies: what was read already is not taken once more.
    """

    def __init__(self) -> None:
        self._outboxes: dict[AggregateRef, NewEntries | None] = {}
        self._bytes = 0
        self._read: dict[AggregateRef, int] = {}

    def __bool__(self) -> bool:
        return bool(self._outboxes)

    def written(self, ref: AggregateRef, new: NewEntries) -> None:
        """Takes what was written for the whole outbox if it is, or follows what is known; else that has to be read."""
        if new.entries[-1]["sequence"] <= self._read.get(ref, 0):
            return
        known = self._outboxes.get(ref)
        if new.whole:
            self._put(ref, new)
        elif known and known.entries[-1]["sequence"] + 1 == new.entries[0]["sequence"]:
            entries, encoded = (*known.entries, *new.entries), (*known.encoded, *new.encoded)
            self._put(ref, replace(known, entries=entries, encoded=encoded))
        else:
            self._put(ref, None)

    def to_read(self, ref: AggregateRef) -> None:
        """Has an outbox read, unless it is known."""
        self._outboxes.setdefault(ref, None)

    def read(self, ref: AggregateRef, sequence: int) -> None:
        """Notes up to which entry an outbox was read; of the documents that were read last."""
        self._read.pop(ref, None)
        self._read[ref] = sequence
        if len(self._read) > MOST_READ:
            del self._read[next(iter(self._read))]

    def take(self, most: int) -> dict[AggregateRef, NewEntries | None]:
        """The outboxes that were the first to come."""
        taken = {ref: self._outboxes[ref] for ref in islice(self._outboxes, most)}
        for ref, outbox in taken.items():
            del self._outboxes[ref]
            self._bytes -= _size(outbox)
        return taken

    def _put(self, ref: AggregateRef, outbox: NewEntries | None) -> None:
        self._bytes -= _size(self._outboxes.get(ref))
        if len(self._outboxes) >= MOST_OUTBOXES or self._bytes + _size(outbox) > MOST_BYTES:
            outbox = None
        self._outboxes[ref] = outbox
        self._bytes += _size(outbox)


def _size(outbox: NewEntries | None) -> int:
    return sum(map(len, outbox.encoded)) if outbox else 0
