"""Reads aggregates as they are stored: one by its id, some by a query, or a list page by page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic

from shared.decider import Decider, S
from shared.errors import Refused
from shared.model import Json
from shared.store.changes import Document
from shared.store.documents import Documents, field_at
from shared.store.paging import decode_cursor, encode_cursor
from shared.store.reading import WHOLE_STATE, Listing


@dataclass(frozen=True)
class Snapshot(Generic[S]):
    """A state as it is read, with its id and its ETag."""

    id: str
    sequence: int
    state: S


@dataclass(frozen=True)
class Page(Generic[S]):
    """Aggregates in the order of a stored field, and the cursor after which the next page begins; None on the last."""

    snapshots: tuple[Snapshot[S], ...]
    next: str | None


@dataclass(frozen=True)
class Rows:
    """Some fields of the states of a page, as they are stored, and the cursor after which the next page begins."""

    rows: tuple[Json, ...]
    next: str | None


@dataclass(frozen=True)
class Repository(Generic[S]):
    """The aggregates of one kind. `unique` maps a unique index to the code with which a second value is refused."""

    decider: Decider[Any, S, Any]
    documents: Documents
    unique: Mapping[str, str] = field(default_factory=dict, kw_only=True)

    async def read(self, aggregate_id: str) -> Snapshot[S]:
        """The aggregate as it is. Raises Refused("not_found")."""
        document = await self.documents.load_one(aggregate_id)
        if document.version == 0:
            raise Refused("not_found")
        return self._snapshot(document)

    async def stored(self, aggregate_id: str, path: str) -> str:
        """One stored text of an aggregate, without the rest. Raises Refused("not_found") if there is none."""
        value = await self.documents.stored(aggregate_id, path)
        if value is None:
            raise Refused("not_found")
        return str(value)

    async def find(
        self, query: Mapping[str, Any], *, sort: str = "_id", limit: int = 50, descending: bool = False
    ) -> list[Snapshot[S]]:
        """Aggregates whose stored fields match, in order."""
        found = await self.documents.find(Listing(query, sort, descending=descending), limit)
        return list(map(self._snapshot, found))

    async def page(
        self, query: Mapping[str, Any], *, sort: str = "_id", limit: int, after: str | None = None, folded: bool = False
    ) -> Page[S]:
        """One page of matches, by a stored field, then `_id`. Raises Refused("malformed") for a foreign cursor."""
        found, following = await self._found(Listing(query, sort, folded), limit, after, WHOLE_STATE)
        return Page(tuple(map(self._snapshot, found)), following)

    async def rows(self, listing: Listing, paths: Iterable[str], *, limit: int, after: str | None = None) -> Rows:
        """One page as `page`, of which these paths of the state alone are read: for long lists of large states."""
        found, following = await self._found(listing, limit, after, (listing.sort, *paths))
        return Rows(tuple(document.state or {} for document in found), following)

    async def count(self, query: Mapping[str, Any], *, folded: bool = False, most: int | None = None) -> int:
        """How many aggregates have stored fields that match; no more than `most` are counted."""
        return await self.documents.count(query, folded=folded, most=most)

    async def ranked(
        self, query: Mapping[str, Any], by: Any, paths: Iterable[str], *, limit: int, after: str | None = None
    ) -> Rows:
        """As `rows`, in the order of a text that the database makes of each aggregate by the expression `by`."""
        beyond = {} if after is None else _beyond("rank", after)
        ranks = await self.documents.ranked(query, by, beyond, limit + 1)
        ids = [aggregate_id for _, aggregate_id in ranks[:limit]]
        found = await self.documents.find(Listing({"_id": {"$in": ids}}), limit, paths) if ids else []
        rows = {document.id: document.state or {} for document in found}
        following = encode_cursor(*ranks[limit - 1]) if len(ranks) > limit else None
        return Rows(tuple(rows[aggregate_id] for aggregate_id in ids if aggregate_id in rows), following)

    async def _found(
        self, listing: Listing, limit: int, after: str | None, paths: Iterable[str]
    ) -> tuple[list[Document], str | None]:
        """One more is read than a page has, to know whether another follows."""
        beyond = {} if after is None else _beyond(listing.sort, after)
        following = replace(listing, query={**listing.query, **beyond})
        found = await self.documents.find(following, limit + 1, paths)
        last = found[limit - 1] if len(found) > limit else None
        return found[:limit], encode_cursor(_value(listing.sort, last), last.id) if last else None

    async def named(self, name: str) -> list[str]:
        """The ids of the aggregates that have this name as their id, or as the value of a unique field."""
        return await self.documents.named(name, self.unique)

    def _snapshot(self, document: Document) -> Snapshot[S]:
        return Snapshot(document.id, document.sequence, self.decider.state(document.state))


def _value(sort: str, document: Document) -> str:
    """A stored field of text, by its path."""
    return str(field_at(sort, {"_id": document.id, "state": document.state}))


def _beyond(sort: str, after: str) -> Json:
    """The condition on what comes after a cursor."""
    value, last_id = decode_cursor(after)
    return {"$or": [{sort: {"$gt": value}}, {sort: value, "_id": {"$gt": last_id}}]}
