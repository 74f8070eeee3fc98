"""What must hold when a world has come to rest, whatever happened in it."""

from collections import defaultdict
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from typing import Any

from shared.handling import Aggregate
from shared.relays import Relays
from shared.store.documents import Documents
from shared.verification import verify
from tests.schedules.kafka import Record
from tests.schedules.life import CASES, COMPANIES, DISCLOSURES, PARTNER, PUBLISHERS, Publisher
from tests.schedules.world import World

Topics = Mapping[str, Sequence[Record]]


def broken(world: World) -> Iterator[str]:
    """Every promise that was broken, by its name, with what is there instead."""
    for publisher, most in zip(PUBLISHERS, world.plan.facts, strict=True):
        yield from _commands(world, publisher, most)
        yield from _ledgers(world, publisher, most)
    yield from _notes(world)
    for topics in world.kafka.lives:
        yield from _order(topics)
    yield from _partner(world)
    yield from _journals(world)
    yield from (f"SURPRISE: {event}" for event in world.surprises())


def _commands(world: World, publisher: Publisher, most: int) -> Iterator[str]:
    """Every acknowledged command has had its effect, once, under the number of its receipt."""
    numbers = sorted(
        order.receipt.sequence for order in world.orders if order.aggregate_id == publisher.voice and order.receipt
    )
    stored = [
        document["sequence"]
        for document in world.intake[publisher.decider.collection].documents()
        if document["_id"] == publisher.voice
    ]
    if numbers != list(range(1, most + 1)) or stored != [most][: len(numbers)]:
        yield f"COMMANDS of {publisher.voice}: acknowledged as {numbers}, stored as {stored}"


def _ledgers(world: World, publisher: Publisher, most: int) -> Iterator[str]:
    """Every ledger has each of its messages, once and in order, but for what was given up; what is gone stays away."""
    for ledger in publisher.ledgers:
        entered = [message for message in world.entered(ledger) if message.startswith(publisher.id)]
        due = [
            message
            for n in range(1, most + 1)
            if (message := publisher.message(n)) in entered or message not in world.meant
        ]
        if entered != due:
            yield f"CONSUMED by {ledger}: {entered} instead of {due}"
        if undead := [message for message in entered if (ledger, message) in world.gone]:
            yield f"UNDEAD: {undead} was discarded and is entered by {ledger}"
        watermarks = [
            document["inbox"]["heard"] for document in world.review["ledgers"].documents() if document["_id"] == ledger
        ]
        if most and [each.get(publisher.id) for each in watermarks] != [most]:
            yield f"WATERMARK of {publisher.voice} in {ledger}: {watermarks} instead of {most}"


def _notes(world: World) -> Iterator[str]:
    """Every acknowledged note stands in its ledger, once."""
    for ledger in {note.aggregate_id for note in world.notes}:
        noted = sorted(message for message in world.entered(ledger) if message.startswith("note"))
        if noted != (due := [note.key for note in world.notes if note.aggregate_id == ledger]):
            yield f"NOTES in {ledger}: {noted} instead of {due}"


def _order(topics: Topics) -> Iterator[str]:
    """First occurrences are in order and without a gap, and no message has two bodies."""
    first_published: dict[str, dict[int, bytes | None]] = defaultdict(dict)
    for topic, records in topics.items():
        for record in records if topic != PARTNER else ():
            headers = {name: value.decode() for name, value in record.headers}
            numbers, number = first_published[headers["ce_source"] + headers["ce_subject"]], int(headers["ce_sequence"])
            if numbers.setdefault(number, record.value) != record.value:
                yield f"TWO BODIES: {headers['ce_id']}"
            if list(numbers) != list(range(1, len(numbers) + 1)):
                yield f"ORDER on {topic}: {headers['ce_source']} first publishes {list(numbers)}"


def _partner(world: World) -> Iterator[str]:
    """A partner never sees an older message after a newer one, but the last in the end; unseen ones are superseded."""
    for publisher, most in zip(PUBLISHERS, world.plan.facts, strict=True):
        shown = [[number for number, _ in _shown(topics, publisher)] for topics in world.kafka.lives]
        if publisher.decider is not DISCLOSURES or not most:
            continue
        if any(numbers != sorted(numbers) for numbers in shown):
            yield f"STALE: the partner is shown {shown}"
        last = [value for _, value in _shown(world.kafka.topics, publisher)][-1:]
        if last != [f'"record {most}"'.encode() if most % 2 else None] and (last or most % 2):
            yield f"STALE: the partner is left with {last} of {most} messages"
        superseded = {entry["sequence"] for entry in world.intake["journal"].documents() if "superseded" in entry}
        if missing := set(range(1, most + 1)) - superseded - {number for numbers in shown for number in numbers}:
            yield f"UNSEEN: {missing} is neither shown to the partner nor superseded"


def _shown(topics: Topics, publisher: Publisher) -> list[tuple[int, bytes | None]]:
    """What a partner reads of one member: committed messages by their number."""
    mine = [record for record in topics.get(PARTNER, ()) if record.committed and record.key == publisher.voice]
    return [(int(dict(record.headers)["ce_sequence"]), record.value) for record in mine]


def _journals(world: World) -> Iterator[str]:
    """Every journal is whole, its chain unbroken, and every state the fold of it."""

    async def flaws() -> list[str]:
        publishing: Any = (
            Aggregate(decider, Documents(world.intake, decider.collection), Relays())
            for decider in (COMPANIES, CASES, DISCLOSURES)
        )
        return [
            f"JOURNAL: {flaw}" for aggregate in publishing async for flaw in verify(aggregate, world.journal) if flaw
        ]

    yield from _at_once(flaws())


def _at_once(coroutine: Coroutine[Any, Any, list[str]]) -> list[str]:
    """What a coroutine returns that never waits, as none does when the world has come to rest."""
    try:
        coroutine.send(None)
    except StopIteration as ended:
        found: list[str] = ended.value
        return found
    raise AssertionError("it waits")
