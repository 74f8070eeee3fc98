"""Every private part of FastStream and aiokafka that the consumer uses: with them it waits for records, not polls."""

from itertools import chain

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord
from aiokafka.consumer.fetcher import Fetcher
from faststream.kafka.subscriber.usecase import BatchSubscriber

PATIENT_MS = 1_000
BRIEF_MS = 25
log = structlog.get_logger()
Record = ConsumerRecord[bytes, bytes]


class PatientFetcher(Fetcher):
    """Has the broker hold a fetch until there is a record.

    A fetch leaves out the partitions whose records are still in hand, and these wait for its answer: then it is short.
    """

    @property
    def _fetch_max_wait_ms(self) -> int:
        return BRIEF_MS if self._records else PATIENT_MS

    @_fetch_max_wait_ms.setter
    def _fetch_max_wait_ms(self, configured: int) -> None:
        """The client's constructor sets it."""


def wait_for_records(subscriber: BatchSubscriber) -> None:
    """Has a started subscriber wait for records; its own loop asks every 10 ms, then sleeps as long.

    Where a release of the client lacks one of the private parts, the polling stays, with a warning.
    """
    consumer = subscriber.consumer
    fetcher = getattr(consumer, "_fetcher", None)
    parts = (
        (subscriber, "get_msg"),
        (consumer, "_fetcher"),
        (fetcher, "_fetch_max_wait_ms"),
        (fetcher, "_records"),
    )
    if missing := [name for owner, name in parts if not hasattr(owner, name)]:
        log.warning("consumer_polls", missing=missing)
        return

    async def arrived(consumer: AIOKafkaConsumer) -> tuple[Record, ...]:
        found = await consumer.getmany(timeout_ms=PATIENT_MS, max_records=subscriber.max_records)
        return tuple(chain.from_iterable(found.values()))

    fetcher.__class__ = PatientFetcher
    subscriber.get_msg = arrived  # type: ignore[method-assign]  # the framework has no setting for it
