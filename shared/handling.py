"""One command, one document, one write: load, look for the idempotency key, decide, render messages, write."""

import asyncio
from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, Generic
from weakref import WeakValueDictionary

from shared.contracts.envelope import Origin, inside, to_partner
from shared.contracts.event import Outgoing
from shared.contracts.topics import limit_of
from shared.decider import Actor, C, Decider, F, S, Tick
from shared.errors import Defective, Halted, NotUnique, OutboxFull, Refused, StaleVersion, Unavailable
from shared.model import Json, Model
from shared.relays import Relays
from shared.repository import Repository
from shared.store.changes import Change, Document, new_entries
from shared.store.journal import chained

TRIES = 20
MOST_OUTBOX_BYTES = 6_000_000
KEYS_KEPT_FOR = timedelta(hours=24)
MOST_KEYS_OF_A_CALLER = 1_000
MOST_KEYS = 5_000
OWN_KEYS_KEPT_FOR = timedelta(minutes=10)  # those that the edge makes where the caller sends none
MOST_OWN_KEYS = 100
_UTF8_BYTES = 4  # of one character, at most
CLOCK = Actor(subject="clock", role="system")


class Receipt(Model):
    """What a command answers: the id of what it created or changed, and the sequence that is now the ETag."""

    id: str
    sequence: int


class RepeatedReceipt(Receipt):
    """What a command answered before, under the same key: nothing was done now."""


@dataclass(frozen=True)
class Causation:
    """What led to a decision: the id of a command or message, the id of the whole conversation, the trace."""

    id: str
    correlation: str
    traceparent: str | None = None


@dataclass(frozen=True)
class CommandEnvelope:
    """What an idempotent command comes with.

    An `idempotency_key` of a `subject` takes effect once; with another `digest` it is refused. `keyed`: the sender
    chose the key. `expected_sequences`: those that the aggregate may have. `created_id`: the id for the
    receipt, if the command creates something within the aggregate.
    """

    causation: Causation
    idempotency_key: str
    subject: str
    digest: str
    keyed: bool = False
    expected_sequences: Container[int] | None = None
    created_id: str | None = None


@dataclass(frozen=True)
class Work(Generic[S]):
    """An aggregate while commands are decided on it: the document as loaded, and what they have made of it so far.

    `state` is None until the first decision reads it. `entries` are for the outbox.
    """

    loaded: Document
    state: S | None
    sequence: int
    journal_head: str
    watermarks: Mapping[str, int]
    idempotency_keys: tuple[Json, ...]
    entries: tuple[Json, ...] = ()


def begin(decider: Decider[C, S, F], document: Document) -> Work[S]:
    """The work on a loaded document, before its first command."""
    state = decider.absent if document.state is None else None
    return Work(
        document, state, document.sequence, document.journal_head, document.watermarks, document.idempotency_keys
    )


def decided(decider: Decider[C, S, F], work: Work[S], command: C, causation: Causation) -> Work[S]:
    """Applies one command. Raises Refused, VersionNewer, or what decide or evolve raise; then nothing has changed."""
    state = decider.state(work.loaded.state) if work.state is None else work.state
    sequence, journal_head, entries = work.sequence, work.journal_head, [*work.entries]
    for fact in decider.decide(command, state):
        state, sequence = decider.evolve(state, fact), sequence + 1
        origin = Origin(
            decider.source,
            work.loaded.id,
            sequence,
            command.at,
            causation.id,
            causation.correlation,
            causation.traceparent,
        )
        entry: Json = {
            "sequence": sequence,
            "at": command.at,
            "actor": command.actor.model_dump(),
            "fact": fact.model_dump_json(),
            "message": _rendered(decider.publish(fact, state), origin),
            "cause": causation.id,
            "traceparent": causation.traceparent,
        }
        journal_head = entry["hash"] = chained(journal_head, entry)
        entries.append(entry)
    return replace(work, state=state, sequence=sequence, journal_head=journal_head, entries=tuple(entries))


def _rendered(outgoing: Outgoing | None, origin: Origin) -> Json | None:
    """The message as the relay will publish it. Raises Refused("package_too_large") over the bound of its topic."""
    if outgoing is None:
        return None
    headers = inside(outgoing, origin) if outgoing.n is None else to_partner(outgoing, origin)
    parts = (outgoing.key, outgoing.body or "", *chain.from_iterable(headers))
    limit = limit_of(outgoing.topic)
    if _UTF8_BYTES * sum(map(len, parts)) > limit and sum(len(part.encode()) for part in parts) > limit:
        raise Refused("package_too_large")
    return {"topic": outgoing.topic, "key": outgoing.key, "headers": headers, "value": outgoing.body}


def finished(decider: Decider[C, S, F], work: Work[S]) -> Change:
    """The one write that keeps what was decided and consumed; a state that nobody has read stays as it is stored."""
    loaded, state = work.loaded, work.state
    after = Document(
        id=loaded.id,
        sequence=work.sequence,
        state=loaded.state if state is None else decider.states.dump_python(state, mode="json"),
        watermarks=work.watermarks,
        idempotency_keys=work.idempotency_keys,
        journal_head=work.journal_head,
        due=loaded.due if state is None else decider.due(state),
    )
    return Change(loaded, after, work.entries)


