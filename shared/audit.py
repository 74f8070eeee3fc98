"""Proofs over what is stored: the journal is whole and unaltered, the state is its fold, what was said was heard."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from json import loads
from typing import Any

from shared.clock import now
from shared.decider import Json, Model
from shared.errors import Defective, VersionNewer
from shared.handling import Aggregate, Hears
from shared.messages import received
from shared.store.documents import Document
from shared.store.journal import Journal, chained
from shared.store.parked import RawRecord

PAGE = 200


class Flaw(Model):
    """What is wrong with an aggregate: its journal was altered, its state is not the fold, or they cannot be read."""

    collection: str
    id: str
    code: str


class Unheard(Model):
    """A message that was said and not yet heard: by which aggregate, from which publisher, and how far it has heard."""

    collection: str
    id: str
    publisher: str
    said: int
    heard: int


@dataclass(frozen=True)
class Said:
    """One journalled message, as it lay or lies on the bus."""

    topic: str
    key: str
    value: str | None
    headers: tuple[tuple[str, str], ...]

    def record(self) -> RawRecord:
        value = None if self.value is None else self.value.encode()
        return RawRecord(
            self.topic, 0, 0, self.key.encode(), value, tuple((name, text.encode()) for name, text in self.headers)
        )


async def verify(aggregate: Aggregate[Any, Any, Any], journal: Journal) -> AsyncIterator[Flaw | None]:
    """Walks all documents: None for each that holds, a flaw for each that does not."""
    after = ""
    while ids := await aggregate.documents.ids(after, PAGE):
        for one in ids:
            code = await _flaw(aggregate, journal, one)
            yield Flaw(collection=aggregate.documents.name, id=one, code=code) if code else None
        after = ids[-1]


async def _flaw(aggregate: Aggregate[Any, Any, Any], journal: Journal, one: str) -> str | None:
    document = (await aggregate.documents.load((one,)))[one]
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
    return None if head == document.head else "journal_incomplete"


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


async def unheard(
    said: Iterable[Said], hears: Hears, aggregates: Mapping[str, Aggregate[Any, Any, Any]]
) -> list[Unheard]:
    """The messages, read as this service reads the bus, above the watermark of an aggregate that they address.

    Raises VersionNewer if one of them is of a later version than this code reads.
    """
    last: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    for one in said:
        message = received(one.record(), hears, now())
        if message and message.newer:
            raise VersionNewer
        if message and message.envelope:
            for to in message.addressed:
                publishers = last[to.collection]
                place = (to.id, message.envelope.publisher)
                publishers[place] = max(message.envelope.sequence, publishers.get(place, 0))
    found = []
    for collection, expected in last.items():
        documents = await aggregates[collection].documents.load({one for one, _ in expected})
        for (subscriber, publisher), sequence in expected.items():
            heard = documents[subscriber].heard.get(publisher, 0)
            if heard < sequence:
                found.append(
                    Unheard(collection=collection, id=subscriber, publisher=publisher, said=sequence, heard=heard)
                )
    return found
