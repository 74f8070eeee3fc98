"""Reads a record without ever raising: a message with a subscription, one without, a later version, or a defect."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

import structlog

from shared.bus.subscriptions import Addressed, Consumed, Subscriptions
from shared.contracts.envelope import Envelope, name_and_version, read
from shared.contracts.event import Event
from shared.decider import Actor
from shared.errors import Defective, VersionNewer
from shared.store.parked import RawRecord

log = structlog.get_logger()


@dataclass(frozen=True)
class Message:
    """A record whose type has a subscription, or that cannot be read.

    `id`: publisher and sequence, or topic, partition and offset if the envelope cannot be read. `key`: under which it
    is parked. `addressed`: the commands that it becomes. `newer`: it is of a later version than this code reads.
    """

    id: str
    key: str
    record: RawRecord
    kind: type[Event] | None = None
    envelope: Envelope | None = None
    addressed: tuple[Addressed, ...] = ()
    defect: str | None = None
    newer: bool = False

    @property
    def digest(self) -> str:
        """The digest under which the record's bytes are kept."""
        record = self.record
        headers = (part for name, value in record.headers for part in (name.encode(), value or b""))
        parts = (record.topic.encode(), record.key or b"", record.value or b"", *headers)
        return sha256(b"".join(b"%d:%s" % (len(part), part) for part in parts)).hexdigest()


def received(record: RawRecord, subscriptions: Subscriptions, at: datetime) -> Message | None:
    """The message in a record; None if its type has no subscription. Never raises: `defect` is why it is unreadable."""
    partition = f"{record.topic}/{record.partition}"
    key = partition if record.key is None else record.key.decode(errors="backslashreplace")
    message_id, kind, envelope = f"{partition}/{record.offset}", None, None
    headers = dict(record.headers)
    try:
        if (kind := _subscribed_type(record.topic, headers, subscriptions)) is None:
            return None
        envelope = read(headers)
        message_id = f"{envelope.publisher}/{envelope.sequence}"
        event = _event(record, kind, envelope)
        consumed = Consumed(at=envelope.time, actor=_service(envelope.source), handled_at=at)
        return Message(message_id, key, record, kind, envelope, subscriptions[kind](event, consumed))
    except VersionNewer:
        return Message(message_id, key, record, kind, envelope, newer=True)
    except Defective as defect:
        return Message(message_id, key, record, kind, envelope, defect=defect.reason)
    except Exception as defect:
        log.exception("record_not_understood", type=kind.type() if kind else None)
        return Message(message_id, key, record, kind, envelope, defect=type(defect).__name__)


def _subscribed_type(
    topic: str, headers: Mapping[str, bytes | None], subscriptions: Subscriptions
) -> type[Event] | None:
    """The event of this name on this topic, or elsewhere; none if it stands where releases of before published it."""
    if (ce_type := headers.get("ce_type")) is None:
        raise Defective("header_missing")
    name, _ = name_and_version(ce_type.decode(errors="replace"))
    named = [event for event in subscriptions if event.name() == name]
    here = next((event for event in named if topic == event.TOPIC), None)
    return here or next((event for event in named if topic != event.MOVED_FROM), None)


@lru_cache(200)
def _service(source: str) -> Actor:
    return Actor(subject=source, role="service")


def _event(record: RawRecord, kind: type[Event], envelope: Envelope) -> Event:
    if record.key is None or record.key.decode(errors="replace") != envelope.companyid:
        raise Defective("key_foreign")
    if (record.topic, envelope.source) != (kind.TOPIC, kind.SOURCE):
        raise Defective("publisher_foreign")
    try:
        event = kind.read(record.value or b"", name_and_version(envelope.type)[1])
    except ValueError as unreadable:
        raise Defective("body_unreadable") from unreadable
    if str(event.company_id) != envelope.companyid:
        raise Defective("key_foreign")
    return event


def topics_of(subscriptions: Iterable[type[Event]]) -> tuple[str, ...]:
    """The topics on which these events are published."""
    return tuple(sorted({event.TOPIC for event in subscriptions}))
