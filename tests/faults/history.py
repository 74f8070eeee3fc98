"""What happened, as the checker judges it: acknowledged commands, records on the bus, what every service stored.

Plain data, so that a liar can be made up by changing it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from json import loads
from typing import Any

from shared.bus.messages import Message, received
from shared.bus.subscriptions import Subscriptions
from shared.contracts.topics import compacted
from shared.decider import Decider
from shared.model import Json
from shared.store.parked import RawRecord

Publisher = str  # source and subject of an aggregate, as "/review/cases/4711"
Partition = tuple[str, int]  # a topic and a partition of it


@dataclass(frozen=True)
class Sent(RawRecord):
    """A record, and when its producer sent it."""

    sent_at: datetime


@dataclass(frozen=True)
class Acknowledged:
    """A command reported as done: its cause as journalled, how many facts it leads to, the number of the last."""

    publisher: Publisher
    cause: str
    sequence: int
    facts: int = 1


@dataclass(frozen=True)
class Life:
    """One aggregate: its document as stored, and its facts in order, those that its outbox still holds included."""

    publisher: Publisher
    decider: Decider[Any, Any, Any]
    document: Json
    entries: tuple[Json, ...]
    superseded: frozenset[int] = frozenset()

    @cached_property
    def states(self) -> tuple[Any, ...]:
        """The state before each fact, and after the last."""
        states = [self.decider.absent]
        for entry in self.entries:
            states.append(self.decider.evolve(states[-1], self.decider.fact(loads(entry["fact"]))))
        return tuple(states)

    @property
    def owed(self) -> frozenset[int]:
        """The numbers of the facts that wait in the outbox."""
        return frozenset(entry["sequence"] for entry in self.document["outbox"])

    @cached_property
    def effects(self) -> dict[tuple[str, str], tuple[int, ...]]:
        """Places of the facts a cause led to, by actor and id: two publishers may share a subject, and so an id."""
        found: dict[tuple[str, str], tuple[int, ...]] = {}
        for at, entry in enumerate(self.entries):
            cause = entry["actor"]["subject"], entry["cause"]
            found[cause] = (*found.get(cause, ()), at)
        return found

    def watermark(self, publisher: Publisher) -> int:
        """The last number of a publisher that this aggregate has consumed."""
        return int(self.document["inbox"]["heard"].get(publisher, 0))


@dataclass(frozen=True)
class Party:
    """One service: its aggregates by publisher, what it consumes, what it has set aside, and where its group stands."""

    name: str
    lives: Mapping[Publisher, Life]
    subscriptions: Subscriptions = field(default_factory=dict)
    deciders: Mapping[str, Decider[Any, Any, Any]] = field(default_factory=dict)
    parked: frozenset[str] = frozenset()
    committed: Mapping[Partition, int] = field(default_factory=dict)


@dataclass(frozen=True)
class History:
    """All that is known of a run. `since`: the offsets at which it began; records before them are nobody's business."""

    parties: tuple[Party, ...]
    records: tuple[Sent, ...]
    acknowledged: tuple[Acknowledged, ...] = ()
    since: Mapping[Partition, int] = field(default_factory=dict)

    @cached_property
    def lives(self) -> dict[Publisher, Life]:
        return {publisher: life for party in self.parties for publisher, life in party.lives.items()}

    def inside(self) -> list[Sent]:
        """The records that services publish to each other."""
        return [record for record in self.records if not compacted(record.topic)]

    def to_partners(self) -> list[Sent]:
        return [record for record in self.records if compacted(record.topic)]


def header(record: RawRecord, name: str) -> str:
    return (dict(record.headers).get(f"ce_{name}") or b"").decode(errors="replace")


def publisher_of(record: RawRecord) -> Publisher:
    return f"{header(record, 'source')}/{header(record, 'subject')}"


def number_of(record: RawRecord) -> int:
    """Its number; 0 where it has none that a watermark can keep."""
    number = header(record, "sequence")
    return value if number.isdecimal() and (value := int(number)) < 2**63 else 0


def understood(record: RawRecord, party: Party, at: datetime) -> Message | None:
    """The record as this service reads it, where it can; what cannot be read is the park's affair."""
    message = received(record, party.subscriptions, at)
    return message if message and message.envelope and message.addressed else None


def message_of(entry: Json) -> RawRecord | None:
    """The message of a fact, as it must lie on the bus."""
    if (message := entry["message"]) is None:
        return None
    value = None if message["value"] is None else message["value"].encode()
    headers = tuple((name, text.encode()) for name, text in message["headers"])
    return RawRecord(message["topic"], 0, 0, message["key"].encode(), value, headers)
