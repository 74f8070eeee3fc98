"""Finds every way in which a history breaks the promises (`CHECKS`).

It trusts no watermark and no metric: over its subscriber's states it decides anew what each message should lead to.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise
from json import loads

from shared.bus.publishers import TRANSACTION_DEADLINE
from shared.bus.subscriptions import Addressed
from shared.clock import now
from shared.model import Json
from shared.store.parked import RawRecord
from tests.faults.history import (
    History,
    Life,
    Party,
    Publisher,
    Sent,
    header,
    message_of,
    number_of,
    publisher_of,
    understood,
)

LOST_COMMAND = "acknowledged command lost"
LOST_MESSAGE = "message lost"
DOUBLED = "effect applied twice"
INVERTED = "order inverted"
TWO_BODIES = "one event id, two bodies"
SKIPPED = "offset skipped"
UNLIKE_FOLD = "state unlike the fold of its journal"
NO_CONSENT = "partner record without consent"
UNDER_WAY = timedelta(seconds=5 + TRANSACTION_DEADLINE)  # one answer that the database owes, then one transaction


@dataclass(frozen=True)
class Flaw:
    kind: str
    where: str


def flaws(history: History) -> list[Flaw]:
    """Everything that is wrong; nothing for a history that keeps the promises."""
    return [Flaw(kind, where) for kind, found in CHECKS for where in found(history)]


# --- commands and states -----------------------------------------------------------------------------


def lost_commands(history: History) -> Iterator[str]:
    """An acknowledged command has led to its facts, the last under the sequence of the receipt."""
    for command in history.acknowledged:
        facts = _caused(history.lives.get(command.publisher), command.cause)
        if command.sequence not in [entry["sequence"] for entry in facts]:
            yield f"{command.publisher}/{command.sequence}, asked by {command.cause}"


def doubled_commands(history: History) -> Iterator[str]:
    for command in history.acknowledged:
        facts = _caused(history.lives.get(command.publisher), command.cause)
        if len(facts) > command.facts:
            yield f"{command.publisher}: {command.cause} led to {len(facts)} facts of {command.facts}"


def unlike_folds(history: History) -> Iterator[str]:
    for life in history.lives.values():
        if [entry["sequence"] for entry in life.entries] != list(range(1, life.document["sequence"] + 1)):
            yield f"{life.publisher}: facts are missing"
        elif life.states[-1] != life.decider.state(life.document["state"]):
            yield life.publisher


def _caused(life: Life | None, cause: str) -> list[Json]:
    return [entry for entry in life.entries if entry["cause"] == cause] if life else []


# --- messages and their effects --------------------------------------------------------------------------


@dataclass(frozen=True)
class Consumed:
    """A message that an aggregate should have consumed, the facts it led to there, and when it may have come."""

    party: Party
    record: RawRecord
    life: Life | None
    effects: tuple[int, ...] = ()
    moments: range = range(0)

    def __str__(self) -> str:
        subscriber = self.life.publisher if self.life else self.party.name
        return f"{publisher_of(self.record)}/{number_of(self.record)} for {subscriber}"


def unpublished(history: History) -> Iterator[str]:
    """Every fact with a message lies on the bus, unless a later one of the same lane has replaced it."""
    lying = {_identity(record) for record in history.records}
    for life in history.lives.values():
        for entry in life.entries:
            message, number = message_of(entry), entry["sequence"]
            left = message is None or number in life.superseded or _identity(message) in lying
            if number in life.owed or not left:
                yield f"{life.publisher}/{number}"


def unconsumed(history: History) -> Iterator[str]:
    yield from (str(due) for due in _due(history) if not _passed(due) and _without_effect(due))


def skipped(history: History) -> Iterator[str]:
    """Offsets of topics that nothing compacts follow each other, and no group has passed what it never consumed."""
    partitions = defaultdict(list)
    for record in history.inside():
        partitions[record.topic, record.partition].append(record.offset)
    for partition, offsets in partitions.items():
        for before, after in pairwise([history.since.get(partition, 0) - 1, *sorted(set(offsets))]):
            if after != before + 1:
                yield f"{partition}: {before + 1} to {after - 1}"
    yield from (str(due) for due in _due(history) if _passed(due) and _without_effect(due))


def doubled_messages(history: History) -> Iterator[str]:
    """A message leads to what one decision over one state makes of it."""
    for due in _due(history):
        if due.life and due.effects and len(due.effects) > _decided(due, due.life, due.effects[0]):
            yield f"{due}: facts {[due.life.entries[at]['sequence'] for at in due.effects]}"


def _due(history: History) -> Iterator[Consumed]:
    for party in history.parties:
        lanes: dict[tuple[Publisher, Publisher], list[RawRecord]] = defaultdict(list)
        for record in _firsts(history.inside()):
            message = understood(record, party, now())
            for to in message.addressed if message and message.id not in party.parked else ():
                lanes[f"{party.deciders[to.collection].source}/{to.id}", publisher_of(record)].append(record)
        for (subscriber, _), records in lanes.items():
            yield from _lane(party, party.lives.get(subscriber), records)


def _lane(party: Party, life: Life | None, records: Sequence[RawRecord]) -> Iterator[Consumed]:
    """What one aggregate should have consumed of one publisher, each message between the effects of its neighbours."""
    if life is None:
        yield from (Consumed(party, record, None) for record in records)
        return
    effects = [life.effects.get((header(record, "source"), header(record, "id")), ()) for record in records]
    earliest = accumulate((max(facts, default=-1) + 1 for facts in effects), max, initial=0)
    end = len(life.entries)
    latest = list(accumulate((min(facts, default=end) for facts in reversed(effects)), min, initial=end))
    for record, facts, first, last in zip(records, effects, earliest, latest[-2::-1], strict=False):
        yield Consumed(party, record, life, facts, range(first, last + 1))


def _passed(due: Consumed) -> bool:
    return due.record.offset < due.party.committed.get((due.record.topic, due.record.partition), 0)


def _without_effect(due: Consumed) -> bool:
    """Whether an aggregate has not consumed a message, or lacks the facts it leads to at every possible moment."""
    if due.life is None or due.life.watermark(publisher_of(due.record)) < number_of(due.record):
        return True
    return not due.effects and all(_decided(due, due.life, moment) for moment in due.moments)


def _decided(due: Consumed, life: Life, moment: int) -> int:
    """How many facts the message leads to over the state of that moment."""
    message = understood(due.record, due.party, life.entries[moment]["at"] if moment < len(life.entries) else now())
    commands = [to.command for to in message.addressed if _is_of(life, to)] if message else []
    return sum(len(life.decider.decide(command, life.states[moment])) for command in commands)


def _is_of(life: Life, to: Addressed) -> bool:
    return life.decider.collection == to.collection and life.publisher == f"{life.decider.source}/{to.id}"


# --- the bus -------------------------------------------------------------------------------------------------


def inverted(history: History) -> Iterator[str]:
    """First occurrences keep their publisher's order, in one partition; on a partner's topic repeats keep it too."""
    lanes: dict[tuple[str, ...], list[RawRecord]] = defaultdict(list)
    for record in filter(number_of, _firsts(history.inside())):
        lanes[record.topic, publisher_of(record)].append(record)
    for lane, records in lanes.items():
        if not _rising([number_of(record) for record in records]) or len({record.partition for record in records}) > 1:
            yield " ".join(lane)
    for partner, received in _partner_lanes(history).items():
        if not _rising([number_of(record) for record in received]):
            yield " ".join(partner)


def inverted_effects(history: History) -> Iterator[str]:
    effects: dict[tuple[str, str], list[int]] = defaultdict(list)
    for message in _due(history):
        if message.life:
            effects[message.life.publisher, publisher_of(message.record)] += message.effects
    yield from (
        f"{publisher} at {subscriber}" for (subscriber, publisher), facts in effects.items() if not _rising(facts)
    )


def two_bodies(history: History) -> Iterator[str]:
    """A repeat is identical, on the same topic, and so is its message in the journal."""
    bodies: dict[tuple[str, str], tuple[object, ...]] = {}
    written = (message for life in history.lives.values() for entry in life.entries if (message := message_of(entry)))
    for record in (*history.records, *written):
        if bodies.setdefault(_identity(record), _body(record)) != _body(record):
            yield " ".join(_identity(record))


def without_consent(history: History) -> Iterator[str]:
    """A partner gets records of a member while the consent that was consumed last names it, and none after the end.

    That is so when a record is decided, in the order of its topic, and when it is sent: what the relay had in hand
    when the end was decided leaves `UNDER_WAY` later at most.
    """
    entries = {_identity(message): (life, at) for life in history.lives.values() for at, message in _messages(life)}
    for (topic, key), records in _partner_lanes(history).items():
        administration, ended = topic.rpartition(".")[2].upper(), 0
        for record in records:
            life, at = entries.get(_identity(record), (None, 0))
            if record.value is None:
                ended = max(ended, number_of(record))
            elif (
                life is None
                or administration not in _consented(life.entries[:at])
                or number_of(record) < ended
                or record.sent_at - UNDER_WAY > _end_of_consent(life.entries[at:], administration)
            ):
                yield f"{topic} {key}: message {number_of(record)}"


def _messages(life: Life) -> Iterator[tuple[int, RawRecord]]:
    return ((at, message) for at, entry in enumerate(life.entries) if (message := message_of(entry)))


def _consented(entries: Sequence[Json]) -> set[str]:
    """The administrations that consent names after these facts."""
    return next((named for _, named in reversed(_consents(entries))), set())


def _end_of_consent(entries: Sequence[Json], administration: str) -> datetime:
    """When the first fact was decided after which consent does not name it; the end of time if there is none."""
    ends = (at for at, named in _consents(entries) if administration not in named)
    return next(ends, datetime.max.replace(tzinfo=UTC))


def _consents(entries: Sequence[Json]) -> list[tuple[datetime, set[str]]]:
    facts = [(entry["at"], loads(entry["fact"])) for entry in entries]
    noted = [(at, fact["in_force"]) for at, fact in facts if fact["kind"] == "consents_noted"]
    return [(at, {consent["administration"] for consent in in_force}) for at, in_force in noted]


def _partner_lanes(history: History) -> dict[tuple[str, str], list[Sent]]:
    lanes: dict[tuple[str, str], list[Sent]] = defaultdict(list)
    for record in history.to_partners():
        lanes[record.topic, (record.key or b"").decode()].append(record)
    return lanes


def _identity(record: RawRecord) -> tuple[str, str]:
    return publisher_of(record), header(record, "id")


def _body(record: RawRecord) -> tuple[object, ...]:
    """What a reader gets. A repeated end of sharing keeps its number but has the later time (programme 5.3)."""
    headers = tuple((name, value) for name, value in record.headers if record.value is not None or name != "ce_time")
    return record.topic, record.key, record.value, headers


def _firsts(records: Iterable[RawRecord]) -> list[RawRecord]:
    found: dict[tuple[str, str], RawRecord] = {}
    for record in records:
        found.setdefault(_identity(record), record)
    return list(found.values())


def _rising(numbers: Sequence[int]) -> bool:
    return all(before <= after for before, after in pairwise(numbers))


CHECKS: tuple[tuple[str, Callable[[History], Iterator[str]]], ...] = (
    (LOST_COMMAND, lost_commands),
    (LOST_MESSAGE, unpublished),
    (LOST_MESSAGE, unconsumed),
    (DOUBLED, doubled_commands),
    (DOUBLED, doubled_messages),
    (INVERTED, inverted),
    (INVERTED, inverted_effects),
    (TWO_BODIES, two_bodies),
    (SKIPPED, skipped),
    (UNLIKE_FOLD, unlike_folds),
    (NO_CONSENT, without_consent),
)
