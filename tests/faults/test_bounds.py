"""A message of exactly the bound of its topic reaches the bus; one byte more is refused before anything is written."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.bus.access import KafkaAccess
from shared.bus.publishers import Fenced, InOrder
from shared.bus.relay import OutboxSource, Publisher, Relay
from shared.contracts.event import Outgoing
from shared.contracts.topics import limit_of
from shared.decider import Decider
from shared.errors import Refused
from shared.handling import Aggregate, CommandEnvelope, begin, decided
from shared.model import Json
from shared.relays import Relays
from shared.store.changes import Document
from shared.store.client import Database
from shared.store.documents import Documents
from shared.store.journal import Journal
from shared.telemetry import Metrics
from tests.support.builders.toys import Announced, announce, tally
from tests.support.servers.bus import Record, on_topic, until
from tests.support.servers.kernel import enveloped

PARTNER = "pip.partner.us"
Toy = Decider[Any, Any, Any]


def to_partner(fact: Announced, _: object) -> Outgoing:
    return Outgoing(topic=PARTNER, key=str(fact.company), type="pip.MemberShared.v1", body=fact.padding, n=fact.number)


def fenced(access: KafkaAccess, journal: Journal) -> Publisher:
    return Fenced(access, f"test {uuid4()}", journal, lambda _: 0.0)


def in_order(access: KafkaAccess, _: Journal) -> Publisher:
    return InOrder(access)


@pytest.mark.parametrize(
    ("topic", "decider", "publisher"),
    [("pip.application", tally(), in_order), (PARTNER, replace(tally(), publish=to_partner), fenced)],
    ids=["inside", "to a partner"],
)
async def test_a_message_may_have_exactly_the_bytes_of_its_bound(
    topic: str,
    decider: Toy,
    publisher: Callable[[KafkaAccess, Journal], Publisher],
    operator: KafkaAccess,
    database: Database,
) -> None:
    company, asked = uuid4(), enveloped()
    aggregate = Aggregate(decider, Documents(database, "companies"), Relays())
    room = limit_of(topic) - without_padding(decider, company, asked)

    with pytest.raises(Refused, match="package_too_large"):
        await aggregate.handle(str(company), announce(company, padding="x" * (room + 1)), asked)
    assert await aggregate.documents.ids("", 1) == []

    await aggregate.handle(str(company), announce(company, padding="x" * room), asked)
    journal = Journal(database)
    writer = publisher(operator, journal)
    outboxes = {"companies": OutboxSource(aggregate.documents, decider.source)}
    await Relay(outboxes, journal, writer, Metrics()).round([("companies", str(company))])
    await writer.close()

    async def sizes() -> list[int]:
        return [size(record) for record in await on_topic(operator, topic, str(company))]

    await until(sizes)
    assert await sizes() == [limit_of(topic)]


def without_padding(decider: Toy, company: UUID, asked: CommandEnvelope) -> int:
    """The bytes of the message but for its padding."""
    work = decided(decider, begin(decider, Document(str(company))), announce(company, padding="x"), asked.causation)
    message: Json = work.entries[0]["message"]
    return (
        len(message["key"])
        + len(message["value"])
        + sum(len(name) + len(text) for name, text in message["headers"])
        - 1
    )


def size(record: Record) -> int:
    """The bytes of a message as it lies on the bus: key, headers and body."""
    return (
        len(record.key or b"")
        + len(record.value or b"")
        + sum(len(name) + len(value) for name, value in record.headers)
    )
