"""One service's endpoints and deciders in this process, its documents in memory: real requests, no server."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from shared.clock import now
from shared.errors import StaleVersion
from shared.http import admission, guard
from shared.http.identity import Caller
from shared.model import Json
from shared.store.attempts import Attempts
from shared.store.audit import AuditLog
from shared.store.changes import AggregateRef, Change, Document
from shared.store.documents import Documents, field_at
from shared.store.files import Files, Saved
from shared.store.reading import Listing
from tests.support.built import app_of, operations_of, tasks_of


@dataclass(frozen=True)
class Edge:
    """`documents` are those of the service; `facts` are what has happened since they were set, as journalled."""

    service: str
    app: FastAPI
    documents: dict[AggregateRef, Document] = field(default_factory=dict)
    facts: list[str] = field(default_factory=list)

    def set(self, states: Mapping[AggregateRef, Any]) -> None:
        """Keeps these aggregates, and nothing else."""
        self.documents.clear()
        self.facts.clear()
        for (collection, aggregate_id), state in states.items():
            decider = operations_of(self.app).aggregates[collection].decider
            stored = decider.states.dump_python(state, mode="json")
            self.documents[collection, aggregate_id] = Document(aggregate_id, version=1, sequence=1, state=stored)

    async def asks(self, request: Json, key: str) -> httpx.Response:
        """What a request, as httpx takes it, is answered under this idempotency key."""
        headers = {**request["headers"], "Idempotency-Key": key}
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request(**request | {"headers": headers})

    def load(self, collection: str, ids: Any) -> dict[str, Document]:
        return {known: self.documents.get((collection, known), Document(known)) for known in ids}

    def write(self, collection: str, change: Change) -> None:
        if self.load(collection, [change.before.id])[change.before.id].version != change.before.version:
            raise StaleVersion
        self.documents[collection, change.before.id] = replace(change.after, version=change.before.version + 1)
        self.facts.extend(entry["fact"] for entry in change.entries)

    def find(self, collection: str, query: Mapping[str, Any]) -> list[Document]:
        return [
            document
            for (name, aggregate_id), document in self.documents.items()
            if name == collection and all(matches(_stored(aggregate_id, document), *pair) for pair in query.items())
        ]


def _stored(aggregate_id: str, document: Document) -> Json:
    return {"_id": aggregate_id, "state": document.state}


def matches(stored: Any, path: str, expected: Any) -> bool:
    """Whether a stored value at a path, or one in a list there, is the expected one or among those after `$in`."""
    first, _, rest = path.partition(".")
    if isinstance(stored, list):
        return any(matches(item, path, expected) for item in stored)
    if not isinstance(stored, dict) or first not in stored:
        return False
    if rest:
        return matches(stored[first], rest, expected)
    return stored[first] in (expected["$in"] if isinstance(expected, dict) else [expected])


@contextmanager
def edge_of(service: str, caller: Caller) -> Iterator[Edge]:
    """The edge of a service, at which this person calls; its clock stands still."""
    app, at = app_of(service), now()
    edge = Edge(service, app)

    async def authenticate(_: Any) -> Caller:
        return caller

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(admission, "authenticate", authenticate)
        patched.setattr(guard, "now", lambda: at)
        patched.setattr(tasks_of(app), "prepared", True)
        for (owner, name), stand_in in {**_documents(edge), **_files(), **UNNOTED}.items():
            patched.setattr(owner, name, stand_in)
        yield edge


# --- in place of the database ---------------------------------------------------------------------

StandIns = Mapping[tuple[type[Any], str], Any]


def _documents(edge: Edge) -> StandIns:
    async def load(store: Documents, ids: Any) -> dict[str, Document]:
        return edge.load(store.name, ids)

    async def write(store: Documents, change: Change) -> None:
        edge.write(store.name, change)

    async def find(store: Documents, listing: Listing, *_: Any) -> list[Document]:
        return edge.find(store.name, listing.query)

    async def stored(store: Documents, document_id: str, path: str) -> Any:
        document = edge.load(store.name, [document_id])[document_id]
        return field_at(path, _stored(document_id, document)) if document.version else None

    stand_ins = {"load": load, "write": write, "find": find, "stored": stored}
    return {(Documents, name): stand_in for name, stand_in in stand_ins.items()}


def _files() -> StandIns:
    kept: dict[UUID, bytes] = {}

    async def save(_: Files, chunks: AsyncIterator[bytes], _limit: int, _of: str) -> Saved:
        content = b"".join([chunk async for chunk in chunks])
        digest = sha256(content).hexdigest()
        file_id = UUID(digest[:32], version=4)
        kept[file_id] = content
        return Saved(file_id, len(content), digest)

    async def read(_: Files, file_id: UUID, *_part: int | None) -> AsyncIterator[bytes]:
        """What was saved; of any other file its id."""
        yield kept.get(file_id, str(file_id).encode())

    return {(Files, "save"): save, (Files, "read"): read, (Files, "keep"): _nothing, (Files, "delete"): _nothing}


async def _nothing(*_: Any) -> None:
    return None


UNNOTED: StandIns = {(AuditLog, "note"): _nothing, (Attempts, "change"): _nothing}
