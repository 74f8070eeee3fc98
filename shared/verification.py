"""Proofs over what is stored: the journal is whole and unaltered, and the state is its fold."""

from collections.abc import AsyncIterator, Iterable
from hashlib import sha256
from json import loads
from typing import Any

from shared.errors import Defective, VersionNewer
from shared.handling import Aggregate
from shared.model import Json, Model
from shared.store.changes import Document
from shared.store.journal import Journal, chained

PAGE = 200


class Flaw(Model):
    """What is wrong with an aggregate: its journal was altered, its state is not the fold, or they cannot be read."""

    collection: str
    id: str
    code: str


async def verify(aggregate: Aggregate[Any, Any, Any], journal: Journal) -> AsyncIterator[Flaw | None]:
    """Verifies every document: yields None for each that holds, a flaw for each that does not."""
    after = ""
    while ids := await aggregate.documents.ids(after, PAGE):
        for aggregate_id in ids:
            code = await _flaw(aggregate, journal, aggregate_id)
            yield Flaw(collection=aggregate.documents.name, id=aggregate_id, code=code) if code else None
        after = ids[-1]


async def _flaw(aggregate: Aggregate[Any, Any, Any], journal: Journal, aggregate_id: str) -> str | None:
    document = await aggregate.documents.load_one(aggregate_id)
    outbox = (await aggregate.documents.outboxes((aggregate_id,))).get(aggregate_id, [])
    journalled = [entry for entry in await journal.raw(aggregate.decider.source, aggregate_id) if "fact" in entry]
    life = {entry["sequence"]: entry for entry in (*outbox, *journalled) if entry["sequence"] <= document.sequence}
    entries = [life[sequence] for sequence in sorted(life)]
    try:
        return _broken_chain(entries, document) or _unlike_fold(aggregate, entries, document)
    except (Defective, VersionNewer) as unread:
        return str(unread)


def _broken_chain(entries: Iterable[Json], document: Document) -> str | None:
    last_hash = ""
    for entry in entries:
        last_hash = chained(last_hash, entry)
        if last_hash != entry["hash"]:
            return "journal_altered"
    return None if last_hash == document.journal_head else "journal_incomplete"


def _unlike_fold(aggregate: Aggregate[Any, Any, Any], entries: Iterable[Json], document: Document) -> str | None:
    state = aggregate.decider.absent
    for entry in entries:
        state = aggregate.decider.evolve(state, aggregate.decider.fact(loads(entry["fact"])))
    return None if state == aggregate.decider.state(document.state) else "state_unlike_fold"


async def seal(journal: Journal) -> str:
    """One hash over the last hash of every aggregate, to be kept elsewhere."""
    root = sha256()
    for last in await journal.last_hashes():
        root.update("\n".join(last).encode() + b"\n\n")
    return root.hexdigest()
