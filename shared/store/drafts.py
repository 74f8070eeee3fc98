"""What people have typed and not sent yet: one document a person and form, until it is sent, or for thirty days.

No command has decided on it, so no journal keeps it (docs/decisions/0038).
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from pymongo.errors import DuplicateKeyError

from shared.clock import now
from shared.errors import Refused
from shared.store.client import Database, reaching

KEPT_FOR = timedelta(days=30)
SENT_FOR = timedelta(hours=1)  # so long after a form was sent a save of it may still be on its way
MOST_OF_A_PERSON = 100
TRIES = 2
MOST_CHARACTERS = 250_000


@dataclass(frozen=True)
class Draft:
    """The fields of a form as they were typed, valid or not; `seen` is what the page had shown in them."""

    fields: Mapping[str, tuple[str, ...]]
    seen: str
    at: datetime

    @property
    def characters(self) -> int:
        """Those of its names and values."""
        return sum(len(name) + sum(map(len, values)) for name, values in self.fields.items()) + len(self.seen)


class Drafts:
    """The drafts of every person, each under the name of its form.

    Every method raises Unavailable when the database is out of reach.
    """

    def __init__(self, database: Database) -> None:
        self._drafts = database["drafts"]

    async def prepare(self) -> None:
        """Creates the index by which the database removes what is old, and the one by which a person's are counted."""
        with reaching():
            await self._drafts.create_index("at", expireAfterSeconds=int(KEPT_FOR.total_seconds()))
            await self._drafts.create_index("subject")

    async def keep(self, subject: str, form: str, key: str, draft: Draft) -> None:
        """In place of an earlier draft of the same form; nothing, if the form was sent under this key meanwhile.

        Raises Refused: "too_large", "too_many_drafts".
        """
        if draft.characters > MOST_CHARACTERS:
            raise Refused("too_large", field="body")
        draft_id = _id(subject, form)
        others = {"subject": subject, "_id": {"$ne": draft_id}, "fields": {"$exists": True}}
        with reaching():
            if await self._drafts.count_documents(others) >= MOST_OF_A_PERSON:
                raise Refused("too_many_drafts")
            fields = [[name, *values] for name, values in draft.fields.items()]
            kept = {"subject": subject, "at": draft.at, "fields": fields, "seen": draft.seen}
            for _ in range(TRIES):
                with suppress(DuplicateKeyError):  # of a form that was sent, or of a first save beside this one
                    await self._drafts.replace_one({"_id": draft_id, "sent": {"$ne": key}}, kept, upsert=True)
                    return

    async def find(self, subject: str, form: str) -> Draft | None:
        with reaching():
            kept = await self._drafts.find_one({"_id": _id(subject, form)})
        if kept is None or "fields" not in kept:
            return None
        return Draft({name: tuple(values) for name, *values in kept["fields"]}, kept["seen"], kept["at"])

    async def erase(self, subject: str, form: str, key: str) -> None:
        """Leaves of a form that was sent, or discarded, its key alone, and that for a short time."""
        sent = {"subject": subject, "at": now() - KEPT_FOR + SENT_FOR, "sent": key}
        with reaching():
            await self._drafts.replace_one({"_id": _id(subject, form)}, sent, upsert=True)


def _id(subject: str, form: str) -> str:
    return sha256(f"{subject} {form}".encode()).hexdigest()
