"""A record on the bus, read without ever raising: a message that is heard, one that is not, or a defect."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from shared.contracts.envelope import Envelope, name_and_version, read
from shared.contracts.event import Event
from shared.decider import Actor
from shared.errors import Defective
from shared.handling import Addressed, Heard, Hears, digest_of
from shared.store.parked import RawRecord


@dataclass(frozen=True)
class Message:
    """A record that this service hears, or that nobody can read. `key` is where it is parked, `addressed` the commands that it becomes."""

    id: str
    key: str
    record: RawRecord
    kind: type[Event] | None = None
    envelope: Envelope | None = None
    addressed: tuple[Addressed, ...] = ()
    defect: str | None = None

    @property
    def digest(self) -> str:
        """The digest under which the record's bytes are kept."""
        headers = (part for name, value in self.record.headers for part in (name.encode(), value or b""))
        return digest_of(self.record.topic.encode(), self.record.key or b"", self.record.value or b"", *headers)


def received(record: RawRecord, hears: Hears, at: datetime) -> Message | None:
    """The message in a record, handled now; None if its type is not heard. Never raises: what cannot be read says why in `defect`."""
    place = f"{record.topic}/{record.partition}"
    key = place if record.key is None else record.key.decode(errors="backslashreplace")
    unread = Message(f"{place}/{record.offset}", key, record)
    try:
        if (kind := _heard_type(record, hears)) is None:
            return None
        unread = replace(unread, kind=kind)
        envelope = read(record.headers)
        unread = replace(unread, id=envelope.id, envelope=envelope)
        event = _event(record, kind, envelope)
    except Defective as defect:
        return replace(unread, defect=defect.reason)
    heard = Heard(at=envelope.time, actor=Actor(subject=envelope.source, role="service"), handled_at=at)
    return replace(unread, addressed=hears[kind](event, heard))


def _heard_type(record: RawRecord, hears: Hears) -> type[Event] | None:
    said = next((value for name, value in record.headers if name == "ce_type"), None)
    if said is None:
        raise Defective("header_missing")
    name, version = name_and_version(said.decode(errors="replace"))
    event = _by_name(hears).get(name)
    if event is not None and version > event.VERSION:
        raise Defective("version_newer")
    return event


def _event(record: RawRecord, kind: type[Event], envelope: Envelope) -> Event:
    if record.key is None or record.key.decode(errors="replace") != envelope.companyid:
        raise Defective("key_foreign")
    if (record.topic, envelope.source) != (kind.TOPIC, kind.SOURCE):
        raise Defective("publisher_foreign")
    try:
        event = kind.read(record.value or b"")
    except ValidationError as unreadable:
        raise Defective("body_unreadable") from unreadable
    if str(event.company_id) != envelope.companyid:
        raise Defective("key_foreign")
    return event


def _by_name(hears: Mapping[type[Event], Any]) -> dict[str, type[Event]]:
    return {event.__name__: event for event in hears}


def topics_of(hears: Iterable[type[Event]]) -> tuple[str, ...]:
    """The topics on which these events are said."""
    return tuple(sorted({event.TOPIC for event in hears}))
