"""Measures how far behind a service is: the records that are not handled yet, and the age of the oldest in hand."""

from collections.abc import Collection, Mapping
from typing import Protocol

from shared.clock import now
from shared.telemetry import Metrics


class InHand(Protocol):
    """A record that is being handled; `timestamp` in milliseconds."""

    @property
    def topic(self) -> str: ...
    @property
    def timestamp(self) -> int: ...


class LagMeter:
    """The lag of one service."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def measure(self, unread: Mapping[str, float], in_hand: Collection[InHand]) -> bool:
        """Sets the metrics from what is in hand and what is unread, NaN if unknown. Returns whether there is any."""
        lags = dict(unread)
        for record in in_hand:
            lags[record.topic] += 1
        for topic, lag in lags.items():
            self._metrics.lag.labels(topic=topic).set(lag)
        present = now().timestamp()
        oldest = min((record.timestamp / 1000 for record in in_hand), default=present)
        self._metrics.unhandled.set(max(0.0, present - oldest))
        return any(lag > 0 for lag in lags.values())
