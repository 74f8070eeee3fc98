"""What each person has attempted of late: one small document a person, changed by compare-and-set, gone after a day."""

from collections.abc import Callable
from datetime import datetime, timedelta

from pymongo.errors import DuplicateKeyError

from shared.errors import Unavailable
from shared.model import Json
from shared.store.client import Database, reaching

KEPT_FOR = timedelta(hours=24)
TRIES = 20


class Attempts:
    """The attempts of every person. Every method raises Unavailable when the database is out of reach."""

    def __init__(self, database: Database) -> None:
        self._attempts = database["attempts"]

    async def prepare(self) -> None:
        """Creates the index by which the database removes what is over."""
        with reaching():
            await self._attempts.create_index("at", expireAfterSeconds=int(KEPT_FOR.total_seconds()))

    async def change(self, subject: str, at: datetime, become: Callable[[list[Json]], list[Json]]) -> None:
        """Has a person's attempts become others, whoever changes them meanwhile. Raises what `become` raises."""
        for _ in range(TRIES):
            with reaching():
                stored = await self._attempts.find_one({"_id": subject})
            entries = become(stored["entries"] if stored else [])
            if entries == (stored["entries"] if stored else []):
                return
            if await self._replaced(subject, stored, {"at": at, "entries": entries}):
                return
        raise Unavailable("busy")

    async def _replaced(self, subject: str, stored: Json | None, fields: Json) -> bool:
        """Whether nobody else was faster."""
        with reaching():
            if stored is None:
                try:
                    await self._attempts.insert_one({"_id": subject, "version": 1, **fields})
                except DuplicateKeyError:
                    return False
                return True
            version = {"_id": subject, "version": stored["version"]}
            if not fields["entries"]:
                return (await self._attempts.delete_one(version)).deleted_count == 1
            return (
                await self._attempts.update_one(version, {"$set": fields, "$inc": {"version": 1}})
            ).matched_count == 1
