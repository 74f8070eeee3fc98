"""What compaction makes of a partner's topic, when hours and days pass within a second."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from aiokafka.admin import NewTopic
from confluent_kafka.admin import AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType

from deploy.kafka.access import admin
from shared.bus.access import KafkaAccess
from shared.bus.publishers import Fenced
from shared.bus.relay import Lane
from shared.contracts import topics
from shared.model import Json
from shared.store.client import Database
from shared.store.journal import Journal
from tests.support.servers.bus import administering, on_topic, until

BROKER = "1"


@pytest.fixture
async def writer(operator: KafkaAccess, database: Database) -> AsyncIterator[Fenced]:
    made = Fenced(operator, f"test {uuid4()}", Journal(database), lambda _: 0.0)
    yield made
    await made.close()


async def test_compaction_keeps_the_last_record_alone_and_nothing_of_who_withdrew(
    operator: KafkaAccess, writer: Fenced
) -> None:
    """Something must still be written: the active segment is never cleaned, and rolls only on a write."""
    topic, member, withdrawn, other = (f"test.{uuid4()}" for _ in range(4))
    async with administering(operator) as kafka:
        await kafka.create_topics([NewTopic(topic, 1, 1, topic_configs=topics.topic("pip.partner.us").config())])

    async def publish(key: str, value: str | None) -> None:
        entry: Json = {"message": {"topic": topic, "key": key, "headers": [], "value": value}}
        await writer.publish([Lane(("disclosures", key), topic, [entry])])

    async def lie_there(*messages: tuple[str, bytes | None]) -> bool:
        await publish(other, "record")
        lying = [((record.key or b"").decode(), record.value) for record in await on_topic(operator, topic)]
        return [message for message in lying if message[0] != other] == list(messages)

    for key, value in ((member, "old"), (withdrawn, "record"), (member, "new"), (withdrawn, None)):
        await publish(key, value)
    assert await lie_there((member, b"old"), (withdrawn, b"record"), (member, b"new"), (withdrawn, None))
    configure(operator, ConfigResource(ResourceType.BROKER, BROKER), {"log.cleaner.backoff.ms": "100"})
    pace = {"segment.ms": "500", "max.compaction.lag.ms": "500", "delete.retention.ms": "200"}
    configure(operator, ConfigResource(ResourceType.TOPIC, topic), pace)
    await until(lambda: lie_there((member, b"new")), 40)


def configure(operator: KafkaAccess, resource: ConfigResource, settings: dict[str, str]) -> None:
    for name, value in settings.items():
        resource.add_incremental_config(ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET))
    client = admin(operator)
    for done in client.incremental_alter_configs([resource]).values():
        done.result()
