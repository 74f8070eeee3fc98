"""From the outbox to the journal and the bus: in order, journalled first, nothing lost whatever dies."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiokafka.admin import NewTopic
from aiokafka.cluster import ClusterMetadata

from shared.bus import publishers
from shared.bus.access import KafkaAccess
from shared.bus.publishers import Fenced, InOrder
from shared.bus.relay import Lane, OutboxSource, Relay
from shared.errors import Unavailable
from shared.model import Json
from shared.relays import Relays
from shared.store.client import Database
from shared.telemetry import Metrics
from shared.verification import verify
from tests.support.builders.toys import announce
from tests.support.crashing import Fate, every_death
from tests.support.servers.bus import administering, on_topic, until
from tests.support.servers.kernel import Toys, enveloped, toys

TOPIC = "pip.application"


def relay(toy: Toys, publisher: Any, metrics: Metrics | None = None) -> Relay:
    return Relay(
        {"companies": OutboxSource(toy.tallies.documents, "/intake/companies")},
        toy.journal,
        publisher,
        metrics or Metrics(),
    )


@asynccontextmanager
async def running(run: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    task = asyncio.ensure_future(run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def emptied(toy: Toys) -> bool:
    return not await toy.tallies.documents.unrelayed(1)


async def numbers(access: KafkaAccess, company: UUID) -> list[int]:
    return [int(dict(record.headers)["ce_sequence"]) for record in await on_topic(access, TOPIC, str(company))]


async def test_facts_are_journalled_published_in_order_and_pulled(toy: Toys, operator: KafkaAccess) -> None:
    company = uuid4()
    for _ in range(3):
        await toy.tallies.handle(str(company), announce(company), enveloped())
    version = (await toy.tallies.documents.load([str(company)]))[str(company)].version

    publisher = InOrder(operator)
    await relay(toy, publisher).round([("companies", str(company))])
    await publisher.close()

    records = await on_topic(operator, TOPIC, str(company))
    assert len({record.partition for record in records}) == 1
    assert await numbers(operator, company) == [1, 2, 3]
    assert [entry.sequence for entry in await toy.journal.of("/intake/companies", str(company))] == [1, 2, 3]
    assert await emptied(toy)
    assert (await toy.tallies.documents.load([str(company)]))[str(company)].version == version
    assert [flaw async for flaw in verify(toy.tallies, toy.journal)] == [None]


async def test_what_nobody_woke_it_for_is_found_by_the_sweep(toy: Toys, operator: KafkaAccess) -> None:
    company = uuid4()
    await toy.tallies.handle(str(company), announce(company), enveloped())

    async with running(relay(toy, InOrder(operator)).run):
        await until(lambda: emptied(toy))

    assert await numbers(operator, company) == [1]


async def test_two_relays_beside_live_commands_keep_first_occurrences_in_order(
    toy: Toys, operator: KafkaAccess
) -> None:
    companies = [uuid4() for _ in range(4)]
    one, two = (relay(toy, InOrder(operator)) for _ in range(2))

    live = replace(toy.tallies, relays=Relays(one, two))
    async with running(one.run), running(two.run):
        await asyncio.gather(*(_announce_often(live, company, 6) for company in companies))
        await until(lambda: emptied(toy))

    for company in companies:
        assert list(dict.fromkeys(await numbers(operator, company))) == [1, 2, 3, 4, 5, 6]


async def _announce_often(tallies: Any, company: UUID, times: int) -> None:
    for _ in range(times):
        await tallies.handle(str(company), announce(company), enveloped())


class MortalPublisher:
    """A publisher whose every call is a step at which the process may die."""

    def __init__(self, publisher: InOrder, fate: Fate) -> None:
        self._publisher = publisher
        self._publish = fate.around(publisher)
        self.carries, self.concurrent = publisher.carries, publisher.concurrent
        self.prepare = publisher.prepare

    async def publish(self, lanes: Any) -> None:
        await self._publish.publish(lanes)

    async def close(self) -> None:
        await self._publisher.close()


async def test_a_death_at_any_step_loses_nothing_and_keeps_the_order(database: Database, operator: KafkaAccess) -> None:
    deaths = 0
    publisher = InOrder(operator)
    company = uuid4()

    async def life(fate: Fate) -> None:
        nonlocal company
        company = uuid4()
        toy = toys(database)
        await _announce_often(toy.tallies, company, 2)
        mortal = toys(database, fate.around)
        await relay(mortal, MortalPublisher(publisher, fate)).round([("companies", str(company))])

    async for fate in every_death(life):
        deaths += 1
        after = toys(database)
        await after.tallies.handle(str(company), announce(company), enveloped())
        await relay(after, publisher).round([("companies", str(company))])
        assert list(dict.fromkeys(await numbers(operator, company))) == [1, 2, 3], fate
        assert [entry.sequence for entry in await after.journal.of("/intake/companies", str(company))] == [1, 2, 3], (
            fate
        )
        assert await emptied(after), fate
    await publisher.close()
    assert deaths >= 8


async def test_a_refused_message_lets_no_later_one_pass(operator: KafkaAccess) -> None:
    """Pipelined sends lose: the broker refuses the first, takes the second, and a watermark skips the first for ever.

    The first is so large that it would travel in a batch of its own.
    """
    topic, message = f"test.{uuid4()}", {"key": "k", "headers": []}
    async with administering(operator) as admin:
        await admin.create_topics([NewTopic(topic, 1, 1, topic_configs={"max.message.bytes": "2000"})])
    entries = [
        {"sequence": n, "message": {**message, "topic": topic, "value": "x" * size}}
        for n, size in ((1, 200_000), (2, 10))
    ]
    lane, other = Lane(("companies", "a"), topic, entries), Lane(("companies", "b"), topic, entries[1:])
    publisher = InOrder(operator)

    await publisher.publish([lane])
    await publisher.publish([other])
    await publisher.close()

    assert (lane.acknowledged, other.acknowledged) == (0, 1)
    assert [record.value for record in await on_topic(operator, topic)] == [b"x" * 10]


async def test_a_partition_without_a_leader_is_not_waited_for(
    operator: KafkaAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = f"test.{uuid4()}"
    async with administering(operator) as admin:
        await admin.create_topics([NewTopic(topic, 12, 1)])
    message = {"topic": topic, "headers": [], "value": ""}
    lanes = {key: Lane(("companies", key), topic, [{"message": {**message, "key": key}}]) for key in "abcdefgh"}
    publisher = InOrder(operator)

    async with asyncio.timeout(publishers.SEND_DEADLINE / 2):
        with monkeypatch.context() as fault:
            fault.setattr(ClusterMetadata, "available_partitions_for_topic", lambda *_: set(range(6)))
            await publisher.publish(list(lanes.values()))
        waiting = [lane for lane in lanes.values() if not lane.acknowledged]
        await publisher.publish(waiting)
        await publisher.close()

    records = await on_topic(operator, topic)
    assert {record.key for record in records if record.partition >= 6} == {lane.ref[1].encode() for lane in waiting}
    assert 0 < len(waiting) < len(records) == len(lanes)


async def test_a_journal_that_was_altered_stops_its_aggregate_alone(
    toy: Toys, operator: KafkaAccess, database: Database
) -> None:
    company, other = uuid4(), uuid4()
    for one in (company, other):
        await toy.tallies.handle(str(one), announce(one), enveloped())
    await toy.journal.append(
        [{"source": "/intake/companies", "subject": str(company), "sequence": 1, "hash": "forged"}]
    )
    metrics, publisher = Metrics(), InOrder(operator)
    places = [("companies", str(company)), ("companies", str(other))]

    await relay(toy, publisher, metrics).round(places)

    assert await numbers(operator, company) == []
    assert await numbers(operator, other) == [1]
    assert metrics.registry.get_sample_value("tt_journal_mismatches_total") == 1
    await toy.tallies.handle(str(other), announce(other), enveloped())
    with pytest.raises(Unavailable, match="journal_mismatch"):
        await toy.tallies.handle(str(company), announce(company), enveloped())

    await database["journal"].delete_one({"subject": str(company), "hash": "forged"})
    await relay(toy, publisher, metrics).round(places)
    await publisher.close()
    await toy.tallies.handle(str(company), announce(company), enveloped())
    assert await numbers(operator, company) == [1]


def partner_lane(topic: str, key: str, *values: str | None) -> Lane:
    address = {"source": "/mra_exchange/disclosures", "subject": key}
    messages: list[Json] = [{"topic": topic, "key": key, "headers": [], "value": value} for value in values]
    return Lane(
        ("disclosures", key),
        topic,
        [{**address, "sequence": n, "message": one} for n, one in enumerate(messages, start=1)],
    )


async def test_whoever_starts_later_shuts_the_earlier_writer_out(toy: Toys, operator: KafkaAccess) -> None:
    """A stale relay would publish a withdrawn record after its tombstone, and compaction would keep it for ever."""
    service, key = f"test {uuid4()}", str(uuid4())
    age = 0.0
    first, second = (Fenced(operator, service, toy.journal, lambda _: age) for _ in range(2))
    stale = partner_lane("pip.partner.us", key, "record")
    await first.prepare()
    await first.publish([partner_lane("pip.partner.us", key, "record")])
    await second.prepare()
    await second.publish([partner_lane("pip.partner.us", key, "record", None)])

    await first.publish([stale])
    await first.publish([stale])

    assert stale.acknowledged == 0
    assert [record.value for record in await on_topic(operator, "pip.partner.us", key)] == [b"record", None]

    age = first.TAKE_OVER_AFTER + 1
    await first.publish([stale])
    assert stale.acknowledged == 0, "what was read before the others were shut out may be stale"
    await first.prepare()
    await first.publish([late := partner_lane("pip.partner.us", key, "again")])
    await first.close()
    await second.close()
    assert late.acknowledged == 1


async def test_of_several_waiting_messages_to_a_partner_only_the_last_is_sent(toy: Toys, operator: KafkaAccess) -> None:
    key = str(uuid4())
    publisher = Fenced(operator, f"test {uuid4()}", toy.journal, lambda _: 0.0)
    lane = partner_lane("pip.partner.jp", key, "record", "record 2", None)

    await publisher.publish([lane])
    await publisher.close()

    assert lane.acknowledged == 3
    assert [record.value for record in await on_topic(operator, "pip.partner.jp", key)] == [None]
    assert [
        entry["sequence"] for entry in await toy.journal.raw("/mra_exchange/disclosures", key) if "superseded" in entry
    ] == [1, 2]


async def test_one_partners_broken_topic_does_not_hold_anothers(
    toy: Toys, operator: KafkaAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishers, "TRANSACTION_DEADLINE", 2.0)
    key = str(uuid4())
    publisher = Fenced(operator, f"test {uuid4()}", toy.journal, lambda _: 0.0)
    broken, sound = partner_lane(f"test.{uuid4()}", key, "record"), partner_lane("pip.partner.kr", key, "record")

    for _ in range(2):
        await publisher.prepare()
        await publisher.publish([lane for lane in (broken, sound) if not lane.acknowledged])
    await publisher.close()

    assert (broken.acknowledged, sound.acknowledged) == (0, 1)
    assert [record.value for record in await on_topic(operator, "pip.partner.kr", key)] == [b"record"]
