"""A stand-in for the MongoDB driver, as far as `shared.store` needs it: BSON documents, every operation an act."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from operator import gt, itemgetter, le, lt
from types import SimpleNamespace
from typing import Any, NamedTuple, Self

import bson
from bson.codec_options import CodecOptions
from pymongo import InsertOne, ReplaceOne, UpdateMany, UpdateOne
from pymongo.errors import AutoReconnect, BulkWriteError, DuplicateKeyError

from shared.model import Json
from tests.schedules.schedule import Fate, Schedule

DUPLICATE = 11000
AWARE: CodecOptions[Json] = CodecOptions(tz_aware=True)
AWAY = (Fate(happens=False, error=AutoReconnect),)
UNKNOWN = (*AWAY, Fate(error=AutoReconnect))
Operation = InsertOne[Json] | UpdateOne | UpdateMany | ReplaceOne[Json]


class Write(NamedTuple):
    """One operation: what it does, to which document, with what."""

    verb: str
    query: Json
    what: Json


class MemoryDatabase:
    """Collections by name."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._collections: dict[str, Collection] = {}

    def __getitem__(self, name: str) -> "Collection":
        return self._collections.setdefault(name, Collection(name, self._schedule))


class Collection:
    """One collection; `stored` are its documents by id."""

    def __init__(self, name: str, schedule: Schedule) -> None:
        self.stored: dict[str, bytes] = {}
        self._name = name
        self._schedule = schedule

    def documents(self) -> Iterator[Json]:
        return (bson.decode(stored, AWARE) for stored in self.stored.values())

    def find(self, query: Json, projection: Json | None = None, **_: Any) -> "Found":
        return Found(lambda: self._reads(query), projection or {})

    async def find_one(self, query: Json) -> Json | None:
        return next(iter(await self._reads(query)), None)

    async def count_documents(self, query: Json, limit: int = 0) -> int:
        return len((await self._reads(query))[: limit or None])

    async def distinct(self, path: str) -> list[Any]:
        return [value for document in await self._reads({}) for value in _values(document, path)]

    def aggregate(self, steps: Sequence[Json], **_: Any) -> "Found":
        """Understands the one pipeline there is: match, sort, the last of each group, sort."""
        match, order, group, by = (next(iter(step.values())) for step in steps)
        (last,) = (name for name in group if name != "_id")

        async def grouped() -> list[Json]:
            ordered = await Found(lambda: self._reads(match), {}).sort(list(order.items())).to_list(None)
            groups = {
                tuple(document[path[1:]] for path in group["_id"].values()): document[group[last]["$last"][1:]]
                for document in ordered
            }
            return [
                {"_id": dict(zip(group["_id"], named, strict=True)), last: value} for named, value in groups.items()
            ]

        return Found(grouped, {}).sort(list(by.items()))

    async def insert_one(self, document: Json) -> None:
        await self._writes(Write("inserts", document, document))

    async def insert_many(self, documents: Iterable[Json], *, ordered: bool) -> None:
        await self.bulk_write([InsertOne(document) for document in documents], ordered=ordered)

    async def update_one(self, query: Json, update: Json) -> SimpleNamespace:
        return SimpleNamespace(matched_count=await self._writes(Write("updates", query, update)))

    async def update_many(self, query: Json, steps: list[Json]) -> SimpleNamespace:
        """Understands the one pipeline there is: each document takes what is listed for it, in any order."""
        mine = steps[0]["$replaceWith"]["$let"]["vars"]["mine"]["$arrayElemAt"]
        ids = mine[1]["$indexOfArray"][0]["$literal"]
        assert query == {"_id": {"$in": ids}}
        modified = 0
        for document_id, listed in self._schedule.in_any_order(
            sorted(zip(ids, mine[0]["$literal"], strict=True), key=itemgetter(0))
        ):
            change = bson.decode(listed.raw, AWARE)
            update = {"$set": change["fields"], "$push": {"outbox": {"$each": change["entries"]}}}
            modified += await self._writes(
                Write("updates", {"_id": document_id, "version": change["expected"]}, update)
            )
        return SimpleNamespace(modified_count=modified)

    async def delete_one(self, query: Json) -> None:
        await self._deletes(query, 1)

    async def delete_many(self, query: Json) -> None:
        await self._deletes(query, None)

    async def bulk_write(self, operations: Iterable[Operation], *, ordered: bool) -> SimpleNamespace:
        """Each operation by itself, in any order; which failed for a duplicate is reported at the end."""
        assert not ordered
        counts: Counter[str] = Counter()
        errors: list[Json] = []
        writes = [(index, write) for index, operation in enumerate(operations) for write in _writes(operation)]
        for index, write in self._schedule.in_any_order(
            sorted(writes, key=lambda numbered: str(numbered[1].query["_id"]))
        ):
            try:
                counts[write.verb] += await self._writes(write)
            except DuplicateKeyError as there:
                errors.append({"index": index, "code": DUPLICATE, **(there.details or {})})
        matched, inserted = counts["updates"] + counts["replaces"], counts["inserts"]
        if errors:
            raise BulkWriteError(
                {"writeErrors": errors, "writeConcernErrors": [], "nMatched": matched, "nInserted": inserted}
            )
        return SimpleNamespace(matched_count=matched, inserted_count=inserted)

    async def _reads(self, query: Json) -> list[Json]:
        found: list[Json] = await self._schedule.act(f"reads {self._name}", lambda: list(self._matching(query)), AWAY)
        return found

    async def _writes(self, write: Write) -> int:
        label = f"{write.verb} {self._name} {write.query['_id']}"
        count: int = await self._schedule.act(label, lambda: self._write(write), UNKNOWN)
        return count

    async def _deletes(self, query: Json, most: int | None) -> None:
        def delete() -> None:
            for document in list(self._matching(query))[:most]:
                del self.stored[document["_id"]]

        await self._schedule.act(f"deletes from {self._name} {query.get('_id', '')}", delete, UNKNOWN)

    def _matching(self, query: Json) -> Iterator[Json]:
        named = query.get("_id")
        ids = {named} if isinstance(named, str) else set(named["$in"]) if named and "$in" in named else self.stored
        found = (bson.decode(stored, AWARE) for document_id, stored in self.stored.items() if document_id in ids)
        return (document for document in found if matches(document, query))

    def _write(self, write: Write) -> int:
        """How many documents there were to write."""
        found = None if write.verb == "inserts" else next(self._matching(write.query), None)
        match write.verb:
            case "inserts":
                self._insert(write.what)
            case "replaces":
                self._keep({"_id": write.query["_id"], **write.what})
            case "updates" if found:
                self._keep(updated(found, write.what))
        return int(write.verb == "inserts" or found is not None)

    def _insert(self, document: Json) -> None:
        if document["_id"] in self.stored:
            raise DuplicateKeyError(
                "E11000", DUPLICATE, {"keyPattern": {"_id": 1}, "keyValue": {"_id": document["_id"]}}
            )
        self._keep(document)

    def _keep(self, document: Json) -> None:
        self.stored[document["_id"]] = bson.encode(document)


