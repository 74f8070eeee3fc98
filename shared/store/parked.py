"""Records that could not be handled: one queue per Kafka key, so that order holds and other keys flow on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pymongo import ReplaceOne
from pymongo.errors import DuplicateKeyError

from shared.clock import now
from shared.errors import ParkingFull, StaleVersion
from shared.model import Json
from shared.store.client import Database, reaching

MOST_RECORDS = 1_000
MOST_KEYS = 100
Partition = tuple[str, int]


@dataclass(frozen=True)
class RawRecord:
    """A record as it lay on the bus, byte for byte."""

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
class Waiting:
    """One parked record: its id, its place, its reason ("behind" another, or its own defect), and its bytes by digest.

    One that is not `discardable` may only be mended.
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


class Parked:
    """The parked queues of one service. Every method raises Unavailable when the database is out of reach."""

    def __init__(self, database: Database) -> None:
        self._queues = database["parked"]
        self._records = database["parked_records"]

    async def among(self, keys: Iterable[str]) -> frozenset[str]:
        """Which of these keys are parked: while its document exists, even empty."""
        with reaching():
            return frozenset(
                [found["_id"] async for found in self._queues.find({"_id": {"$in": list(keys)}}, {"_id": 1})]
            )

    async def keep(self, records: dict[str, RawRecord]) -> None:
        """Stores the bytes of records by digest; first of all, and harmlessly often."""
        puts = [ReplaceOne({"_id": digest}, _stored(record), upsert=True) for digest, record in records.items()]
        with reaching():
            await self._records.bulk_write(puts, ordered=False)

    async def forget(self, before: datetime) -> None:
        """Removes bytes stored before a moment that no queue needs any more; later ones may be about to be queued."""
        with reaching():
            needed = await self._queues.distinct("queue.digest")
            await self._records.delete_many({"kept_at": {"$lt": before}, "_id": {"$nin": needed}})

    async def open(self, key: str, waiting: Sequence[Waiting]) -> None:
        """Opens the queue of a key with a defect at its head. Raises StaleVersion if it exists, ParkingFull."""
        with reaching():
            if await self._queues.count_documents({}, limit=MOST_KEYS) >= MOST_KEYS:
                raise ParkingFull("parking_full")
            try:
                await self._queues.insert_one({"_id": key, "queue": [vars(one) for one in waiting[:MOST_RECORDS]]})
            except DuplicateKeyError as exists:
                raise StaleVersion from exists
        if len(waiting) > MOST_RECORDS:
            raise ParkingFull("parking_full")

    async def push(self, key: str, waiting: Sequence[Waiting]) -> None:
        """Puts records behind those that wait, each id once. Raises StaleVersion if the queue is gone, ParkingFull."""
        for one in waiting:
            with reaching():
                room = {"_id": key, "queue.id": {"$ne": one.id}, f"queue.{MOST_RECORDS - 1}": {"$exists": False}}
                if (await self._queues.update_one(room, {"$push": {"queue": vars(one)}})).matched_count:
                    continue
                if await self._queues.count_documents({"_id": key, "queue.id": one.id}, limit=1):
                    continue
                if await self._queues.count_documents({"_id": key}, limit=1):
                    raise ParkingFull("parking_full")
            raise StaleVersion

    async def queues(self) -> dict[str, list[Waiting]]:
        """Every parked key and what waits for it, in order."""
        with reaching():
            return {found["_id"]: [Waiting(**one) for one in found["queue"]] async for found in self._queues.find({})}

    async def queue(self, key: str) -> list[Waiting] | None:
        """What waits for one key, or None if it is not parked."""
        with reaching():
            found = await self._queues.find_one({"_id": key})
        return None if found is None else [Waiting(**one) for one in found["queue"]]

    async def records(self, waiting: Sequence[Waiting]) -> list[RawRecord]:
        """The bytes of parked records, in order."""
        with reaching():
            found = {
                one["_id"]: one async for one in self._records.find({"_id": {"$in": [one.digest for one in waiting]}})
            }
        return [_record(found[one.digest]) for one in waiting]

    async def attempted(self, key: str, head: Waiting, reason: str) -> None:
        """Counts a redrive that failed."""
        with reaching():
            await self._queues.update_one(
                {"_id": key, "queue.0.id": head.id},
                {"$inc": {"queue.0.attempts": 1}, "$set": {"queue.0.reason": reason}},
            )

    async def pull(self, key: str, done: Sequence[Waiting]) -> None:
        """Removes what waits no longer, wherever it stands by now, then the queue if nothing waits."""
        with reaching():
            await self._queues.update_one({"_id": key}, {"$pull": {"queue": {"id": {"$in": [one.id for one in done]}}}})
            await self._queues.delete_one({"_id": key, "queue": []})

    async def close(self, key: str) -> None:
        """Removes an empty queue that a crash left."""
        with reaching():
            await self._queues.delete_one({"_id": key, "queue": []})


def _record(stored: Json) -> RawRecord:
    headers = tuple((name, value) for name, value in stored["headers"])
    return RawRecord(stored["topic"], stored["partition"], stored["offset"], stored["key"], stored["value"], headers)


def _stored(record: RawRecord) -> Json:
    return {**vars(record), "headers": [list(header) for header in record.headers], "kept_at": now()}
