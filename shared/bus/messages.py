"""A record on the bus, read without ever raising: a message that is heard, one that is not, or a defect."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
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
    """A record that this service hears or cannot read. `key`: where it is parked; `addressed`: the commands it becomes.

    `id`: publisher and number, since two publishers may share a subject; its place if it cannot be read.
    `newer` is one of a later version than this code reads.
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
    """The message in a record; None if its type is not heard. Never raises: `defect` says why it cannot be read."""
    place = f"{record.topic}/{record.partition}"
    key = place if record.key is None else record.key.decode(errors="backslashreplace")
    one, kind, envelope = f"{place}/{record.offset}", None, None
    headers = dict(record.headers)
    try:
        if (kind := _heard_type(headers, subscriptions)) is None:
            return None
        envelope = read(headers)
        one = f"{envelope.publisher}/{envelope.sequence}"
        event = _event(record, kind, envelope)
        consumed = Consumed(at=envelope.time, actor=Actor(subject=envelope.source, role="service"), handled_at=at)
        return Message(one, key, record, kind, envelope, subscriptions[kind](event, consumed))
    except VersionNewer:
        return Message(one, key, record, kind, envelope, newer=True)
    except Defective as defect:
        return Message(one, key, record, kind, envelope, defect=defect.reason)
    except Exception as defect:
        log.exception("record_not_understood", type=kind.type() if kind else None)
        return Message(one, key, record, kind, envelope, defect=type(defect).__name__)


def _heard_type(headers: Mapping[str, bytes | None], subscriptions: Subscriptions) -> type[Event] | None:
    if (said := headers.get("ce_type")) is None:
        raise Defective("header_missing")
    name, _ = name_and_version(said.decode(errors="replace"))
    return next((event for event in subscriptions if event.__name__ == name), None)


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
    """The topics on which these events are said."""
    return tuple(sorted({event.TOPIC for event in subscriptions}))
