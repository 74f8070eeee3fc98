"""Records that could not be handled: one queue per Kafka key, so that order holds and other keys flow on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from pymongo import ASCENDING, ReplaceOne
from pymongo.errors import DuplicateKeyError

from shared.clock import now
from shared.errors import ParkingFull, StaleVersion
from shared.model import Json
from shared.store.client import Database, reaching

MOST_RECORDS = 1_000
MOST_KEYS = 100
ID_CHARACTERS = 32
Partition = tuple[str, int]


@dataclass(frozen=True)
class RawRecord:
    """A record as it is on the bus, byte for byte."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]

    @property
    def topic_partition(self) -> Partition:
        """The topic and the number of the partition, within which records keep their order."""
        return self.topic, self.partition


@dataclass(frozen=True)
class QueuedRecord:
    """One parked record in the queue of its key; its bytes are kept by their digest.

    `reason` is its own defect, or "behind" another record. If it is not `discardable`, it may only be mended.
    """

    id: str
    digest: str
    topic: str
    partition: int
    offset: int
    reason: str
    at: datetime
    discardable: bool = True
    attempts: int = 0


@dataclass(frozen=True)
class ParkedQueue:
    """What waits under one key: its first record, since when any has waited, how many they are.

    `bound`: how many of them must not be discarded.
    """

    key: str
    first: QueuedRecord
    since: datetime
    length: int
    bound: int

    @property
    def id(self) -> str:
        return id_of(self.key)


def id_of(key: str) -> str:
    """A name for a key that fits in an address, for a key may hold anything."""
    return sha256(key.encode()).hexdigest()[:ID_CHARACTERS]


class Parked:
    """The parked queues of one service. Every method raises Unavailable when the database is out of reach."""

    def __init__(self, database: Database) -> None:
        self._queues = database["parked"]
        self._records = database["parked_records"]

    async def among(self, keys: Iterable[str]) -> frozenset[str]:
        """Which of these keys are parked. A key is parked while its queue exists, even an empty one."""
        with reaching():
            return frozenset(
                [found["_id"] async for found in self._queues.find({"_id": {"$in": list(keys)}}, {"_id": 1})]
            )

    async def keep(self, records: dict[str, RawRecord]) -> None:
        """Stores the bytes of records by digest, before they are queued; to do it again is harmless."""
        puts = [ReplaceOne({"_id": digest}, _stored(record), upsert=True) for digest, record in records.items()]
        with reaching():
            await self._records.bulk_write(puts, ordered=False)

    async def forget(self, before: datetime) -> None:
        """Removes bytes that were stored before a moment and are in no queue; later ones may be about to be queued."""
        with reaching():
            needed = await self._queues.distinct("queue.digest")
            await self._records.delete_many({"kept_at": {"$lt": before}, "_id": {"$nin": needed}})

    async def open(self, key: str, records: Sequence[QueuedRecord]) -> None:
        """Opens the queue of a key with its first records. Raises StaleVersion if it exists, ParkingFull."""
        with reaching():
            if await self._queues.count_documents({}, limit=MOST_KEYS) >= MOST_KEYS:
                raise ParkingFull("parking_full")
            queue = [vars(record) for record in records[:MOST_RECORDS]]
            try:
                await self._queues.insert_one({"_id": key, "queue": queue})
            except DuplicateKeyError as exists:
                raise StaleVersion from exists
        if len(records) > MOST_RECORDS:
            raise ParkingFull("parking_full")

    async def push(self, key: str, records: Sequence[QueuedRecord]) -> None:
        """Puts records at the end of the queue, each id once. Raises StaleVersion if it is gone, ParkingFull."""
        for record in records:
            with reaching():
                room = {"_id": key, "queue.id": {"$ne": record.id}, f"queue.{MOST_RECORDS - 1}": {"$exists": False}}
                if (await self._queues.update_one(room, {"$push": {"queue": vars(record)}})).matched_count:
                    continue
                if await self._queues.count_documents({"_id": key, "queue.id": record.id}, limit=1):
                    continue
                if await self._queues.count_documents({"_id": key}, limit=1):
                    raise ParkingFull("parking_full")
            raise StaleVersion

    async def queues(self) -> dict[str, list[QueuedRecord]]:
        """Every parked key with its queue, in order."""
        with reaching():
            return {found["_id"]: _queue(found) async for found in self._queues.find({})}

    async def waiting(self) -> list[ParkedQueue]:
        """Every queue with records, without them: the one that has waited longest first."""
        bound = {"$filter": {"input": "$queue", "cond": {"$eq": ["$$this.discardable", False]}}}
        summed = {"first": {"$first": "$queue"}, "since": {"$min": "$queue.at"}, "length": {"$size": "$queue"}}
        steps: list[Json] = [
            {"$match": {"queue.0": {"$exists": True}}},
            {"$project": {**summed, "bound": {"$size": bound}}},
            {"$sort": {"since": ASCENDING, "_id": ASCENDING}},
        ]
        with reaching():
            return [_waiting(found) async for found in self._queues.aggregate(steps)]

    async def page(self, key: str, after: int, limit: int) -> list[QueuedRecord]:
        """Some records of one queue, in order; `after` is how many stand before them."""
        with reaching():
            found = await self._queues.find_one({"_id": key}, {"queue": {"$slice": [after, limit]}})
        return _queue(found) if found else []

    async def queue(self, key: str) -> list[QueuedRecord] | None:
        """The queue of one key, or None if it is not parked."""
        with reaching():
            found = await self._queues.find_one({"_id": key})
        return None if found is None else _queue(found)

    async def records(self, queue: Sequence[QueuedRecord]) -> list[RawRecord]:
        """The bytes of parked records, in order."""
        with reaching():
            found = {
                stored["_id"]: stored
                async for stored in self._records.find({"_id": {"$in": [queued.digest for queued in queue]}})
            }
        return [_record(found[queued.digest]) for queued in queue]

    async def attempted(self, key: str, first: QueuedRecord, reason: str) -> None:
        """Counts a redrive that failed at the first record."""
        with reaching():
            await self._queues.update_one(
                {"_id": key, "queue.0.id": first.id},
                {"$inc": {"queue.0.attempts": 1}, "$set": {"queue.0.reason": reason}},
            )

    async def pull(self, key: str, done: Sequence[QueuedRecord]) -> None:
        """Removes records, wherever they are in the queue by now, then the queue if it is empty."""
        ids = [record.id for record in done]
        with reaching():
            await self._queues.update_one({"_id": key}, {"$pull": {"queue": {"id": {"$in": ids}}}})
            await self._queues.delete_one({"_id": key, "queue": []})

    async def close(self, key: str) -> None:
        """Removes an empty queue that a crash left."""
        with reaching():
            await self._queues.delete_one({"_id": key, "queue": []})


def _queue(stored: Json) -> list[QueuedRecord]:
    return [QueuedRecord(**record) for record in stored["queue"]]


def _waiting(summed: Json) -> ParkedQueue:
    first = QueuedRecord(**summed["first"])
    return ParkedQueue(summed["_id"], first, summed["since"], summed["length"], summed["bound"])


def _record(stored: Json) -> RawRecord:
    headers = tuple((name, value) for name, value in stored["headers"])
    return RawRecord(stored["topic"], stored["partition"], stored["offset"], stored["key"], stored["value"], headers)


def _stored(record: RawRecord) -> Json:
    return {**vars(record), "headers": [list(header) for header in record.headers], "kept_at": now()}
