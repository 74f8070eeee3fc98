"""Nobody can do on the bus what topics.yaml does not allow: each service and two partners try a real broker's ACLs."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TypeVar

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    ProducerFenced,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailed,
)
from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourcePatternType,
    ResourceType,
)

from deploy.kafka.access import PARTNER, admin, groups_of, partners, users
from shared.bus.access import PARTNER_GROUPS, PARTNERS_MECHANISM, SERVICES_MECHANISM, KafkaAccess
from shared.contracts.topics import topics
from tests.support.servers.backing import Broker, password_of
from tests.support.servers.bus import producing, scram

SERVICES = sorted(user for user in users() if not user.startswith(PARTNER))
US, JP = "partner.us", "partner.jp"
RISK = "pip.risk"
ALLOWED_TO_READ = AclOperation.READ, AclPermissionType.ALLOW
REFUSALS = {
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.GROUP_AUTHORIZATION_FAILED,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED,
    KafkaError.UNKNOWN_TOPIC_OR_PART,
}
A_FEW = (*SERVICES, US, JP)  # partners are all alike
Refusal = type[Exception] | None
Client = TypeVar("Client", AIOKafkaConsumer, AIOKafkaProducer)


@pytest.fixture(scope="module", autouse=True)
async def something_on_every_topic(broker: Broker) -> None:
    async with producing(broker.operator) as producer:
        for topic in topics():
            await producer.send_and_wait(topic.name, b"something", key=b"somebody", partition=0)


async def writing(access: KafkaAccess, *names: str) -> dict[str, Refusal]:
    """With what a record is refused, by topic."""
    refusals: dict[str, Refusal] = {}
    async with closing(AIOKafkaProducer(**scram(access))) as producer:
        for name in names:
            try:
                await producer.send_and_wait(name, b"something", key=b"somebody")
                refusals[name] = None
            except TopicAuthorizationFailedError as refused:
                refusals[name] = type(refused)
    return refusals


@asynccontextmanager
async def closing(client: Client) -> AsyncIterator[Client]:
    """Starts a client, and lets go of it even where it could not start."""
    try:
        await client.start()
        yield client
    finally:
        await client.stop()


async def reading(access: KafkaAccess, topic: str, group: str) -> Refusal:
    """Joins the group, reads one record and commits."""
    consumer = AIOKafkaConsumer(
        topic, **scram(access), group_id=group, auto_offset_reset="earliest", enable_auto_commit=False
    )
    try:
        async with closing(consumer):
            await consumer.getone()
            await consumer.commit()
    except (TopicAuthorizationFailedError, GroupAuthorizationFailedError) as refused:
        return type(refused)
    return None


@pytest.mark.parametrize("user", A_FEW)
async def test_a_user_writes_and_reads_what_topics_yaml_lists_and_nothing_else(
    broker: Broker, user: str, fresh: str
) -> None:
    access = broker.access(user)
    refused = await writing(access, *(topic.name for topic in topics()))
    assert {name for name, refusal in refused.items() if refusal is None} == {
        topic.name for topic in topics() if topic.publisher == user
    }
    group = groups_of(user)[0] if user in partners() else f"{user}.{fresh}"
    read = {topic.name for topic in topics() if await reading(access, topic.name, group) is None}
    assert read == {topic.name for topic in topics() if user in topic.readers}


@pytest.mark.parametrize("topic", ["pip.application", "pip.review", "pip.risk", "pip.site-validation"])
async def test_the_service_that_faces_partners_reads_no_package_and_no_assessment(
    broker: Broker, topic: str, fresh: str
) -> None:
    assert await reading(broker.access("mra_exchange"), topic, f"mra_exchange.{fresh}") is TopicAuthorizationFailedError


async def test_risk_reads_who_the_users_of_a_company_are_and_no_contact(broker: Broker, fresh: str) -> None:
    access, group = broker.access("risk"), f"risk.{fresh}"
    assert await reading(access, "pip.team", group) is None
    assert await reading(access, "pip.intake", group) is TopicAuthorizationFailedError


@pytest.mark.parametrize("user", ["intake", "mra_exchange", US])
async def test_nobody_joins_the_group_of_another(broker: Broker, user: str) -> None:
    """Neither one named as its user, as those of the services are, nor one whose name begins so."""
    access = broker.access(user)
    topic = next(topic.name for topic in topics() if user in topic.readers)
    groups = [f"{stranger}{suffix}" for stranger in users() - {user} for suffix in ("", f".{PARTNER_GROUPS[0]}")]
    a_few = asyncio.Semaphore(10)  # a partner has not so many connections

    async def joining(group: str) -> Refusal:
        async with a_few:
            return await reading(access, topic, group)

    answers = await asyncio.gather(*map(joining, groups))
    assert dict(zip(groups, answers, strict=True)) == dict.fromkeys(groups, GroupAuthorizationFailedError)


@pytest.mark.parametrize("group", [US, f"{US}.", f"{US}.group", f"{US}.live.1", f"{US}a.live"])
async def test_a_partner_has_a_few_groups_and_names_no_other(broker: Broker, group: str) -> None:
    assert await reading(broker.access(US), f"pip.{US}", group) is GroupAuthorizationFailedError


@pytest.mark.parametrize("user", A_FEW)
async def test_nobody_comes_in_by_the_listener_of_others(broker: Broker, user: str) -> None:
    """Neither with the mechanism of that listener, nor with its own."""
    own = broker.access(user)
    elsewhere = broker.partners if own.bootstrap == broker.operator.bootstrap else broker.operator.bootstrap
    for mechanism in (PARTNERS_MECHANISM, SERVICES_MECHANISM):
        with pytest.raises(KafkaConnectionError):
            await writing(replace(own, bootstrap=elsewhere, mechanism=mechanism), RISK)
    with pytest.raises(KafkaConnectionError):
        await writing(replace(broker.operator, bootstrap=broker.partners, mechanism=PARTNERS_MECHANISM), RISK)


@pytest.mark.parametrize("user", ["intake", US])
async def test_nobody_but_the_operator_administers(broker: Broker, user: str) -> None:
    """Nor do topics and groups show themselves to whom they do not concern."""
    client, theirs = (
        admin(broker.access(user)),
        {topic.name for topic in topics() if user in {topic.publisher, *topic.readers}},
    )
    changed = ConfigEntry("retention.ms", "1", incremental_operation=AlterConfigOpType.SET)
    more = AclBinding(
        ResourceType.TOPIC, "pip.review", ResourcePatternType.LITERAL, f"User:{user}", "*", *ALLOWED_TO_READ
    )
    asked: list[Future[object]] = [
        *client.create_topics([NewTopic("pip.mine", 1, 1)]).values(),
        *client.delete_topics(["pip.review", f"pip.{US}"]).values(),
        *client.incremental_alter_configs(
            [ConfigResource(ResourceType.TOPIC, f"pip.{US}", incremental_configs=[changed])]
        ).values(),
        *client.create_acls([more]).values(),
        *client.describe_consumer_groups(["review"]).values(),
        *client.delete_consumer_groups(["review"]).values(),
    ]
    for answer in asked:
        with pytest.raises(KafkaException) as refused:
            answer.result()
        assert refused.value.args[0].code() in REFUSALS
    assert client.list_topics().topics.keys() == theirs
    assert all(listed.group_id.startswith(f"{user}.") for listed in client.list_consumer_groups().result().valid)


@pytest.mark.parametrize("password", ["", "guessed"])
async def test_a_wrong_password_opens_nothing(broker: Broker, password: str) -> None:
    with pytest.raises(KafkaConnectionError):
        await writing(KafkaAccess(broker.operator.bootstrap, "intake", password or password_of("review")), "pip.intake")


async def test_without_a_user_nobody_comes_in(broker: Broker) -> None:
    with pytest.raises(KafkaConnectionError):
        async with closing(AIOKafkaProducer(bootstrap_servers=broker.operator.bootstrap)):
            pytest.fail("an open door")


async def test_the_writer_of_partner_topics_is_fenced_by_its_successor(broker: Broker) -> None:
    access, topic = broker.access("mra_exchange"), f"pip.{US}"
    first, second = (AIOKafkaProducer(**scram(access), transactional_id="mra_exchange") for _ in range(2))
    async with closing(first), closing(second):
        with pytest.raises(ProducerFenced):
            async with first.transaction():
                await first.send_and_wait(topic, b"late", key=b"pip")
        async with second.transaction():
            await second.send_and_wait(topic, b"new", key=b"pip")


@pytest.mark.parametrize("user", ["intake", US])
async def test_no_other_user_writes_instead_of_the_publisher(broker: Broker, user: str) -> None:
    with pytest.raises(TransactionalIdAuthorizationFailed):
        async with closing(AIOKafkaProducer(**scram(broker.access(user)), transactional_id="mra_exchange")):
            pytest.fail("fenced by a stranger")