class Found:
    """A cursor: what was found is read in one act. Projections matter where they compute."""

    def __init__(self, read: Callable[[], Any], projection: Json) -> None:
        self._read = read
        self._computed = {name: given for name, given in projection.items() if isinstance(given, dict)}
        self._order: list[tuple[str, int]] = []
        self._most: int | None = None

    def sort(self, order: str | list[tuple[str, int]]) -> Self:
        self._order = [(order, 1)] if isinstance(order, str) else order
        return self

    def limit(self, most: int) -> Self:
        self._most = most
        return self

    async def to_list(self, _: None) -> list[Json]:
        found = sorted(await self._read(), key=self._sort_key)[: self._most]
        return [
            {**document, **{name: _size(document, given) for name, given in self._computed.items()}}
            for document in found
        ]

    async def __aiter__(self) -> AsyncIterator[Json]:
        for document in await self.to_list(None):
            yield document

    def _sort_key(self, document: Json) -> list[Any]:
        return [str(value) if isinstance(value := document[path], dict) else value for path, _ in self._order]


def matches(document: Json, query: Json) -> bool:
    """Whether a document fulfils every condition."""
    return all(_fulfils(list(_values(document, path)), condition) for path, condition in query.items())


def updated(document: Json, update: Json) -> Json:
    """The document after an update."""
    for kind, changes in update.items():
        for path, given in changes.items():
            *above, name = path.split(".")
            node: Any = document
            for step in above:
                node = node[int(step)] if isinstance(node, list) else node[step]
            _CHANGES[kind](node, name, given)
    return document


