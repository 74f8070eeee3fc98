"""One world, drawn from a seed: what is published, what happens to it, what is stored, and what lies on the bus."""

from collections.abc import Iterator, MutableMapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from random import seed as seed_jitter
from typing import Any, cast
from unittest.mock import patch

from structlog.testing import capture_logs

from shared.bus import publishers, relay
from shared.decider import Command
from shared.handling import Receipt
from shared.store import documents, parked
from shared.store.journal import Journal
from shared.store.parked import Parked
from tests.schedules.kafka import MemoryKafka
from tests.schedules.life import ALL, ANN, BOREAL, PUBLISHERS, Counted, Enter, Raise, Ruled
from tests.schedules.mongo import MemoryDatabase
from tests.schedules.schedule import Schedule

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
PUBLISHING, SUBSCRIBING, OPERATORS = ("intake-1", "intake-2"), ("review-1", "review-2"), ("olga", "omar")
SWEEP_SECONDS = 30.0
ACTS_A_FACT = 12
SURPRISES = {"batch_failed", "task_failed", "record_not_understood", "state_unreadable", "journal_mismatch"}


@dataclass
class Order:
    """A command to one aggregate, under a key of its own, that somebody repeats until it is acknowledged."""

    key: str
    collection: str
    aggregate_id: str
    command: Command
    receipt: Receipt | None = None


@dataclass(frozen=True)
class Plan:
    """How much is published and noted, which number is stuck until a deploy or given up, how much goes wrong."""

    facts: tuple[int, ...]
    notes: int
    stuck: str | None
    given_up: bool
    deaths: int
    failures: int
    stalling: float
    rebalances: int
    bus_is_lost: bool
    batch: int
    most_parked: int

    @classmethod
    def drawn(cls, random: Random) -> "Plan":
        publishing = random.sample(PUBLISHERS, random.randint(1, len(PUBLISHERS)))
        facts = tuple(random.randint(1, 4) if publisher in publishing else 0 for publisher in PUBLISHERS)
        published = [
            publisher.message(n)
            for publisher, most in zip(PUBLISHERS, facts, strict=True)
            if publisher.ledgers
            for n in range(1, most + 1)
        ]
        return cls(
            facts=facts,
            notes=random.choice((0, 2, 4)),
            stuck=random.choice(published) if published and random.random() < 0.8 else None,
            given_up=random.random() < 0.5,
            deaths=random.choice((0, 1, 3)),
            failures=random.choice((0, 1, 3)),
            stalling=random.choice((0.02, 0.1, 0.3)),
            rebalances=random.choice((0, 1, 3)),
            bus_is_lost=random.random() < 0.15,
            batch=random.choice((1, 2, 4)),
            most_parked=random.choice((2, 1_000)),
        )


class World:
    """What the processes share. `meant`: what operators would discard; `gone`: discarded before it was in a ledger."""

    def __init__(self, seed: int) -> None:
        self.schedule = schedule = Schedule(seed)
        self.plan = plan = Plan.drawn(schedule.random)
        schedule.deaths, schedule.failures, schedule.stalling = plan.deaths, plan.failures, plan.stalling
        self.intake, self.review = (cast("Any", MemoryDatabase(schedule)) for _ in ("intake", "review"))
        readers = dict(zip((Counted.TOPIC, Ruled.TOPIC), SUBSCRIBING, strict=True))
        self.kafka = MemoryKafka(schedule, readers, room=2 if plan.batch == 2 else 1)
        self.journal, self.parked = Journal(self.intake), Parked(self.review)
        self.orders = [
            Order(
                f"{publisher.voice} {n}",
                publisher.decider.collection,
                publisher.voice,
                Raise(at=NOON, actor=ANN, voice=publisher.voice, company=publisher.company),
            )
            for publisher, most in zip(PUBLISHERS, plan.facts, strict=True)
            for n in range(most)
        ]
        schedule.random.shuffle(self.orders)
        self.notes = [
            Order(f"note {n}", "ledgers", (ALL, str(BOREAL))[n // 2], Enter(at=NOON, actor=ANN, message=f"note {n}"))
            for n in range(plan.notes)
        ]
        self.to_come = 0
        self.mended = False
        self.begun: set[str] = set()
        self.meant: set[str] = set()
        self.gone: set[tuple[str, str]] = set()
        self.logged: list[MutableMapping[str, Any]] = []

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.schedule.time())

    def mend(self) -> None:
        self.mended = True

    def is_stuck(self, message: str) -> bool:
        return message == self.plan.stuck and not self.mended

    def some_time(self) -> int:
        """After how many acts something happens to the world."""
        return self.schedule.random.randrange(ACTS_A_FACT * (1 + len(self.orders)))

    def needs_tending(self) -> bool:
        """Whether operators can do something for what is parked."""
        return bool(self.parked_keys()) and (self.mended or self.plan.given_up)

    def parked_keys(self) -> set[str]:
        return set(self.review["parked"].stored)

    def entered(self, ledger: str) -> list[str]:
        """Which messages stand in a ledger, in order."""
        return [
            message
            for document in self.review["ledgers"].documents()
            if document["_id"] == ledger
            for message in document["state"]["entries"]
        ]

    def done(self) -> bool:
        """Whether all that was ordered is published and consumed, and nothing more will happen."""
        return (
            not self.to_come
            and all(order.receipt for order in (*self.orders, *self.notes))
            and not any(
                document["outbox"]
                for name in ("companies", "cases", "disclosures")
                for document in self.intake[name].documents()
            )
            and all(
                len(self.kafka.topics[topic]) == self.kafka.group.offsets[topic] for topic in self.kafka.group.readers
            )
            and not self.parked_keys()
        )

    def live(self) -> bool:
        """Lets it go on until it is done; False if it never is."""
        with self._standing_in():
            rested = self.schedule.live(self.done)
        self.schedule.rest()
        return rested

    def surprises(self) -> list[str]:
        """What the kernel itself calls a defect."""
        return [entry["event"] for entry in self.logged if entry["event"] in SURPRISES]

    @contextmanager
    def _standing_in(self) -> Iterator[None]:
        """The seams: the producer's class, two clocks, the jitter, and bounds and pauses to suit a short life."""
        seed_jitter(self.schedule.random.random())
        with ExitStack() as seams:
            for module, name, stand_in in (
                (publishers, "BoundedProducer", partial(self.kafka.producer)),
                (relay, "monotonic", self.schedule.time),
                (relay, "SWEEP_SECONDS", SWEEP_SECONDS),
                (relay, "MOST_OF_AN_OUTBOX", 3),
                (parked, "MOST_RECORDS", self.plan.most_parked),
                (documents, "FEWEST_BY_LIST", 1 if self.plan.batch > 1 else documents.FEWEST_BY_LIST),
            ):
                seams.enter_context(patch.object(module, name, stand_in))
            self.logged = seams.enter_context(capture_logs())
            yield
