"""One collection per aggregate: state, outbox and inbox in one document, changed by one compare-and-set write."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

import structlog
from bson.errors import InvalidDocument
from pymongo import ASCENDING, UpdateMany
from pymongo.collation import Collation, CollationAlternate, CollationMaxVariable, CollationStrength
from pymongo.errors import BulkWriteError, DocumentTooLarge, DuplicateKeyError, OperationFailure

from shared.errors import Defective, NotUnique, StaleVersion
from shared.model import Json
from shared.store.changes import Change, Document, document_of, listed, operation, update_by_list
from shared.store.client import Database, reaching

_DUPLICATE = 11000
_TOO_LARGE = 10334
RESTORED = 1_000_000
MOST_LOADED = 64_000_000
MOST_LISTED_BYTES = 12_000_000
FEWEST_BY_LIST = 4  # fewer are faster by one operation each
_LOADED = {
    **dict.fromkeys(("version", "sequence", "state", "inbox", "head", "due", "halted"), 1),
    "outbox_bytes": {"$bsonSize": {"outbox": "$outbox"}},
}
WHOLE_STATE = ("state",)
_FOLDED = Collation(
    "en",
    strength=CollationStrength.PRIMARY,
    alternate=CollationAlternate.SHIFTED,
    maxVariable=CollationMaxVariable.PUNCT,
)
_BEYOND_EVERY_LETTER = "\uffff"
log = structlog.get_logger()


class Documents:
    """The documents of one aggregate. Every method raises Unavailable when the database is out of reach."""

    def __init__(self, database: Database, collection: str) -> None:
        self.name = collection
        self._documents = database[collection]

    async def prepare(self, unique: Iterable[str] = (), indexes: Iterable[str] = (), names: Iterable[str] = ()) -> None:
        """Creates the indexes of sweeps, uniqueness, queries (several paths in one text), and names by beginnings."""
        with reaching():
            await self._documents.create_index(
                "outbox.sequence", partialFilterExpression={"outbox.sequence": {"$gt": 0}}
            )
            await self._documents.create_index("due", partialFilterExpression={"due": {"$type": "date"}})
            for path in unique:
                await self._make_unique(path)
            for index in indexes:
                await self._documents.create_index([(path, ASCENDING) for path in (*index.split(), "_id")])
            for path in names:
                await self._documents.create_index(
                    [(path, ASCENDING), ("_id", ASCENDING)], name=f"{path} folded", collation=_FOLDED
                )

    async def _make_unique(self, path: str) -> None:
        """Where an earlier release has stored a value twice, the index cannot be made, and the log says so."""
        try:
            await self._documents.create_index(
                path, name=path, unique=True, partialFilterExpression={path: {"$type": "string"}}
            )
        except DuplicateKeyError:
            log.error("stored_twice", collection=self.name, path=path)  # noqa: TRY400 - the error repeats the value

    async def load(self, ids: Iterable[str]) -> dict[str, Document]:
        """The documents with these ids, absent ones as version 0; one query."""
        documents = {document_id: Document(document_id) for document_id in ids}
        with reaching():
            cursor = self._documents.find(
                {"_id": {"$in": list(documents)}}, _LOADED, batch_size=len(documents) + 1
            )  # ends in one answer
            found = await cursor.to_list(None)
        return documents | {stored["_id"]: document_of(stored) for stored in found}

    async def load_one(self, document_id: str) -> Document:
        """The document with this id, as version 0 if it is absent."""
        return (await self.load((document_id,)))[document_id]

    async def stored(self, document_id: str, path: str) -> Any:
        """One stored field of a document, by its path; None if there is none."""
        with reaching():
            found = await self._documents.find_one({"_id": document_id}, {path: 1})
        return field_at(path, found)

    async def write(self, change: Change) -> None:
        """One change. Raises StaleVersion on a lost race, NotUnique, or Defective if the document is too large."""
        if defect := (await self.write_all((change,))).get(change.before.id):
            raise defect

    async def write_all(self, changes: Sequence[Change]) -> dict[str, Defective | NotUnique]:
        """New documents in a bulk, known ones by two lists, side by side; what failed by its own defect, by id.

        Raises StaleVersion if any race was lost; the database does not tell which.
        """
        new = [change for change in changes if change.before.version == 0]
        known = [change for change in changes if change.before.version]
        shares = await asyncio.gather(
            self._bulk(new), self._by_list(known[::2]), self._by_list(known[1::2]), return_exceptions=True
        )
        defects: dict[str, Defective | NotUnique] = {}
        for share in shares:
            if isinstance(share, BaseException):
                raise share
            defects |= share
        return defects

    async def _by_list(self, changes: Sequence[Change]) -> dict[str, Defective | NotUnique]:
        """Changes many documents by one update, few by one operation each.

        If any of it is refused, each is tried by itself; what the update has already written then loses its race.
        """
        if len(changes) < FEWEST_BY_LIST:
            return await self._bulk(changes)
        ids = [change.before.id for change in changes]
        try:
            list_of_changes = [listed(change) for change in changes]
            if sum(len(change.raw) for change in list_of_changes) > MOST_LISTED_BYTES:
                return await self._bulk(changes)
            with reaching():
                result = await self._documents.update_many({"_id": {"$in": ids}}, update_by_list(ids, list_of_changes))
        except (DocumentTooLarge, InvalidDocument, OperationFailure, OverflowError):
            return await self._bulk(changes)
        if result.modified_count < len(changes):
            raise StaleVersion
        return {}

    async def _bulk(self, changes: Sequence[Change]) -> dict[str, Defective | NotUnique]:
        if not changes:
            return {}
        operations = [operation(change) for change in changes]
        try:
            with reaching():
                result = await self._documents.bulk_write(operations, ordered=False)
            written, errors = result.matched_count + result.inserted_count, []
        except BulkWriteError as failed:
            written, errors = failed.details["nMatched"] + failed.details["nInserted"], failed.details["writeErrors"]
        except (DocumentTooLarge, InvalidDocument, OperationFailure, OverflowError) as unsendable:
            if isinstance(unsendable, OperationFailure) and unsendable.code != _TOO_LARGE:
                raise
            return await self._one_by_one(changes, unsendable)
        defects = {changes[error["index"]].before.id: _defect(error) for error in errors if not _lost_race(error)}
        if written + len(defects) < len(changes):
            raise StaleVersion
        return defects

    async def _one_by_one(self, changes: Sequence[Change], unsendable: Exception) -> dict[str, Defective | NotUnique]:
        if len(changes) == 1:
            return {
                changes[0].before.id: Defective(
                    "number_too_large" if isinstance(unsendable, OverflowError) else "document_too_large"
                )
            }
        defects: dict[str, Defective | NotUnique] = {}
        for change in changes:
            defects |= await self._bulk((change,))
        if not defects:
            raise StaleVersion from unsendable
        return defects

    async def find(
        self,
        query: Mapping[str, Any],
        *,
        sort: str,
        limit: int,
        folded: bool = False,
        paths: Iterable[str] = WHOLE_STATE,
    ) -> list[Document]:
        """Documents that match, by a field and then id; `folded` compares texts by their letters and digits alone.

        `paths`: what is read of each.
        """
        shown = dict.fromkeys(("sequence", *paths), 1)
        with reaching():
            cursor = (
                self._documents.find(dict(query), shown, collation=_FOLDED if folded else None)
                .sort([(sort, ASCENDING), ("_id", ASCENDING)])
                .limit(limit)
            )
            return [document_of(stored) async for stored in cursor]

    async def count(self, query: Mapping[str, Any]) -> int:
        """How many documents match; quick where an index covers the query."""
        with reaching():
            return await self._documents.count_documents(dict(query))

    async def unrelayed(self, limit: int, passing_over: Iterable[str] = ()) -> dict[str, datetime]:
        """Documents whose outbox is not empty, by the partial index, except some; with the time of the oldest fact."""
        query = {"outbox.sequence": {"$gt": 0}, "_id": {"$nin": list(passing_over)}}
        with reaching():
            cursor = self._documents.find(query, {"outbox.at": 1}).limit(limit)
            return {found["_id"]: min(entry["at"] for entry in found["outbox"]) async for found in cursor}

    async def oldest_unrelayed(self) -> datetime | None:
        """The time of the oldest fact that waits in an outbox, whatever keeps it there."""
        with reaching():
            found = await self._documents.find_one(
                {"outbox.sequence": {"$gt": 0}}, {"outbox.at": 1}, sort=[("outbox.at", ASCENDING)]
            )
        return min(entry["at"] for entry in found["outbox"]) if found else None

    async def outboxes(self, ids: Iterable[str], most_bytes: int = MOST_LOADED) -> dict[str, list[Json]]:
        """The whole outbox of each document that has one, by sequence; no more documents after `most_bytes`."""
        found: dict[str, list[Json]] = {}
        with reaching():
            async for stored in self._documents.find(
                {"_id": {"$in": list(ids)}, "outbox.sequence": {"$gt": 0}}, {"outbox": 1}
            ):
                found[stored["_id"]] = sorted(stored["outbox"], key=lambda entry: entry["sequence"])
                most_bytes -= sum(
                    len(entry["fact"]) + len((entry["message"] or {}).get("value") or "") for entry in stored["outbox"]
                )
                if most_bytes < 0:
                    break
        return found

    async def halt(self, document_id: str) -> None:
        """Stops commands to a document whose outbox contradicts the journal; a write under way loses the race."""
        with reaching():
            await self._documents.update_one({"_id": document_id}, {"$set": {"halted": True}, "$inc": {"version": 1}})

    async def pull(self, relayed: Mapping[str, Iterable[int]]) -> None:
        """Removes relayed entries, by id and sequence, and ends a halt; the version stays, for nothing was decided.

        The driver repeats none of it; what a failover interrupts is relayed again.
        """
        alike: dict[tuple[int, ...], list[str]] = {}
        for document_id, done in relayed.items():
            alike.setdefault(tuple(done), []).append(document_id)
        pulls = [
            UpdateMany(
                {"_id": {"$in": ids}}, {"$pull": {"outbox": {"sequence": {"$in": done}}}, "$unset": {"halted": ""}}
            )
            for done, ids in alike.items()
            if done
        ]
        if pulls:
            with reaching():
                await self._documents.bulk_write(pulls, ordered=False)

    async def due(self, moment: datetime, limit: int, passing_over: Iterable[str] = ()) -> list[str]:
        """Ids of documents that are due by now, but for some."""
        query = {"due": {"$lte": moment}, "_id": {"$nin": list(passing_over)}}
        with reaching():
            return [found["_id"] async for found in self._documents.find(query, {"_id": 1}).sort("due").limit(limit)]

    async def make_due(self, query: Mapping[str, Any], at: datetime) -> int:
        """Makes every document that matches due; how many there were."""
        with reaching():
            return (
                await self._documents.update_many(dict(query), {"$set": {"due": at}, "$inc": {"version": 1}})
            ).matched_count

    async def postpone(self, document_id: str, at: datetime, until: datetime) -> None:
        """Makes a document that was due at a moment due later, unless it was changed meanwhile."""
        with reaching():
            await self._documents.update_one(
                {"_id": document_id, "due": {"$lte": at}}, {"$set": {"due": until}, "$inc": {"version": 1}}
            )

    async def raise_sequences(self) -> None:
        """Has every aggregate of a restored backup go on with numbers that nobody has consumed or read yet."""
        with reaching():
            await self._documents.update_many({}, {"$inc": {"sequence": RESTORED, "version": 1}})

    async def named(self, name: str, paths: Iterable[str]) -> list[str]:
        """Ids of the documents that have this name as their id, or at one of these paths."""
        query = {"$or": [{path: name} for path in ("_id", *paths)]}
        with reaching():
            return [found["_id"] async for found in self._documents.find(query, {"_id": 1})]

    async def ids(self, after: str, limit: int, query: Mapping[str, Any] = MappingProxyType({})) -> list[str]:
        """Ids in order, for walks over the whole collection, or over what matches."""
        beyond = {**query, "_id": {"$gt": after}}
        with reaching():
            return [found["_id"] async for found in self._documents.find(beyond, {"_id": 1}).sort("_id").limit(limit)]


def field_at(path: str, stored: Any) -> Any:
    """The field of a document at a path; None if there is none."""
    for name in path.split("."):
        stored = stored.get(name) if isinstance(stored, dict) else None
    return stored


def beginning_with(prefix: str) -> Json:
    """The condition that a name begins with a prefix; a folded query compares letters and digits alone."""
    return {"$gte": prefix, "$lt": prefix + _BEYOND_EVERY_LETTER}


def _lost_race(error: Json) -> bool:
    return error["code"] == _DUPLICATE and "_id" in error.get("keyPattern", {"_id": 1})


def _defect(error: Json) -> Defective | NotUnique:
    return (
        NotUnique(next(iter(error["keyPattern"]))) if error["code"] == _DUPLICATE else Defective("document_too_large")
    )
