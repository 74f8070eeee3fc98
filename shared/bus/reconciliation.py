"""Reconciliation: which messages that publishers have journalled this service has not consumed yet."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from shared.bus.messages import received
from shared.bus.subscriptions import Subscriptions
from shared.clock import now
from shared.errors import VersionNewer
from shared.handling import Aggregate
from shared.model import Model
from shared.store.parked import RawRecord


class UnconsumedMessage(Model):
    """A message above the watermark of an aggregate: the sequence that was published, and the one that was consumed."""

    collection: str
    id: str
    publisher: str
    published: int
    consumed: int


async def unconsumed(
    records: Iterable[RawRecord], subscriptions: Subscriptions, aggregates: Mapping[str, Aggregate[Any, Any, Any]]
) -> list[UnconsumedMessage]:
    """Reads records as this service reads the bus; the last of each publisher above the watermark of an aggregate.

    Raises VersionNewer if one of them is of a later version than this code reads.
    """
    last: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    for record in records:
        message = received(record, subscriptions, now())
        if message and message.newer:
            raise VersionNewer
        if message and message.envelope:
            for to in message.addressed:
                sequences = last[to.collection]
                pair = (to.id, message.envelope.publisher)
                sequences[pair] = max(message.envelope.sequence, sequences.get(pair, 0))
    lacking = []
    for collection, sequences in last.items():
        documents = await aggregates[collection].documents.load({aggregate_id for aggregate_id, _ in sequences})
        for (aggregate_id, publisher), published in sequences.items():
            consumed = documents[aggregate_id].watermarks.get(publisher, 0)
            if consumed < published:
                lacking.append(
                    UnconsumedMessage(
                        collection=collection,
                        id=aggregate_id,
                        publisher=publisher,
                        published=published,
                        consumed=consumed,
                    )
                )
    return lacking
