"""How a service stands, as its operators see it: what it waits for, how far behind it is, and what is parked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan

from shared.errors import Unavailable
from shared.operations import Operations
from shared.store.parked import ParkedQueue


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
    parked: Sequence[ParkedQueue] | None

    @property
    def is_well(self) -> bool:
        return not (self.waiting_for or self.stuck or self.offset_gap or self.held)


async def standing(at: Operations) -> Standing:
    metrics, health = at.metrics, at.readiness.health
    return Standing(
        waiting_for=await at.readiness.waiting_for(),
        stuck=health.stuck(),
        offset_gap=health.offset_gap(),
        held=int(metrics.value(metrics.held)),
        oldest_unhandled=_known(metrics.value(metrics.unhandled)),
        oldest_unrelayed=_known(metrics.value(metrics.unrelayed)),
        lags={topic: _known(lag) for topic, lag in sorted(metrics.lags().items())},
        parked=await _reached(at),
    )


async def _reached(at: Operations) -> Sequence[ParkedQueue] | None:
    try:
        return await at.parking.waiting()
    except Unavailable:
        return None


def _known(measured: float) -> float | None:
    return None if isnan(measured) else measured
