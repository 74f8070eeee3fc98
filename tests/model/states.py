"""The world of the model: what is published, what is stored and committed, and what the members have in hand."""

from dataclasses import dataclass
from typing import Any, NamedTuple

Message = tuple[int, int]  # publisher and number
Offset = int
TARGET = (0, 1, 0)  # the document to which each publisher's messages go
KEY = (0, 1, 0)
DOCUMENTS = KEYS = PARTITIONS = range(2)
MEMBERS = range(2)


@dataclass(frozen=True)
class Departures:
    """What a consumer could do wrong; by default it does nothing of it."""

    commits_all_that_was_fetched: bool = False
    keeps_records_behind_a_hold: bool = False
    plans_behind_what_is_parked: bool = False
    keeps_a_plan_after_a_lost_race: bool = False
    writes_before_the_commit: bool = False


@dataclass(frozen=True)
class Bounds:
    """How much is published, and how much of what can happen does."""

    log: tuple[tuple[Message, ...], ...]
    owners: tuple[int, ...] = (0, 0)
    batch: int = 1
    poison: Message | None = None
    full: int | None = None
    crashes: int = 0
    rebalances: int = 0
    commands: int = 0


class Document(NamedTuple):
    """An aggregate: its version, what it has consumed of each publisher in order, and how many commands."""

    version: int = 0
    consumed: tuple[tuple[int, ...], ...] = ((), (), ())
    commands: int = 0

    def watermark(self, publisher: int) -> int:
        return self.consumed[publisher][-1] if self.consumed[publisher] else 0

    def after(self, message: Message) -> "Document":
        publisher, number = message
        return self._replace(consumed=replaced(self.consumed, publisher, (*self.consumed[publisher], number)))


class Plan(NamedTuple):
    """What a batch comes to: documents to write, messages to park, and offsets from which partitions are held."""

    writes: tuple[tuple[int, Document], ...] = ()
    parks: tuple[Message, ...] = ()
    holds: tuple[tuple[int, Offset], ...] = ()


class Batch(NamedTuple):
    """Records in hand by partition and offset, what comes next, and what is known so far."""

    records: tuple[tuple[int, Offset], ...]
    step: str = "look"
    parked: tuple[int, ...] = ()
    plan: Plan = Plan()
    again: bool = False


class Member(NamedTuple):
    """A member of the group: from where it fetches, the batch that it writes, and the one that it plans meanwhile."""

    positions: tuple[Offset, ...] = (0, 0)
    writing: Batch | None = None
    ahead: Batch | None = None


class State(NamedTuple):
    documents: tuple[Document, ...]
    queues: tuple[tuple[Message, ...] | None, ...]
    committed: tuple[Offset, ...]
    owners: tuple[int, ...]
    members: tuple[Member, ...]
    mended: bool
    relieved: bool
    commands: int
    crashes: int
    rebalances: int


def replaced(several: tuple[Any, ...], index: int, new: Any) -> tuple[Any, ...]:
    return (*several[:index], new, *several[index + 1 :])