def _push(node: Json, name: str, given: Any) -> None:
    node[name] = [*node.get(name, []), *(given["$each"] if isinstance(given, dict) and "$each" in given else [given])]


def _pull(node: Json, name: str, given: Json) -> None:
    node[name] = [item for item in node[name] if not matches(item, given)]


_CHANGES: Mapping[str, Callable[[Any, str, Any], object]] = {
    "$set": lambda node, name, given: node.__setitem__(name, given),
    "$unset": lambda node, name, _: node.pop(name, None),
    "$inc": lambda node, name, given: node.__setitem__(name, node.get(name, 0) + given),
    "$push": _push,
    "$pull": _pull,
    "$pop": lambda node, name, _: node.__setitem__(name, node[name][1:]),
}
_CONDITIONS: Mapping[str, Callable[[list[Any], Any], bool]] = {
    "$in": lambda values, condition: any(value in condition for value in values),
    "$nin": lambda values, condition: all(value not in condition for value in values),
    "$ne": lambda values, condition: condition not in (values or [None]),
    "$exists": lambda values, condition: bool(values) is condition,
    "$gt": lambda values, condition: any(gt(value, condition) for value in values),
    "$lt": lambda values, condition: any(lt(value, condition) for value in values),
    "$lte": lambda values, condition: any(le(value, condition) for value in values if value is not None),
}


def _fulfils(values: list[Any], condition: Any) -> bool:
    if isinstance(condition, dict):
        return all(_CONDITIONS[name](values, given) for name, given in condition.items())
    return condition in (values or [None])


def _values(document: Any, path: str) -> Iterator[Any]:
    """What lies at a path, in every element of the arrays on its way."""
    name, _, rest = path.partition(".")
    if isinstance(document, list):
        if not name.isdecimal():
            for item in document:
                yield from _values(item, path)
            return
        document = {str(index): item for index, item in enumerate(document)}
    if isinstance(document, dict) and name in document:
        if rest:
            yield from _values(document[name], rest)
        else:
            yield document[name]


def _writes(operation: Operation) -> list[Write]:
    """What an operation of the driver asks for, document by document; replacing inserts what is not there."""
    document: Any = operation._doc  # noqa: SLF001 - the driver has no public name for it
    match operation:
        case InsertOne():
            return [Write("inserts", document, document)]
        case ReplaceOne(_upsert=True, _filter=query):
            return [Write("replaces", dict(query), document)]
        case UpdateOne(_upsert=None | False, _filter=query):
            return [Write("updates", dict(query), document)]
        case UpdateMany(_upsert=None | False, _filter={"_id": {"$in": ids}}):
            return [Write("updates", {"_id": document_id}, document) for document_id in ids]
    raise NotImplementedError(operation)


def _size(document: Json, given: Json) -> int:
    ((kind, shape),) = given.items()
    assert kind == "$bsonSize"
    return len(bson.encode({name: document[path[1:]] for name, path in shape.items()}))
