"""What people did or read past the journal, which knows commands alone: acts on parked records, readings of evidence and of journals."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from pymongo import ASCENDING

from shared.store.client import Database, reaching


@dataclass(frozen=True)
class Act:
    """Who did what to what, when, and why where a reason was asked for."""

    at: datetime
    subject: str
    act: str
    on: str
    reason: str | None = None


class Acts:
    """The acts of one service, append-only. Every method raises Unavailable when the database is out of reach."""

    def __init__(self, database: Database) -> None:
        self._acts = database["acts"]

    async def prepare(self) -> None:
        """Creates the index by which the trail is read."""
        with reaching():
            await self._acts.create_index([("at", ASCENDING), ("_id", ASCENDING)])

    async def note(self, act: Act) -> None:
        """Notes an act, before it is done."""
        with reaching():
            await self._acts.insert_one({"_id": str(uuid4()), **vars(act)})

    async def since(self, moment: datetime, limit: int) -> list[Act]:
        """Acts from a moment on, the oldest first."""
        with reaching():
            found = self._acts.find({"at": {"$gte": moment}}, {"_id": 0}).sort([("at", ASCENDING), ("_id", ASCENDING)]).limit(limit)
            return [Act(**stored) async for stored in found]
