"""What people did or read that no journal keeps: acts on parked records, readings of evidence, users and journals."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from pymongo import ASCENDING

from shared.errors import Refused
from shared.model import Json
from shared.store.client import Database, reaching
from shared.store.paging import decode_cursor, encode_cursor


@dataclass(frozen=True)
class AuditEntry:
    """Who did what to what, when, and why where a reason was asked for."""

    at: datetime
    subject: str
    act: str
    on: str
    reason: str | None = None


class AuditLog:
    """The audit log of one service, append-only. Every method raises Unavailable when the database is out of reach."""

    def __init__(self, database: Database) -> None:
        self._entries = database["acts"]

    async def prepare(self) -> None:
        """Creates the index by which the log is read."""
        with reaching():
            await self._entries.create_index([("at", ASCENDING), ("_id", ASCENDING)])

    async def note(self, entry: AuditEntry) -> None:
        """Keeps an entry, before what it names is done."""
        with reaching():
            await self._entries.insert_one({"_id": str(uuid4()), **vars(entry)})

    async def page(self, since: datetime, limit: int, after: str | None = None) -> tuple[list[AuditEntry], str | None]:
        """Entries from a moment on, oldest first, and the cursor of the next page. Raises Refused("malformed")."""
        beyond = {} if after is None else _beyond(after)
        with reaching():
            found = self._entries.find({"at": {"$gte": since}, **beyond}).sort([("at", ASCENDING), ("_id", ASCENDING)])
            stored = await found.limit(limit + 1).to_list(None)
        following = (
            encode_cursor(stored[limit - 1]["at"].isoformat(), stored[limit - 1]["_id"])
            if len(stored) > limit
            else None
        )
        return [
            AuditEntry(**{name: value for name, value in each.items() if name != "_id"}) for each in stored[:limit]
        ], following


def _beyond(after: str) -> Json:
    moment, last_id = decode_cursor(after)
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        raise Refused("malformed", field="after") from None
    return {"$or": [{"at": {"$gt": at}}, {"at": at, "_id": {"$gt": last_id}}]}
