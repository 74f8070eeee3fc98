"""A plan names what the cluster lacks of topics.yaml, and nothing once it is applied."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from confluent_kafka import ConsumerGroupTopicPartitions, TopicPartition
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)

from deploy.errors import Failed
from deploy.kafka import plan as planning
from deploy.kafka import quotas
from deploy.kafka.access import Admin, acls, admin, groups_of, mechanism_of, partners, principal, users
from deploy.kafka.apply import apply
from deploy.kafka.plan import (
    ITERATIONS,
    MECHANISMS,
    Configure,
    CreateTopic,
    DeleteGroup,
    Grant,
    LockOut,
    Revoke,
    SetPassword,
    SetQuotas,
    plan,
)
from shared.contracts.topics import topic, topics
from tests.support.servers.backing import Broker, password_of

RISK = "pip.risk"
DRIFTED = [
    ("retention.ms", "1000"),
    ("retention.bytes", "1000"),
    ("compression.type", "lz4"),
    ("message.timestamp.type", "LogAppendTime"),
    ("unclean.leader.election.enable", "true"),
    ("max.message.bytes", "1000"),
    ("cleanup.policy", "compact"),
]


@pytest.fixture
def operator(broker: Broker) -> Iterator[Admin]:
    """The operator of a broker that is as topics.yaml declares, before the test and after it."""
    client = admin(broker.operator)
    assert plan(client) == []
    yield client
    apply(client, plan(client), {user: password_of(user) for user in users()})
    assert plan(client) == []


def binding(user: str, topic: str) -> AclBinding:
    return AclBinding(
        ResourceType.TOPIC,
        topic,
        ResourcePatternType.LITERAL,
        principal(user),
        "*",
        AclOperation.READ,
        AclPermissionType.ALLOW,
    )


def exactly(acl: AclBinding) -> AclBindingFilter:
    return AclBindingFilter(
        acl.restype, acl.name, acl.resource_pattern_type, acl.principal, acl.host, acl.operation, acl.permission_type
    )


def grant(client: Admin, acl: AclBinding) -> None:
    for done in client.create_acls([acl]).values():
        done.result()


def commit(client: Admin, group: str, partition: TopicPartition) -> None:
    """As a member of the group did that has left it; a coordinator that is still loading is asked again."""
    asked = ConsumerGroupTopicPartitions(group, [partition])
    (done,) = client.alter_consumer_group_offsets([asked]).values()
    if any(committed.error for committed in done.result().topic_partitions):
        commit(client, group, partition)


def test_what_the_plan_lacks_it_names(operator: Admin, monkeypatch: pytest.MonkeyPatch, fresh: str) -> None:
    declared = (*topics(), topics()[0].model_copy(update={"name": fresh}))
    monkeypatch.setattr(planning, "topics", lambda: declared)
    (change,) = plan(operator)
    assert isinstance(change, CreateTopic)
    assert str(change) == f"create topic {fresh} with 12 partitions, 1 replicas"


@pytest.mark.parametrize(("name", "drifted"), DRIFTED)
def test_a_setting_that_drifted_is_set_back(operator: Admin, name: str, drifted: str) -> None:
    drift = [ConfigEntry(name, drifted, incremental_operation=AlterConfigOpType.SET)]
    for done in operator.incremental_alter_configs([ConfigResource("topic", RISK, incremental_configs=drift)]).values():
        done.result()
    assert seen(operator) == [Configure(RISK, ((name, topic(RISK).config()[name]),))]


def test_every_setting_is_seen_to_drift() -> None:
    assert dict(DRIFTED).keys() == topic(RISK).config().keys()


def test_a_user_that_is_missing_is_made(operator: Admin) -> None:
    for done in operator.alter_user_scram_credentials(
        [UserScramCredentialDeletion("partner.nz", ScramMechanism.SCRAM_SHA_256)]
    ).values():
        done.result()
    assert seen(operator) == [SetPassword("partner.nz")]


@pytest.mark.parametrize("user", ["partner.nz", "intake"])
def test_a_user_is_locked_out_of_the_listener_of_others(operator: Admin, user: str) -> None:
    (other,) = (mechanism for mechanism, name in MECHANISMS.items() if name != mechanism_of(user))
    known = UserScramCredentialUpsertion(user, ScramCredentialInfo(other, ITERATIONS), b"of before")
    for change in (known, UserScramCredentialDeletion(user, other)):
        for done in operator.alter_user_scram_credentials([change]).values():
            done.result()
        assert seen(operator) == [LockOut(user, MECHANISMS[other])]


def test_a_quota_that_drifted_is_set_back(operator: Admin) -> None:
    quotas.alter(operator.access, {"partner.us": {"request_percentage": 900.0}})
    assert seen(operator) == [SetQuotas("partner.us", (("request_percentage", 25.0),))]


def test_groups_that_a_partner_named_itself_are_deleted_and_its_own_stay(operator: Admin, fresh: str) -> None:
    own, partition = groups_of("partner.us")[0], TopicPartition("pip.partner.us", 0, 1)
    for group in (own, f"partner.us.{fresh}", f"us.{fresh}"):
        commit(operator, group, partition)
    assert seen(operator) == [DeleteGroup(f"partner.us.{fresh}")]


def test_every_partner_has_every_quota(operator: Admin) -> None:
    found = quotas.described(operator.access)
    assert {user: dict(found[user]) for user in partners()} == dict.fromkeys(partners(), quotas.OF_A_PARTNER)
    assert found.keys() == partners()


def test_an_acl_that_is_missing_is_granted_and_one_too_many_revoked(operator: Admin) -> None:
    (missing,) = (acl for acl in acls() if acl.principal == principal("review") and acl.name == RISK)
    operator.delete_acls([exactly(missing)])[exactly(missing)].result()
    spy, secret = binding("eve", RISK), binding("partner.us", "pip.application")
    grant(operator, spy)
    grant(operator, secret)
    assert set(seen(operator, 3)) == {Grant(missing), Revoke(spy), Revoke(secret)}


def test_what_others_have_on_the_same_cluster_is_left_alone(operator: Admin, fresh: str) -> None:
    foreign = binding("somebody", fresh)
    grant(operator, foreign)
    assert plan(operator) == []


def test_a_partition_count_is_never_changed(operator: Admin, monkeypatch: pytest.MonkeyPatch) -> None:
    declared = tuple(
        topic.model_copy(update={"partitions": 24 if topic.name == RISK else topic.partitions}) for topic in topics()
    )
    monkeypatch.setattr(planning, "topics", lambda: declared)
    with pytest.raises(Failed, match=r"pip\.risk has 12 partitions and topics\.yaml says 24"):
        plan(operator)


def test_every_password_is_set_anew_on_demand(operator: Admin) -> None:
    assert set(plan(operator, rotate=True)) == {SetPassword(user) for user in users()}


def test_a_change_that_the_cluster_refuses_is_reported(operator: Admin) -> None:
    (existing,) = (topic for topic in topics() if topic.name == RISK)
    with pytest.raises(Failed, match=RISK):
        apply(operator, [CreateTopic(existing, 1)], {})


@pytest.mark.parametrize("change", [{"bootstrap": "127.0.0.1:9"}, {"password": "guessed"}])
def test_an_operator_who_does_not_get_in_reads_why(
    broker: Broker, change: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "SECONDS", 2.0)
    with pytest.raises(Failed, match="Check its address and the operator's password"):
        plan(admin(replace(broker.operator, **change)))


def seen(client: Admin, changes: int = 1) -> list[planning.Change]:
    """The plan, once the broker knows what was changed behind its back."""
    while len(found := plan(client)) < changes:
        pass
    return found
