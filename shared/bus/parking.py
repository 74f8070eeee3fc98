"""What operators do with parked records: list, show, redrive, discard. A queue is handled from its first record on."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog

from shared.bus.inbox import BatchConsumer
from shared.bus.messages import Message, received
from shared.bus.subscriptions import Subscriptions
from shared.clock import now
from shared.errors import Defective, NotUnique, Refused, StaleVersion, VersionNewer
from shared.handling import Aggregate, begin, finished
from shared.store.parked import Parked, ParkedQueue, QueuedRecord, RawRecord
from shared.telemetry import Metrics

MEASURE_SECONDS = 5.0
KEPT_AFTER = timedelta(hours=1)
MOST_AT_ONCE = 25
log = structlog.get_logger()


class Parking:
    """One service's parked records, for its operators. Raises Refused("not_found") for a key that is not parked."""

    def __init__(
        self,
        parked: Parked,
        inbox: BatchConsumer,
        subscriptions: Subscriptions,
        aggregates: Mapping[str, Aggregate[Any, Any, Any]],
    ) -> None:
        self._parked = parked
        self._inbox = inbox
        self._subscriptions = subscriptions
        self._aggregates = aggregates

    async def queues(self) -> dict[str, list[QueuedRecord]]:
        """Every parked key with its queue."""
        return await self._parked.queues()

    async def waiting(self) -> list[ParkedQueue]:
        """Every queue without its records, the one that has waited longest first; one that is being emptied is none."""
        return await self._parked.waiting()

    async def page(self, key: str, after: int, limit: int) -> list[QueuedRecord]:
        """Some records of the queue of one key, without their bytes."""
        return await self._parked.page(key, after, limit)

    async def measure(self, metrics: Metrics) -> None:
        """Counts what is parked now, until cancelled."""
        while True:
            queues = await self._parked.queues()
            metrics.parked_keys.set(len(queues))
            metrics.parked_withdrawals.set(sum(not record.discardable for queue in queues.values() for record in queue))
            await asyncio.sleep(MEASURE_SECONDS)

    async def forget(self) -> None:
        """Removes the bytes of records that are in no queue any more."""
        await self._parked.forget(now() - KEPT_AFTER)

    async def show(self, key: str, limit: int) -> list[tuple[QueuedRecord, RawRecord]]:
        """The first records of the queue of one key, with their bytes."""
        queue = (await self._queue(key))[:limit]
        return list(zip(queue, await self._parked.records(queue), strict=True))

    async def redrive(self, key: str) -> int:
        """Handles the queue in order until it is empty or a record still fails; how many were handled."""
        handled = 0
        while queue := await self._queue(key, handled):
            batch = queue[:MOST_AT_ONCE]
            try:
                done = batch[: await self._inbox.redeliver(await self._parked.records(batch))]
            except StaleVersion:
                continue
            except (Defective, NotUnique) as still:
                await self._parked.attempted(key, batch[0], str(still))
                log.warning("redrive_failed", key=key, id=batch[0].id, reason=str(still))
                return handled
            await self._parked.pull(key, done)
            handled += len(done)
            log.info("records_redriven", key=key, records=len(done), first=done[0].id)
        await self._parked.close(key)
        return handled

    async def discard(self, key: str, record: str) -> None:
        """Gives the first record up, if it is still this one: its watermarks advance, then it is removed.

        Raises Refused("stale") if another record is the first by now, Refused("not_discardable"), and VersionNewer, as
        only a later version knows which aggregates it addresses.
        """
        queue = await self._queue(key)
        if not queue:
            await self._parked.close(key)
            raise Refused("not_found")
        first = queue[0]
        if first.id != record:
            raise Refused("stale", field="record")
        if not first.discardable:
            raise Refused("not_discardable")
        [stored] = await self._parked.records((first,))
        message = received(stored, self._subscriptions, now())
        if message and message.newer:
            raise VersionNewer
        if message:
            await self._pass_over(message)
        await self._parked.pull(key, (first,))
        log.warning("record_discarded", key=key, id=first.id)

    async def _pass_over(self, message: Message) -> None:
        """Advances the watermark of every aggregate that the message addresses."""
        for to in message.addressed:
            aggregate, envelope = self._aggregates[to.collection], message.envelope
            while envelope:
                document = await aggregate.documents.load_one(to.id)
                aggregate.decider.state(document.state)
                work = begin(aggregate.decider, document)
                if envelope.sequence <= work.watermarks.get(envelope.publisher, 0):
                    break
                watermarks = {**work.watermarks, envelope.publisher: envelope.sequence}
                try:
                    await aggregate.documents.write(finished(aggregate.decider, replace(work, watermarks=watermarks)))
                except StaleVersion:
                    continue
                break

    async def _queue(self, key: str, handled: int = 0) -> list[QueuedRecord]:
        queue = await self._parked.queue(key)
        if queue is None and not handled:
            raise Refused("not_found")
        return queue or []
