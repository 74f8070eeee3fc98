"""One command, one document, one write: load, look for the command's id, decide, render what is owed, compare, set."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Generic
from weakref import WeakValueDictionary

from shared.contracts.envelope import Origin, inside, to_partner
from shared.contracts.event import Outgoing
from shared.contracts.topics import limit_of
from shared.decider import Actor, C, Decider, F, S, Tick
from shared.errors import Defective, Halted, NotUnique, OutboxFull, Refused, StaleVersion, Unavailable
from shared.model import Json, Model
from shared.store.documents import Change, Document, Documents
from shared.store.journal import chained
from shared.store.paging import decode_cursor, encode_cursor

TRIES = 20
MOST_OUTBOX_BYTES = 6_000_000
KEYS_KEPT = 100
KEYS_KEPT_FOR = timedelta(hours=24)
CLOCK = Actor(subject="clock", role="system")


class Receipt(Model):
    """What a command answers: the id of what it created or changed, and the sequence that is now the ETag."""

    id: str
    sequence: int


@dataclass(frozen=True)
class Cause:
    """What led to a decision: the id of a command or message, the id of the whole conversation, the trace."""

    id: str
    correlation: str
    traceparent: str | None = None


@dataclass(frozen=True)
class Request:
    """One HTTP command as the inbox knows it; `keyed` when the caller chose its key."""

    cause: Cause
    key: str
    subject: str
    digest: str
    keyed: bool = False
    if_match: int | None = None
    created: str | None = None


@dataclass(frozen=True)
class Work(Generic[S]):
    """A document in hand: as it was, and as the commands so far have made it; None stands for the stored state."""

    before: Document
    state: S | None
    sequence: int
    head: str
    watermarks: Mapping[str, int]
    idempotency_keys: tuple[Json, ...]
    entries: tuple[Json, ...] = ()


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


def begin(decider: Decider[C, S, F], document: Document) -> Work[S]:
    """Takes a loaded document in hand; its state is read when the first command is decided."""
    state = decider.absent if document.state is None else None
    return Work(document, state, document.sequence, document.head, document.watermarks, document.idempotency_keys)


def decided(decider: Decider[C, S, F], work: Work[S], command: C, cause: Cause) -> Work[S]:
    """Applies one command. Raises Refused, VersionNewer, or what decide or evolve raise; then nothing has changed."""
    after = decider.state(work.before.state) if work.state is None else work.state
    work = replace(work, state=after)
    for fact in decider.decide(command, after):
        after = decider.evolve(after, fact)
        origin = Origin(
            decider.source,
            work.before.id,
            work.sequence + 1,
            command.at,
            cause.id,
            cause.correlation,
            cause.traceparent,
        )
        entry: Json = {
            "sequence": origin.sequence,
            "at": command.at,
            "actor": command.actor.model_dump(),
            "fact": fact.model_dump_json(),
            "message": _rendered(decider.publish(fact, after), origin),
            "cause": cause.id,
            "traceparent": cause.traceparent,
        }
        entry["hash"] = chained(work.head, entry)
        work = replace(work, state=after, sequence=origin.sequence, head=entry["hash"], entries=(*work.entries, entry))
    return work


def _rendered(outgoing: Outgoing | None, origin: Origin) -> Json | None:
    """The bytes that the relay will carry, as text. Raises Refused("package_too_large") over the bound of the topic."""
    if outgoing is None:
        return None
    headers = inside(outgoing, origin) if outgoing.n is None else to_partner(outgoing, origin)
    size = sum(
        len(part.encode())
        for part in (outgoing.key, outgoing.body or "", *(text for header in headers for text in header))
    )
    if size > limit_of(outgoing.topic):
        raise Refused("package_too_large")
    return {"topic": outgoing.topic, "key": outgoing.key, "headers": headers, "value": outgoing.body}


def finished(decider: Decider[C, S, F], work: Work[S]) -> Change:
    """The one write that keeps what was decided and heard; a state that nobody has read stays as it is stored."""
    before, state = work.before, work.state
    after = Document(
        id=before.id,
        sequence=work.sequence,
        state=before.state if state is None else decider.states.dump_python(state, mode="json"),
        watermarks=work.watermarks,
        idempotency_keys=work.idempotency_keys,
        head=work.head,
        due=before.due if state is None else decider.due(state),
    )
    return Change(before, after, work.entries)


def keep_takeable(document: Document) -> None:
    """Raises OutboxFull if too much waits in its outbox, Halted if that contradicts the journal."""
    if document.halted:
        raise Halted("journal_mismatch")
    if document.outbox_bytes > MOST_OUTBOX_BYTES:
        raise OutboxFull("outbox_full")


@dataclass(frozen=True)
class Aggregate(Generic[C, S, F]):
    """One kind of aggregate at work. `unique` maps an index to the code of its refusal; `woken` tells the relay.

    Within a process, the HTTP commands of one aggregate take turns: side by side, all but one would lose the race.
    """

    decider: Decider[C, S, F]
    documents: Documents
    notify_relay: Callable[[str, Iterable[str]], None]
    unique: Mapping[str, str] = field(default_factory=dict)
    turns: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def handle(self, one: str, command: C, request: Request) -> Receipt:
        """Decides one HTTP command, once, whatever is lost or repeated. Raises Refused or Unavailable."""
        lost: Exception = Unavailable("busy")
        async with self.turns.setdefault(one, asyncio.Lock()):
            for _ in range(TRIES):
                document = (await self.documents.load((one,)))[one]
                keep_takeable(document)
                if answer := _earlier_receipt(document, request):
                    return answer
                work = decided(self.decider, begin(self.decider, document), command, request.cause)
                if request.if_match not in {None, document.sequence}:
                    raise Refused("stale", field="If-Match")
                receipt = Receipt(id=request.created or one, sequence=work.sequence)
                if not work.entries and not (request.keyed and document.version):
                    return receipt
                try:
                    await self.documents.write(finished(self.decider, _remembering(work, command.at, request, receipt)))
                except NotUnique as taken:
                    raise Refused(self.unique[taken.index], field=taken.index.rpartition(".")[2]) from taken
                except Defective as full:
                    raise Refused("package_too_large") from full
                except (StaleVersion, Unavailable) as unknown:
                    lost = unknown
                    continue
                self.notify_relay(self.documents.name, (one,))
                return receipt
        raise lost if isinstance(lost, Unavailable) else Unavailable("busy")

    async def tick(self, one: str, at: datetime) -> None:
        """Wakes one aggregate whose moment has come. Raises what its decision raises, StaleVersion and Unavailable."""
        document = (await self.documents.load((one,)))[one]
        keep_takeable(document)
        if document.due is None or document.due > at:
            return
        cause = Cause(f"tick/{one}/{document.version}", f"tick/{one}/{document.version}")
        tick: Any = Tick(at=at, actor=CLOCK)
        await self.documents.write(
            finished(self.decider, decided(self.decider, begin(self.decider, document), tick, cause))
        )
        self.notify_relay(self.documents.name, (one,))

    async def read(self, one: str) -> Snapshot[S]:
        """The aggregate as it is. Raises Refused("not_found")."""
        document = (await self.documents.load((one,)))[one]
        if document.version == 0:
            raise Refused("not_found")
        return self._snapshot(document)

    async def find(self, query: Mapping[str, Any], *, sort: str = "_id", limit: int = 50) -> list[Snapshot[S]]:
        """Aggregates whose stored fields match, in order."""
        return [self._snapshot(document) for document in await self.documents.find(query, sort=sort, limit=limit)]

    async def page(
        self, query: Mapping[str, Any], *, sort: str = "_id", limit: int, after: str | None = None, folded: bool = False
    ) -> Page[S]:
        """One page of matches, by a stored field, then `_id`. Raises Refused("malformed") for a foreign cursor."""
        beyond = {} if after is None else _beyond(sort, after)
        found = await self.documents.find({**query, **beyond}, sort=sort, limit=limit + 1, folded=folded)
        following = encode_cursor(_value(sort, found[limit - 1]), found[limit - 1].id) if len(found) > limit else None
        return Page(tuple(map(self._snapshot, found[:limit])), following)

    async def named(self, name: str) -> list[str]:
        """The ids that are this name, or whose unique fields have it as their value."""
        return await self.documents.named(name, self.unique)

    def _snapshot(self, document: Document) -> Snapshot[S]:
        return Snapshot(document.id, document.sequence, self.decider.state(document.state))


def _value(sort: str, document: Document) -> str:
    """A stored field of text, by its path."""
    value: Any = {"_id": document.id, "state": document.state}
    for name in sort.split("."):
        value = value[name]
    return str(value)


def _beyond(sort: str, after: str) -> Json:
    value, last = decode_cursor(after)
    return {"$or": [{sort: {"$gt": value}}, {sort: value, "_id": {"$gt": last}}]}


def _earlier_receipt(document: Document, request: Request) -> Receipt | None:
    """What the same command answered before. Raises Refused("key_reused") if its id came with another body."""
    for answer in document.idempotency_keys:
        if (answer["id"], answer["subject"]) == (request.key, request.subject):
            if answer["digest"] != request.digest:
                raise Refused("key_reused", field="Idempotency-Key")
            return Receipt.model_validate_json(answer["body"])
    return None


def _remembering(work: Work[S], at: datetime, request: Request, receipt: Receipt) -> Work[S]:
    fresh = tuple(answer for answer in work.idempotency_keys if answer["at"] > at - KEYS_KEPT_FOR)[1 - KEYS_KEPT :]
    answer = {
        "id": request.key,
        "subject": request.subject,
        "digest": request.digest,
        "body": receipt.model_dump_json(),
        "at": at,
    }
    return replace(work, idempotency_keys=(*fresh, answer))


def digest_of(*parts: bytes) -> str:
    """One digest over several byte strings, each with its length."""
    return sha256(b"".join(b"%d:%s" % (len(part), part) for part in parts)).hexdigest()
