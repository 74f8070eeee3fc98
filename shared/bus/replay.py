"""Replay, for a bus that was lost: a relay that reads journals instead of outboxes (docs/architecture/journal.md).

The service is stopped meanwhile. Partners are sent current records alone: a record that was withdrawn since, or whose
withdrawal is still in the outbox, is not sent (programme 5.2).
"""

from collections.abc import Sequence

from shared.bus.relay import Lane, Publisher
from shared.contracts.topics import compacted
from shared.errors import Unavailable
from shared.store.client import Database
from shared.store.documents import Documents
from shared.store.journal import Journal

AGGREGATES_AT_ONCE = 100


async def replay(database: Database, publishers: Sequence[Publisher]) -> int:
    """Publishes what one service has journalled, in order per aggregate and topic; how many. Raises Unavailable."""
    journal = Journal(database)
    aggregates = [(source, subject) for source, subject, _ in await journal.last_hashes()]
    sent = 0
    for start in range(0, len(aggregates), AGGREGATES_AT_ONCE):
        lanes = [
            lane
            for source, subject in aggregates[start : start + AGGREGATES_AT_ONCE]
            for lane in await _lanes(database, journal, source, subject)
        ]
        for publisher in publishers:
            sent += await _published(publisher, [lane for lane in lanes if publisher.carries(lane.topic)])
    return sent


async def _lanes(database: Database, journal: Journal, source: str, subject: str) -> list[Lane]:
    """What one aggregate has published, by topic, up to what is still in its outbox.

    To a partner its last message alone, if that is a record and no newer one is in the outbox.
    """
    collection = source.rpartition("/")[2]
    outbox = (await Documents(database, collection).outboxes((subject,))).get(subject, [])
    owed_topics = {entry["message"]["topic"] for entry in outbox if entry["message"]}
    lanes: dict[str, Lane] = {}
    first_owed = min((entry["sequence"] for entry in outbox), default=None)
    for entry in await journal.raw(source, subject):
        if (message := entry.get("message")) and (first_owed is None or entry["sequence"] < first_owed):
            lanes.setdefault(message["topic"], Lane((collection, subject), message["topic"])).entries.append(entry)
    for topic, lane in lanes.items():
        if compacted(topic):
            last = lane.entries[-1]
            lane.entries = [] if topic in owed_topics or last["message"]["value"] is None else [last]
    return list(lanes.values())


async def _published(publisher: Publisher, lanes: Sequence[Lane]) -> int:
    acknowledged = 0
    while moving := [lane for lane in lanes if lane.acknowledged < len(lane.entries)]:
        await publisher.publish(moving)
        if (total := sum(lane.acknowledged for lane in lanes)) == acknowledged:
            raise Unavailable("broker_refuses")
        acknowledged = total
    return acknowledged
