"""How a service stands, as its operators see it: what it waits for, how far behind it is, and what is parked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from math import isnan

from shared.errors import Unavailable
from shared.http.call import Call
from shared.operations import Operations, ParkedRecord, list_parked

ID_CHARACTERS = 32


@dataclass(frozen=True)
class ParkedQueue:
    """The records of one key, of which at least the first cannot be handled. A key may hold anything; the id does not.

    `bound`: how many of them must not be discarded.
    """

    key: str
    records: tuple[ParkedRecord, ...]

    @property
    def id(self) -> str:
        return sha256(self.key.encode()).hexdigest()[:ID_CHARACTERS]

    @property
    def first(self) -> ParkedRecord:
        return self.records[0]

    @property
    def since(self) -> datetime:
        return min(record.at for record in self.records)

    @property
    def bound(self) -> int:
        return sum(not record.discardable for record in self.records)


@dataclass(frozen=True)
class Standing:
    """One service now. Ages in seconds, None where unknown; `parked` is None while the database is out of reach."""

    waiting_for: Sequence[str]
    stuck: Sequence[str]
    offset_gap: str | None
    held: int
    oldest_unhandled: float | None
    oldest_unrelayed: float | None
    lags: Mapping[str, float | None]
    parked: tuple[ParkedQueue, ...] | None

    @property
    def is_well(self) -> bool:
        return not (self.waiting_for or self.stuck or self.offset_gap or self.held)


async def standing(call: Call, at: Operations) -> Standing:
    metrics, health = at.metrics, at.readiness.health
    return Standing(
        waiting_for=await at.readiness.waiting_for(),
        stuck=health.stuck(),
        offset_gap=health.offset_gap(),
        held=int(metrics.value(metrics.held)),
        oldest_unhandled=_known(metrics.value(metrics.unhandled)),
        oldest_unrelayed=_known(metrics.value(metrics.unrelayed)),
        lags={topic: _known(lag) for topic, lag in sorted(metrics.lags().items())},
        parked=await _reached(call, at),
    )


async def parked(call: Call, at: Operations) -> tuple[ParkedQueue, ...]:
    """Every parked key, the one that has waited longest first; a queue that is being emptied is none."""
    queues = (await list_parked(call, at)).root
    found = [ParkedQueue(key, tuple(records)) for key, records in queues.items() if records]
    return tuple(sorted(found, key=lambda queue: queue.since))


async def _reached(call: Call, at: Operations) -> tuple[ParkedQueue, ...] | None:
    try:
        return await parked(call, at)
    except Unavailable:
        return None


def _known(measured: float) -> float | None:
    return None if isnan(measured) else measured
