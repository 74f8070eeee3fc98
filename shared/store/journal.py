"""The audit trail: one document per fact, append-only, each hashed with the one before it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from json import JSONEncoder, dumps, loads
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.errors import BulkWriteError

from shared.model import Json
from shared.store.client import Database, reaching

_DUPLICATE = 11000
_sorted = JSONEncoder(sort_keys=True).encode


def chained(previous: str, entry: Json) -> str:
    """The hash of an entry, over the hash before it and the bytes that are stored."""
    said = entry["message"]
    parts = (
        previous,
        str(entry["sequence"]),
        entry["at"].isoformat(timespec="milliseconds"),
        _sorted(entry["actor"]),
        entry["fact"],
        entry["cause"] or "",
        "" if said is None else dumps([said["topic"], said["key"], said["headers"], said["value"]]),
    )
    return sha256(b"\n".join(b"%d:%s" % (len(part), part) for part in map(str.encode, parts))).hexdigest()


@dataclass(frozen=True)
class Entry:
    """One journalled fact, as people read it, and on which topic it was said, if it was, as which type.

    `superseded`: its message to a partner was replaced before delivery was confirmed.
    """

    source: str
    subject: str
    sequence: int
    at: datetime
    actor: Json
    fact: Json
    cause: str | None
    superseded: bool = False
    topic: str | None = None
    type: str | None = None


class Journal:
    """The journal of one service. Every method raises Unavailable when the database is out of reach."""

    def __init__(self, database: Database) -> None:
        self._entries = database["journal"]

    async def prepare(self) -> None:
        """Creates the index by which an aggregate's life is read."""
        with reaching():
            await self._entries.create_index([("source", ASCENDING), ("subject", ASCENDING), ("sequence", ASCENDING)])

    async def append(self, entries: Sequence[Json]) -> frozenset[str]:
        """Journals entries with source, subject and hash, once each. Returns ids under which another fact stands."""
        if not entries:
            return frozenset()
        named = {f"{entry['source']}/{entry['subject']}/{entry['sequence']}": entry for entry in entries}
        try:
            with reaching():
                await self._entries.insert_many([{"_id": one, **entry} for one, entry in named.items()], ordered=False)
        except BulkWriteError as failed:
            if any(error["code"] != _DUPLICATE for error in failed.details["writeErrors"]):
                raise
            there = [error["keyValue"]["_id"] for error in failed.details["writeErrors"]]
            with reaching():
                found = self._entries.find({"_id": {"$in": there}}, {"hash": 1})
                return frozenset(
                    [stored["_id"] async for stored in found if stored["hash"] != named[stored["_id"]]["hash"]]
                )
        return frozenset()

    async def supersede(self, entries: Sequence[Json]) -> None:
        """Notes beside each entry that its message was replaced by a later one before it was sent."""
        if not entries:
            return
        notes = [
            {
                "_id": f"{entry['source']}/{entry['subject']}/{entry['sequence']}/superseded",
                **_address(entry),
                "superseded": True,
            }
            for entry in entries
        ]
        try:
            with reaching():
                await self._entries.insert_many(notes, ordered=False)
        except BulkWriteError as failed:
            if any(error["code"] != _DUPLICATE for error in failed.details["writeErrors"]):
                raise

    async def of(self, source: str, subject: str) -> list[Entry]:
        """The journalled facts of one aggregate, in order."""
        stored = await self.raw(source, subject)
        return _entries(
            [one for one in stored if "fact" in one], {one["sequence"] for one in stored if "superseded" in one}
        )

    async def said(self, source: str, subject: str, before: int | None, limit: int) -> list[Entry]:
        """The facts of one aggregate that sent a message, newest first, from before one of them; always two queries."""
        mine = {"source": source, "subject": subject}
        earlier = {} if before is None else {"sequence": {"$lt": before}}
        with reaching():
            found = self._entries.find({**mine, "message": {"$ne": None}, **earlier}).sort("sequence", DESCENDING)
            stored = await found.limit(limit).to_list(None)
            page = {"sequence": {"$in": [one["sequence"] for one in stored]}}
            notes = await self._entries.find({**mine, **page, "superseded": True}).to_list(None)
        return _entries(stored, {note["sequence"] for note in notes})

    async def raw(self, source: str, subject: str) -> list[Json]:
        """Everything journalled about one aggregate, as stored, in order of sequence."""
        with reaching():
            return await self._entries.find({"source": source, "subject": subject}).sort("sequence").to_list(None)

    async def heads(self) -> list[tuple[str, str, str]]:
        """The last (source, subject, hash) of every aggregate, in order: what a seal covers."""
        last: dict[str, Any] = {
            "_id": {"source": "$source", "subject": "$subject"},
            "hash": {"$last": "$hash"},
        }
        steps: list[dict[str, Any]] = [
            {"$match": {"hash": {"$exists": True}}},
            {"$sort": {"source": 1, "subject": 1, "sequence": 1}},
            {"$group": last},
            {"$sort": {"_id": 1}},
        ]
        with reaching():
            return [
                (one["_id"]["source"], one["_id"]["subject"], one["hash"])
                async for one in self._entries.aggregate(steps, allowDiskUse=True)
            ]

    async def messages(self, after: str, limit: int, most_bytes: int) -> list[Json]:
        """Journalled facts that carry a message, by id, after one of them; at least one, if there are any."""
        page: list[Json] = []
        with reaching():
            found = self._entries.find({"_id": {"$gt": after}, "message": {"$ne": None}, "fact": {"$exists": True}})
            async for entry in found.sort("_id").limit(limit):
                page.append(entry)
                most_bytes -= len(entry["message"]["value"] or "")
                if most_bytes < 0:
                    break
        return page


def _entries(stored: Iterable[Json], superseded: Collection[int]) -> list[Entry]:
    return [_entry(one, one["sequence"] in superseded) for one in stored]


def _entry(stored: Json, superseded: bool) -> Entry:  # noqa: FBT001 - a field
    said = stored["message"] or {"topic": None, "headers": ()}
    return Entry(
        **_address(stored),
        at=stored["at"],
        actor=stored["actor"],
        fact=loads(stored["fact"]),
        cause=stored["cause"],
        superseded=superseded,
        topic=said["topic"],
        type=dict(said["headers"]).get("ce_type"),
    )


def _address(entry: Json) -> Json:
    return {key: entry[key] for key in ("source", "subject", "sequence")}
