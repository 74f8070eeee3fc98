"""Lists of documents: those that match a query, in the order of a field or of a value made of each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.collation import Collation, CollationAlternate, CollationMaxVariable, CollationStrength

from shared.model import Json
from shared.store.changes import Document, document_of
from shared.store.client import Database, reaching

WHOLE_STATE = ("state",)
FOLDED = Collation(
    "en",
    strength=CollationStrength.PRIMARY,
    alternate=CollationAlternate.SHIFTED,
    maxVariable=CollationMaxVariable.PUNCT,
)


@dataclass(frozen=True)
class Listing:
    """Which documents, by a field and then id; `folded` compares texts by their letters and digits alone."""

    query: Mapping[str, Any]
    sort: str = "_id"
    folded: bool = False
    descending: bool = False


class Reading:
    """Reads the documents of one collection. Every method raises Unavailable when the database is out of reach."""

    def __init__(self, database: Database, collection: str) -> None:
        self._documents = database[collection]

    async def find(self, listing: Listing, limit: int, paths: Iterable[str] = WHOLE_STATE) -> list[Document]:
        """Documents that are listed; `paths`: what is read of each."""
        shown, direction = dict.fromkeys(("sequence", *paths), 1), DESCENDING if listing.descending else ASCENDING
        with reaching():
            cursor = (
                self._documents.find(dict(listing.query), shown, collation=FOLDED if listing.folded else None)
                .sort([(listing.sort, direction), ("_id", direction)])
                .limit(limit)
            )
            return [document_of(stored) async for stored in cursor]

    async def count(self, query: Mapping[str, Any], *, folded: bool = False, most: int | None = None) -> int:
        """How many documents match, `folded` as in `find`; no more than `most` are counted."""
        bound: dict[str, Any] = {"limit": most} if most else {}
        with reaching():
            return await self._documents.count_documents(dict(query), collation=FOLDED if folded else None, **bound)

    async def ranked(self, query: Mapping[str, Any], by: Any, beyond: Json, limit: int) -> list[tuple[str, str]]:
        """Rank and id of what matches, in the order of both: `by` is an expression that makes a text of a document."""
        steps: list[Json] = [{"$match": dict(query)}, {"$project": {"rank": by}}, {"$match": beyond}]
        steps += [{"$sort": {"rank": ASCENDING, "_id": ASCENDING}}, {"$limit": limit}]
        with reaching():
            return [(found["rank"], found["_id"]) async for found in self._documents.aggregate(steps)]
