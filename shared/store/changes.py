"""An aggregate as it is stored, what one write makes of it, and what the driver is asked for that."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from bson import encode
from bson.raw_bson import RawBSONDocument
from pymongo import InsertOne, UpdateOne

from shared.model import Json
from shared.relays import NewEntries

AggregateRef = tuple[str, str]  # collection and id
_EMPTY_OUTBOX_BYTES = len(encode({"outbox": []}))


@dataclass(frozen=True)
class Document:
    """An aggregate as stored; version 0 is not stored yet.

    `journal_head`: the hash of its last fact; `outbox_bytes`: the size of its outbox; `halted`: that contradicts the
    journal.
    """

    id: str
    version: int = 0
    sequence: int = 0
    state: Json | None = None
    watermarks: Mapping[str, int] = field(default_factory=dict)
    idempotency_keys: tuple[Json, ...] = ()
    journal_head: str = ""
    due: datetime | None = None
    outbox_bytes: int = 0
    halted: bool = False


@dataclass(frozen=True)
class Change:
    """What one write makes of a document: its next shape and the entries that its outbox gains."""

    before: Document
    after: Document
    entries: tuple[Json, ...] = ()

    @cached_property
    def encoded(self) -> tuple[bytes, ...]:
        """The entries as they are stored."""
        return tuple(map(encode, self.entries))


def new_entries(changes: Iterable[Change]) -> dict[str, NewEntries]:
    """What these changes have put into outboxes, by document.

    What was loaded as empty holds nothing else: had another write come between, this one would have lost its race.
    """
    return {
        change.before.id: NewEntries(
            change.entries, change.encoded, whole=change.before.outbox_bytes <= _EMPTY_OUTBOX_BYTES
        )
        for change in changes
        if change.entries
    }


def document_of(stored: Json) -> Document:
    """The document that the database has found."""
    inbox = stored.get("inbox", {})
    return Document(
        id=stored["_id"],
        version=stored.get("version", 0),
        sequence=stored["sequence"],
        state=stored["state"],
        watermarks=inbox.get("heard", {}),
        idempotency_keys=tuple(inbox.get("keys", ())),
        journal_head=stored.get("head", ""),
        due=stored.get("due"),
        outbox_bytes=stored.get("outbox_bytes", 0),
        halted=stored.get("halted", False),
    )


def operation(change: Change) -> InsertOne[Json] | UpdateOne:
    """The operation that writes one change, if no race is lost."""
    before, fields = change.before, _fields(change.after)
    if before.version == 0:
        return InsertOne({"_id": before.id, "version": 1, **fields, "outbox": list(change.entries)})
    gained = {"$push": {"outbox": {"$each": list(change.entries)}}} if change.entries else {}
    return UpdateOne({"_id": before.id, "version": before.version}, {"$set": fields, "$inc": {"version": 1}, **gained})


def listed(change: Change) -> RawBSONDocument:
    """What one update of many documents needs to know of one: the version that it must have, and what it becomes."""
    version = change.before.version
    return RawBSONDocument(
        encode(
            {
                "expected": version,
                "fields": {**_fields(change.after), "version": version + 1},
                "entries": [RawBSONDocument(entry) for entry in change.encoded],
            }
        )
    )


def update_by_list(ids: Sequence[str], changes: Sequence[RawBSONDocument]) -> list[Json]:
    """The update of many documents: each takes what is listed where its id is, if it still has that version.

    What callers sent is within `$literal`, so the database evaluates none of it.
    """
    mine = {"$arrayElemAt": [{"$literal": changes}, {"$indexOfArray": [{"$literal": ids}, "$_id"]}]}
    outbox = {"$concatArrays": [{"$ifNull": ["$outbox", []]}, "$$mine.entries"]}
    changed = {"$mergeObjects": ["$$ROOT", "$$mine.fields", {"outbox": outbox}]}
    unless_stale = {"$cond": [{"$eq": ["$version", "$$mine.expected"]}, changed, "$$ROOT"]}
    return [{"$replaceWith": {"$let": {"vars": {"mine": mine}, "in": unless_stale}}}]


def _fields(after: Document) -> Json:
    return {
        "sequence": after.sequence,
        "state": after.state,
        "inbox": {"heard": dict(after.watermarks), "keys": list(after.idempotency_keys)},
        "head": after.journal_head,
        "due": after.due,
    }
