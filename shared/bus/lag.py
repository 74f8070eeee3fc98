"""Measures how far behind a service is: the records that are not handled yet, and the age of the oldest in hand."""

from collections.abc import Collection, Mapping
from typing import Protocol

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.clock import now
from shared.telemetry import Metrics

FRESH_SECONDS = 1.5  # a fetch is answered within one


class InHand(Protocol):
    """A record that is being handled; `timestamp` in milliseconds."""

    @property
    def topic(self) -> str: ...
    @property
    def timestamp(self) -> int: ...


async def ends_of(consumer: AIOKafkaConsumer, partitions: Collection[TopicPartition]) -> dict[TopicPartition, int]:
    """Where partitions end: by the fetches that were answered just now, else, as of those in hand or held, by asking.

    A question waits on its connection until the fetch before it is answered, so it is not asked without need.
    """
    ends = {partition: end for partition in partitions if (end := _fetched_end(consumer, partition)) is not None}
    if asked := [partition for partition in partitions if partition not in ends]:
        ends |= await consumer.end_offsets(asked)
    return ends


def _fetched_end(consumer: AIOKafkaConsumer, partition: TopicPartition) -> int | None:
    """The end of a partition that the last fetch saw; None where that was not just now."""
    fetched_at: int | None = consumer.last_poll_timestamp(partition)
    if fetched_at is None or not 0 <= now().timestamp() - fetched_at / 1000 < FRESH_SECONDS:
        return None
    end: int | None = consumer.highwater(partition)
    return end


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
