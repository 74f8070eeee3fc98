"""Proofs over what is stored: the journal is whole and unaltered, and the state is its fold."""

from collections.abc import AsyncIterator, Iterable
from hashlib import sha256
from json import loads
from typing import Any

from shared.errors import Defective, VersionNewer
from shared.handling import Aggregate
from shared.model import Json, Model
from shared.store.documents import Document
from shared.store.journal import Journal, chained

PAGE = 200


class Flaw(Model):
    """What is wrong with an aggregate: its journal was altered, its state is not the fold, or they cannot be read."""

    collection: str
    id: str
    code: str


async def verify(aggregate: Aggregate[Any, Any, Any], journal: Journal) -> AsyncIterator[Flaw | None]:
    """Walks all documents: None for each that holds, a flaw for each that does not."""
    after = ""
    while ids := await aggregate.documents.ids(after, PAGE):
        for one in ids:
            code = await _flaw(aggregate, journal, one)
            yield Flaw(collection=aggregate.documents.name, id=one, code=code) if code else None
        after = ids[-1]


async def _flaw(aggregate: Aggregate[Any, Any, Any], journal: Journal, one: str) -> str | None:
    document = await aggregate.documents.load_one(one)
    waiting = (await aggregate.documents.outboxes((one,))).get(one, [])
    journalled = [entry for entry in await journal.raw(aggregate.decider.source, one) if "fact" in entry]
    life = {entry["sequence"]: entry for entry in (*waiting, *journalled) if entry["sequence"] <= document.sequence}
    entries = [life[sequence] for sequence in sorted(life)]
    try:
        return _broken_chain(entries, document) or _unlike_fold(aggregate, entries, document)
    except (Defective, VersionNewer) as unread:
        return str(unread)


def _broken_chain(entries: Iterable[Json], document: Document) -> str | None:
    head = ""
    for entry in entries:
        head = chained(head, entry)
        if head != entry["hash"]:
            return "journal_altered"
    return None if head == document.journal_head else "journal_incomplete"


def _unlike_fold(aggregate: Aggregate[Any, Any, Any], entries: Iterable[Json], document: Document) -> str | None:
    state = aggregate.decider.absent
    for entry in entries:
        state = aggregate.decider.evolve(state, aggregate.decider.fact(loads(entry["fact"])))
    return None if state == aggregate.decider.state(document.state) else "state_unlike_fold"


async def seal(journal: Journal) -> str:
    """One hash over the last hash of every aggregate, to be kept elsewhere."""
    root = sha256()
    for head in await journal.heads():
        root.update("\n".join(head).encode() + b"\n\n")
    return root.hexdigest()
