"""The journal: one document per fact, append-only, each hashed with the one before it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from json import dumps, loads
from typing import Any

from bson import encode
from bson.raw_bson import RawBSONDocument
from pymongo import ASCENDING, DESCENDING
from pymongo.errors import BulkWriteError

from shared.model import Json
from shared.store.client import Database, reaching

_DUPLICATE = 11000


def chained(previous: str, entry: Json) -> str:
    """The hash of an entry, over the hash before it and the bytes that are stored."""
    parts = (
        previous.encode(),
        b"%d" % entry["sequence"],
        entry["at"].isoformat(timespec="milliseconds").encode(),
        _actor(tuple(entry["actor"].items())),
        entry["fact"].encode(),
        (entry["cause"] or "").encode(),
        _message(entry["message"]),
    )
    return sha256(b"\n".join([b"%d:%s" % (len(part), part) for part in parts])).hexdigest()


@lru_cache(1_000)
def _actor(fields: tuple[tuple[str, str], ...]) -> bytes:
    return dumps(dict(fields), sort_keys=True).encode()


def _message(message: Json | None) -> bytes:
    if message is None:
        return b""
    return dumps([message["topic"], message["key"], message["headers"], message["value"]]).encode()


@dataclass(frozen=True)
class Entry:
    """One journalled fact, as people read it, with the topic and type of its message, if it has one.

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
        """Creates the index by which the facts of an aggregate are read."""
        with reaching():
            await self._entries.create_index([("source", ASCENDING), ("subject", ASCENDING), ("sequence", ASCENDING)])

    async def append(self, entries: Sequence[Json], encoded: Mapping[str, bytes] = {}) -> frozenset[str]:
        """Journals entries with source, subject and hash, once each. Returns ids under which another fact stands.

        `encoded`: entries as the outbox stores them, by their id.
        """
        if not entries:
            return frozenset()
        named = {entry_id_of(entry): entry for entry in entries}
        documents = [_document(entry_id, entry, encoded.get(entry_id)) for entry_id, entry in named.items()]
        try:
            with reaching():
                await self._entries.insert_many(documents, ordered=False)
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
        """Notes for each entry that its message was replaced by a later one before it was sent."""
        if not entries:
            return
        notes = [
            {
                "_id": f"{entry_id_of(entry)}/superseded",
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
            [entry for entry in stored if "fact" in entry],
            {note["sequence"] for note in stored if "superseded" in note},
        )

    async def latest(self, source: str, subject: str, before: int | None, limit: int) -> list[Entry]:
        """The facts of one aggregate, newest first, before a sequence."""
        earlier = {} if before is None else {"sequence": {"$lt": before}}
        life = {"source": source, "subject": subject, "fact": {"$exists": True}}
        with reaching():
            found = self._entries.find({**life, **earlier}, {"message.value": 0}).sort("sequence", DESCENDING)
            return _entries(await found.limit(limit).to_list(None), ())

    async def latest_of(self, source: str, subject: str, kinds: Collection[str], limit: int) -> list[Entry]:
        """The facts of one aggregate that are of these kinds, newest first."""
        of_kinds = rf'^\{{"v":[0-9]+,"kind":"({"|".join(kinds)})"'
        life = {"source": source, "subject": subject, "fact": {"$regex": of_kinds}}
        with reaching():
            found = self._entries.find(life, {"message": 0}).sort("sequence", DESCENDING).limit(limit)
            return _entries([{"message": None, **entry} async for entry in found], ())

    async def published(self, source: str, subject: str, before: int | None, limit: int) -> list[Entry]:
        """The facts of one aggregate that have a message, newest first, before a sequence; always two queries."""
        life = {"source": source, "subject": subject}
        earlier = {} if before is None else {"sequence": {"$lt": before}}
        with reaching():
            found = self._entries.find({**life, "message": {"$ne": None}, **earlier}).sort("sequence", DESCENDING)
            stored = await found.limit(limit).to_list(None)
            page = {"sequence": {"$in": [entry["sequence"] for entry in stored]}}
            notes = await self._entries.find({**life, **page, "superseded": True}).to_list(None)
        return _entries(stored, {note["sequence"] for note in notes})

    async def published_on(self, source: str, subject: str, topic: str) -> list[Entry]:
        """The facts of one aggregate that have a message on this topic, in order."""
        with reaching():
            found = self._entries.find(
                {"source": source, "subject": subject, "message.topic": topic}, {"message.value": 0}
            )
            return _entries(await found.sort("sequence").to_list(None), ())

    async def message_of(self, entry: Entry) -> Json:
        """The message of a fact that has one, with its headers, as it was published."""
        with reaching():
            [stored] = await self._entries.find({"_id": entry_id_of(vars(entry))}, {"message": 1}).to_list(1)
        message: Json = stored["message"]
        return message

    async def raw(self, source: str, subject: str) -> list[Json]:
        """Everything journalled about one aggregate, as stored, in order of sequence."""
        with reaching():
            return await self._entries.find({"source": source, "subject": subject}).sort("sequence").to_list(None)

    async def last_hashes(self) -> list[tuple[str, str, str]]:
        """The last (source, subject, hash) of every aggregate, in order: what a seal covers."""
        by_aggregate: dict[str, Any] = {
            "_id": {"source": "$source", "subject": "$subject"},
            "hash": {"$last": "$hash"},
        }
        steps: list[dict[str, Any]] = [
            {"$match": {"hash": {"$exists": True}}},
            {"$sort": {"source": 1, "subject": 1, "sequence": 1}},
            {"$group": by_aggregate},
            {"$sort": {"_id": 1}},
        ]
        with reaching():
            return [
                (last["_id"]["source"], last["_id"]["subject"], last["hash"])
                async for last in self._entries.aggregate(steps, allowDiskUse=True)
            ]

    async def messages(self, after: str, limit: int, most_bytes: int) -> list[Json]:
        """Journalled facts with a message, in order of id, after an id; at least one, if there are any."""
        page: list[Json] = []
        with reaching():
            found = self._entries.find({"_id": {"$gt": after}, "message": {"$ne": None}, "fact": {"$exists": True}})
            async for entry in found.sort("_id").limit(limit):
                page.append(entry)
                most_bytes -= len(entry["message"]["value"] or "")
                if most_bytes < 0:
                    break
        return page


def entry_id_of(entry: Json) -> str:
    """The id of an entry in the journal of its service."""
    return f"{entry['source']}/{entry['subject']}/{entry['sequence']}"


def _document(entry_id: str, entry: Json, encoded: bytes | None) -> Any:
    """What is inserted for an entry; what is encoded already is put behind its address."""
    if encoded is None:
        return {"_id": entry_id, **entry}
    address = encode({"_id": entry_id, "source": entry["source"], "subject": entry["subject"]})
    size = len(address) - 1 + len(encoded) - 4
    return RawBSONDocument(size.to_bytes(4, "little") + address[4:-1] + encoded[4:])


def _entries(stored: Iterable[Json], superseded: Collection[int]) -> list[Entry]:
    return [_entry(entry, entry["sequence"] in superseded) for entry in stored]


def _entry(stored: Json, superseded: bool) -> Entry:  # noqa: FBT001 - a field
    message = stored["message"] or {"topic": None, "headers": ()}
    return Entry(
        **_address(stored),
        at=stored["at"],
        actor=stored["actor"],
        fact=loads(stored["fact"]),
        cause=stored["cause"],
        superseded=superseded,
        topic=message["topic"],
        type=dict(message["headers"]).get("ce_type"),
    )


def _address(entry: Json) -> Json:
    return {key: entry[key] for key in ("source", "subject", "sequence")}
