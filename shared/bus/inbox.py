"""One batch from the bus: read, load, decide, write, park; if a write was lost or refused, run the batch again."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import structlog

from shared.backoff import Backoff
from shared.bus.held import Hold
from shared.bus.messages import Message, received
from shared.bus.subscriptions import Subscriptions
from shared.clock import now
from shared.errors import (
    Defective,
    NotUnique,
    OutboxFull,
    ParkingFull,
    Refused,
    StaleVersion,
    Unavailable,
    VersionNewer,
)
from shared.handling import Aggregate, Causation, Work, begin, decided, finished, keep_takeable
from shared.store.changes import AggregateRef, Change, Document, new_entries
from shared.store.parked import Parked, Partition, QueuedRecord, RawRecord
from shared.telemetry import Metrics, spanning

log = structlog.get_logger()
Works = dict[AggregateRef, Work[Any]]
Holds = dict[Partition, Hold]


@dataclass
class Plan:
    """What a batch comes to: works by aggregate, records to park by key with reasons, and partitions to hold."""

    works: Works
    queues: dict[str, list[tuple[Message, str]]] = field(default_factory=dict)
    holds: Holds = field(default_factory=dict)

    def park(self, message: Message, reason: str) -> None:
        """Puts a record behind the others of its key, once."""
        queue = self.queues.setdefault(message.key, [])
        if all(message.id != known.id for known, _ in queue):
            queue.append((message, reason))

    def hold(self, message: Message, bound: Unavailable) -> None:
        """Has the partition read again later, from this record on."""
        record, hold = message.record, Hold(message.record.offset, str(bound))
        known = self.holds.get(record.topic_partition)
        if known is None or hold.offset < known.offset:
            self.holds[record.topic_partition] = hold
            log.error(
                "partition_held", topic=record.topic, partition=record.partition, offset=hold.offset, reason=hold.reason
            )


class BatchConsumer:
    """Handles what one service consumes, exactly once in effect."""

    def __init__(
        self,
        aggregates: Mapping[str, Aggregate[Any, Any, Any]],
        subscriptions: Subscriptions,
        parked: Parked,
        metrics: Metrics,
    ) -> None:
        self._aggregates = aggregates
        self._subscriptions = subscriptions
        self._parked = parked
        self._metrics = metrics

    async def handle(self, records: Sequence[RawRecord]) -> Holds:
        """Handles a batch; returns when every record is written, parked or held, however long the database is away."""
        condemned: dict[str, str] = {}
        backoff = Backoff()
        while True:
            at = now()
            read = (received(record, self._subscriptions, at) for record in records)
            messages = [
                message for message in read if message and (message.addressed or message.defect or message.newer)
            ]
            try:
                if (holds := await self._attempt(messages, condemned)) is not None:
                    return holds
            except StaleVersion:
                continue
            except Unavailable as away:
                log.warning("batch_held", reason=str(away), records=len(records))
                await backoff.sleep()
            except Exception:
                log.exception("batch_failed", records=len(records))
                await backoff.sleep()

    async def redeliver(self, records: Sequence[RawRecord]) -> int:
        """Handles parked records up to the first that cannot be, or half of what one write refuses; returns how many.

        A record that stays parked may have taken effect on some documents already; their watermarks know. Raises
        Defective, NotUnique or VersionNewer if the very first cannot be handled, StaleVersion, Unavailable.
        """
        at = now()
        messages = [received(record, self._subscriptions, at) for record in records]
        works = await self._load([message for message in messages if message])
        handled = 0
        for message in messages:
            try:
                works |= self._again(message, works)
            except (Defective, OutboxFull, VersionNewer):
                if not handled:
                    raise
                break
            handled += 1
        if defects := await self._write(works):
            if handled == 1:
                raise next(iter(defects.values()))
            return await self.redeliver(records[: handled // 2])
        return handled

    def _again(self, message: Message | None, works: Works) -> Works:
        """The works that a parked message changes, as `_apply`. Raises Defective, OutboxFull, VersionNewer."""
        if message is None:
            return {}
        if message.newer:
            raise VersionNewer
        if message.defect:
            raise Defective(message.defect)
        try:
            return self._apply(message, works)
        except (OutboxFull, VersionNewer):
            raise
        except Exception as defect:
            raise Defective(_reason(defect)) from defect

    async def _attempt(self, messages: Sequence[Message], condemned: dict[str, str]) -> Holds | None:
        """The partitions to hold, once the rest is written and parked; None to run the batch again."""
        parked = await self._parked.among({message.key for message in messages})
        plan = self._decide(messages, parked, condemned, await self._load(messages))
        defects = await self._write(plan.works)
        for ref, defect in defects.items():
            condemned[_culprit(messages, ref, plan.works[ref].loaded, condemned).id] = _reason(defect)
        if defects:
            return None
        await self._park(plan, parked)
        return plan.holds

    async def _load(self, messages: Sequence[Message]) -> Works:
        by_collection: dict[str, set[str]] = {}
        for message in messages:
            for to in message.addressed:
                by_collection.setdefault(to.collection, set()).add(to.id)
        works: Works = {}
        for collection, ids in by_collection.items():
            aggregate = self._aggregates[collection]
            for aggregate_id, document in (await aggregate.documents.load(ids)).items():
                works[collection, aggregate_id] = begin(aggregate.decider, document)
        return works

    def _decide(
        self, messages: Sequence[Message], parked: frozenset[str], condemned: Mapping[str, str], works: Works
    ) -> Plan:
        plan = Plan(works)
        for message in messages:
            if message.record.topic_partition in plan.holds or _is_handled(message, plan.works):
                continue
            if message.newer:
                plan.hold(message, VersionNewer())
            elif message.key in parked or message.key in plan.queues:
                plan.park(message, message.defect or "behind")
            elif reason := message.defect or condemned.get(message.id):
                plan.park(message, reason)
            else:
                try:
                    plan.works |= self._apply(message, plan.works)
                except (OutboxFull, VersionNewer) as bound:
                    plan.hold(message, bound)
                except Exception as defect:  # whatever a decision raises is this record's defect
                    log.exception("record_defective", id=message.id, reason=_reason(defect))
                    plan.park(message, _reason(defect))
        return plan

    def _apply(self, message: Message, works: Works) -> Works:
        """The works that one message changes; nothing if any of its commands fails."""
        envelope = message.envelope
        if envelope is None:
            raise Defective("header_missing")
        changed: Works = {}
        with spanning(f"handle {envelope.type}", envelope.traceparent, message.record.topic) as traceparent:
            causation = Causation(envelope.id, envelope.correlationid, traceparent)
            for to in message.addressed:
                work = works[to.collection, to.id]
                if envelope.sequence > work.watermarks.get(envelope.publisher, 0):
                    keep_takeable(work.loaded)
                    work = decided(self._aggregates[to.collection].decider, work, to.command, causation)
                    changed[to.collection, to.id] = replace(
                        work, watermarks={**work.watermarks, envelope.publisher: envelope.sequence}
                    )
        return changed

    async def _write(self, works: Works) -> dict[AggregateRef, Defective | NotUnique]:
        changes: dict[str, list[Change]] = {}
        for (collection, _), work in works.items():
            if work.watermarks != work.loaded.watermarks:
                changes.setdefault(collection, []).append(finished(self._aggregates[collection].decider, work))
        defects: dict[AggregateRef, Defective | NotUnique] = {}
        for collection, several in changes.items():
            aggregate = self._aggregates[collection]
            failed = await aggregate.documents.write_all(several)
            defects |= {(collection, aggregate_id): defect for aggregate_id, defect in failed.items()}
            written = [change for change in several if change.before.id not in failed]
            aggregate.relays.notify(collection, new_entries(written))
        return defects

    async def _park(self, plan: Plan, parked: frozenset[str]) -> None:
        await self._keep([message for queue in plan.queues.values() for message, _ in queue])
        for key, queue in plan.queues.items():
            put: Callable[[str, Sequence[QueuedRecord]], Awaitable[None]] = (
                self._parked.push if key in parked else self._parked.open
            )
            try:
                await put(key, [_queued(message, reason) for message, reason in queue])
            except ParkingFull as bound:
                for message, _ in queue:
                    plan.hold(message, bound)
                continue
            self._metrics.parked.labels(reason=queue[0][1]).inc(len(queue))
            log.error("records_parked", key=key, records=len(queue), reason=queue[0][1], first=queue[0][0].id)

    async def _keep(self, messages: Sequence[Message]) -> None:
        if messages:
            await self._parked.keep({message.digest: message.record for message in messages})


def _is_handled(message: Message, works: Works) -> bool:
    if message.envelope is None or not message.addressed:
        return False
    publisher, sequence = message.envelope.publisher, message.envelope.sequence
    return all(sequence <= works[to.collection, to.id].watermarks.get(publisher, 0) for to in message.addressed)


def _culprit(messages: Sequence[Message], ref: AggregateRef, before: Document, condemned: Mapping[str, str]) -> Message:
    """The first record that the refused write was to consume."""
    return next(
        message
        for message in messages
        if message.envelope
        and message.id not in condemned
        and ref in {(to.collection, to.id) for to in message.addressed}
        and message.envelope.sequence > before.watermarks.get(message.envelope.publisher, 0)
    )


def _queued(message: Message, reason: str) -> QueuedRecord:
    record = message.record
    return QueuedRecord(
        message.id,
        message.digest,
        record.topic,
        record.partition,
        record.offset,
        reason,
        now(),
        message.kind is None or message.kind.DISCARDABLE,
    )


def _reason(defect: Exception) -> str:
    match defect:
        case Defective():
            return defect.reason
        case Refused():
            return defect.code
        case Unavailable():
            return str(defect)
        case _:
            return type(defect).__name__