def keep_takeable(document: Document) -> None:
    """Raises OutboxFull if its outbox is over the bound, Halted if that contradicts the journal."""
    if document.halted:
        raise Halted("journal_mismatch")
    if document.outbox_bytes > MOST_OUTBOX_BYTES:
        raise OutboxFull("outbox_full")


@dataclass(frozen=True)
class Aggregate(Repository[S], Generic[C, S, F]):
    """One kind of aggregate at work: read as from a repository, and changed by commands and ticks.

    Within a process, the idempotent commands of one aggregate take turns: side by side, all but one would lose the
    race.
    """

    decider: Decider[C, S, F]
    relays: Relays
    turns: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def handle(self, aggregate_id: str, command: C, envelope: CommandEnvelope) -> Receipt:
        """Decides a command: one effect, however often it is sent or a write is lost. Raises Refused, Unavailable."""
        lost: Exception = Unavailable("busy")
        async with self.turns.setdefault(aggregate_id, asyncio.Lock()):
            for _ in range(TRIES):
                document = await self.documents.load_one(aggregate_id)
                keep_takeable(document)
                if earlier := _earlier_receipt(document, envelope):
                    return earlier
                work = decided(self.decider, begin(self.decider, document), command, envelope.causation)
                if envelope.expected_sequences is not None and document.sequence not in envelope.expected_sequences:
                    raise Refused("stale")
                receipt = Receipt(id=envelope.created_id or aggregate_id, sequence=work.sequence)
                if not work.entries and not (envelope.keyed and document.version):
                    return receipt
                try:
                    await self._write(_remembering(work, command.at, envelope, receipt))
                except NotUnique as taken:
                    raise Refused(self.unique[taken.index], field=taken.index.rpartition(".")[2]) from taken
                except Defective as full:
                    raise Refused("package_too_large") from full
                except (StaleVersion, Unavailable) as unknown:
                    lost = unknown
                    continue
                return receipt
        raise lost if isinstance(lost, Unavailable) else Unavailable("busy")

    async def tick(self, aggregate_id: str, at: datetime) -> None:
        """Wakes one aggregate whose moment has come. Raises what its decision raises, StaleVersion and Unavailable."""
        document = await self.documents.load_one(aggregate_id)
        keep_takeable(document)
        if document.due is None or document.due > at:
            return
        tick_id = f"tick/{aggregate_id}/{document.version}"
        tick: Any = Tick(at=at, actor=CLOCK)
        await self._write(decided(self.decider, begin(self.decider, document), tick, Causation(tick_id, tick_id)))

    async def _write(self, work: Work[S]) -> None:
        """Writes, then notifies the relays."""
        change = finished(self.decider, work)
        await self.documents.write(change)
        self.relays.notify(self.documents.name, new_entries((change,)))


def _earlier_receipt(document: Document, envelope: CommandEnvelope) -> RepeatedReceipt | None:
    """What the same command answered before. Raises Refused("key_reused") if its key came with another digest."""
    for stored in document.idempotency_keys:
        if (stored["id"], stored["subject"]) == (envelope.idempotency_key, envelope.subject):
            if stored["digest"] != envelope.digest:
                raise Refused("key_reused")
            return RepeatedReceipt.model_validate_json(stored["body"])
    return None


def _remembering(work: Work[S], at: datetime, envelope: CommandEnvelope, receipt: Receipt) -> Work[S]:
    """The work with the receipt under its idempotency key. Raises Refused("too_many_keys").

    Keys that callers chose are held for their time whatever happens meanwhile, so further ones are refused.
    """
    chosen = tuple(stored for stored in work.idempotency_keys if _chosen(stored) and stored["at"] > at - KEYS_KEPT_FOR)
    own = tuple(
        stored for stored in work.idempotency_keys if not _chosen(stored) and stored["at"] > at - OWN_KEYS_KEPT_FOR
    )
    if envelope.keyed:
        _keep_bounded(chosen, at, envelope.subject)
    added = {
        "id": envelope.idempotency_key,
        "subject": envelope.subject,
        "digest": envelope.digest,
        "body": receipt.model_dump_json(),
        "at": at,
        "keyed": envelope.keyed,
    }
    return replace(work, idempotency_keys=(*chosen, *own[1 - MOST_OWN_KEYS :], added))


def _chosen(stored: Json) -> bool:
    """Whether the caller chose a stored key; earlier releases kept all keys alike."""
    return bool(stored.get("keyed", True))


def _keep_bounded(chosen: tuple[Json, ...], at: datetime, subject: str) -> None:
    """Raises Refused("too_many_keys") until the oldest of the caller's keys, or of all, need be held no longer."""
    of_the_caller = tuple(stored for stored in chosen if stored["subject"] == subject)
    for keys, most in ((of_the_caller, MOST_KEYS_OF_A_CALLER), (chosen, MOST_KEYS)):
        if len(keys) >= most:
            oldest: datetime = min(stored["at"] for stored in keys)
            raise Refused("too_many_keys", retry_after=oldest + KEYS_KEPT_FOR - at)
