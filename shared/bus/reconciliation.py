"""Reconciliation: which messages that publishers have journalled this service has not heard yet."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.bus.messages import received
from shared.bus.subscriptions import Subscriptions
from shared.clock import now
from shared.errors import VersionNewer
from shared.handling import Aggregate
from shared.model import Model
from shared.store.parked import RawRecord


class Unheard(Model):
    """A message that was said and not yet heard: by which aggregate, from which publisher, and how far it has heard."""

    collection: str
    id: str
    publisher: str
    said: int
    heard: int


@dataclass(frozen=True)
class Said:
    """One journalled message, as it lay or lies on the bus."""

    topic: str
    key: str
    value: str | None
    headers: tuple[tuple[str, str], ...]

    def record(self) -> RawRecord:
        value = None if self.value is None else self.value.encode()
        return RawRecord(
            self.topic, 0, 0, self.key.encode(), value, tuple((name, text.encode()) for name, text in self.headers)
        )


async def unheard(
    said: Iterable[Said], subscriptions: Subscriptions, aggregates: Mapping[str, Aggregate[Any, Any, Any]]
) -> list[Unheard]:
    """The messages, read as this service reads the bus, above the watermark of an aggregate that they address.

    Raises VersionNewer if one of them is of a later version than this code reads.
    """
    last: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    for one in said:
        message = received(one.record(), subscriptions, now())
        if message and message.newer:
            raise VersionNewer
        if message and message.envelope:
            for to in message.addressed:
                publishers = last[to.collection]
                pair = (to.id, message.envelope.publisher)
                publishers[pair] = max(message.envelope.sequence, publishers.get(pair, 0))
    found = []
    for collection, expected in last.items():
        documents = await aggregates[collection].documents.load({one for one, _ in expected})
        for (subscriber, publisher), sequence in expected.items():
            heard = documents[subscriber].watermarks.get(publisher, 0)
            if heard < sequence:
                found.append(
                    Unheard(collection=collection, id=subscriber, publisher=publisher, said=sequence, heard=heard)
                )
    return found
