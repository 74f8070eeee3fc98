"""The life of one invented aggregate as the kernel has it, and the samples of what it publishes and stores, by name."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from shared.contracts.envelope import Origin, inside
from shared.contracts.event import Event
from shared.decider import Command
from shared.handling import Causation, Work, begin, decided
from shared.model import Json, Model
from shared.store.changes import Document
from tests.support.builders import review
from tests.support.builders.packages import COMPANY
from tests.support.samples.golden import deciders, fact_name, message_name, state_name

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
CAUSE = Causation("6c5b1a52-4a0e-4b3c-8d0e-5d8f3d1f0a11", "0f0e7a5e-3b1c-4f7e-9a56-0f4b2f6f7c22", TRACE)
APPLICATION, MEMBER = str(review.APPLICATION), str(COMPANY)


@dataclass(frozen=True)
class Life:
    """What happens to one aggregate, from its absence or from a state to which no command of today leads."""

    collection: str
    id: str
    commands: tuple[Command, ...] = ()
    start: Model | None = None


def life_of(life: Life) -> Iterator[Work[Any]]:
    """The aggregate at its start, and after every command, as the kernel has it in hand."""
    decider = deciders()[life.collection]
    stored = None if life.start is None else decider.states.dump_python(life.start, mode="json")
    work = replace(begin(decider, Document(life.id, state=stored)), state=decider.state(stored))
    yield work
    for command in life.commands:
        work = decided(decider, work, command, CAUSE)
        yield work


def samples_of(life: Life) -> Iterator[tuple[str, Json]]:
    """Every state, fact and message of a life, by the name of its sample."""
    for work in life_of(life):
        state = deciders()[life.collection].states.dump_python(work.state, mode="json")
        yield state_name(life.collection, state), state
    for entry in work.entries:
        fact = json.loads(entry["fact"])
        yield fact_name(life.collection, fact), fact
        if message := entry["message"]:
            yield _message(message)


def sample_of(event: Event, sequence: int) -> tuple[str, Json]:
    """A message with this number in its aggregate's journal, and the name of its sample."""
    outgoing, subject = event.outgoing(), MEMBER if event.SOURCE == "/intake/companies" else APPLICATION
    origin = Origin(
        event.SOURCE, subject, sequence, datetime(2026, 3, 9, 14, tzinfo=UTC), CAUSE.id, CAUSE.correlation, TRACE
    )
    return _message(
        {"topic": outgoing.topic, "key": outgoing.key, "headers": inside(outgoing, origin), "value": outgoing.body}
    )


def _message(rendered: Json) -> tuple[str, Json]:
    headers = dict(rendered["headers"])
    value = None if rendered["value"] is None else json.loads(rendered["value"])
    return message_name(headers["ce_type"]), {
        "topic": rendered["topic"],
        "key": rendered["key"],
        "headers": headers,
        "value": value,
    }
