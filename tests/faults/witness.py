"""Takes down a history from real servers: what lies on the bus since it began, and what every service has stored."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from deploy.kafka.access import OPERATOR
from deploy.local.deployment import Deployment, database_of
from deploy.local.supervisor import SERVICES
from shared.bus.access import KafkaAccess
from shared.bus.subscriptions import Subscriptions
from shared.contracts.topics import topics
from shared.decider import Decider
from shared.model import Json
from shared.store.client import Database, connect
from shared.store.parked import Parked
from tests.faults.history import History, Life, Partition, Party, Sent
from tests.support.built import app_of, operations_of
from tests.support.servers.bus import Record, administering, ends, scram


@dataclass(frozen=True)
class Subject:
    """A service whose history is taken down: where it stores, in which group it consumes, what it is made of."""

    name: str
    database: Database
    group: str
    deciders: Sequence[Decider[Any, Any, Any]]
    subscriptions: Subscriptions


async def records(access: KafkaAccess, since: Mapping[Partition, int]) -> tuple[Sent, ...]:
    """What lies on the bus, from there to the present end, in order within each partition."""
    until = await ends(access, {name for name, _ in since})
    consumer = AIOKafkaConsumer(**scram(access), isolation_level="read_committed", enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign([TopicPartition(*partition) for partition in since])
        for partition, offset in since.items():
            consumer.seek(TopicPartition(*partition), offset)
        found: list[Sent] = []
        while any([await consumer.position(TopicPartition(*partition)) < end for partition, end in until.items()]):
            for batch in (await consumer.getmany(timeout_ms=100)).values():
                found += [_sent(record) for record in batch]
        return tuple(found)
    finally:
        await consumer.stop()


def _sent(record: Record) -> Sent:
    at = datetime.fromtimestamp(record.timestamp / 1000, UTC)
    return Sent(record.topic, record.partition, record.offset, record.key, record.value, tuple(record.headers), at)


async def party(subject: Subject, access: KafkaAccess) -> Party:
    async with administering(access) as admin:
        committed = await admin.list_consumer_group_offsets(subject.group)
    journal = await subject.database["journal"].find({}).to_list(None)
    lives = [life for decider in subject.deciders async for life in _lives(subject.database, decider, journal)]
    queues = await Parked(subject.database).queues()
    return Party(
        name=subject.name,
        lives={life.publisher: life for life in lives},
        subscriptions=subject.subscriptions,
        deciders={decider.collection: decider for decider in subject.deciders},
        parked=frozenset(record.id for queue in queues.values() for record in queue),
        committed={(partition.topic, partition.partition): offset.offset for partition, offset in committed.items()},
    )


async def everything(deployment: Deployment) -> History:
    """All that the five services have published and stored since their deployment was new."""
    access = deployment.kafka(OPERATOR)
    since = {(each.name, number): 0 for each in topics() for number in range(each.partitions)}
    lying = await records(access, since)
    return History(tuple([await _deployed(service, deployment, access) for service in SERVICES]), lying, since=since)


async def _deployed(service: str, deployment: Deployment, access: KafkaAccess) -> Party:
    made = operations_of(app_of(service))
    database = connect(deployment.mongo_url, database_of(service))
    deciders = [aggregate.decider for aggregate in made.aggregates.values()]
    try:
        return await party(Subject(service, database, service, deciders, made.subscriptions), access)
    finally:
        database.client.close()


async def _lives(database: Database, decider: Decider[Any, Any, Any], journal: Iterable[Json]) -> AsyncIterator[Life]:
    journalled: dict[str, list[Json]] = {}
    for entry in journal:
        if entry["source"] == decider.source:
            journalled.setdefault(entry["subject"], []).append(entry)
    async for document in database[decider.collection].find({}):
        known = journalled.get(document["_id"], [])
        facts = {entry["sequence"]: entry for entry in (*document["outbox"], *known) if "fact" in entry}
        yield Life(
            publisher=f"{decider.source}/{document['_id']}",
            decider=decider,
            document=document,
            entries=tuple(facts[number] for number in sorted(facts)),
            superseded=frozenset(entry["sequence"] for entry in known if "superseded" in entry),
        )
