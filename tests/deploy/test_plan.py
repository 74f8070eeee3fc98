"""A plan names what the cluster lacks of topics.yaml, and nothing once it is applied."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ResourcePatternType,
    ResourceType,
    ScramMechanism,
    UserScramCredentialDeletion,
)

from deploy.errors import Failed
from deploy.kafka import plan as planning
from deploy.kafka.access import acls, admin, principal, users
from deploy.kafka.apply import apply
from deploy.kafka.plan import Configure, CreateTopic, Grant, Revoke, SetPassword, plan
from shared.contracts.topics import topics
from tests.support.servers.backing import Broker, password_of

RISK = "pip.risk"


@pytest.fixture
def operator(broker: Broker) -> Iterator[AdminClient]:
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


def grant(client: AdminClient, acl: AclBinding) -> None:
    for done in client.create_acls([acl]).values():
        done.result()


def test_what_the_plan_lacks_it_names(operator: AdminClient, monkeypatch: pytest.MonkeyPatch, fresh: str) -> None:
    declared = (*topics(), topics()[0].model_copy(update={"name": fresh}))
    monkeypatch.setattr(planning, "topics", lambda: declared)
    (change,) = plan(operator)
    assert isinstance(change, CreateTopic)
    assert str(change) == f"create topic {fresh} with 12 partitions, 1 replicas"


def test_a_setting_that_drifted_is_set_back(operator: AdminClient) -> None:
    drift = [ConfigEntry("retention.ms", "1000", incremental_operation=AlterConfigOpType.SET)]
    for done in operator.incremental_alter_configs([ConfigResource("topic", RISK, incremental_configs=drift)]).values():
        done.result()
    assert seen(operator) == [Configure(RISK, (("retention.ms", "-1"),))]


def test_a_user_that_is_missing_is_made(operator: AdminClient) -> None:
    for done in operator.alter_user_scram_credentials(
        [UserScramCredentialDeletion("partner.nz", ScramMechanism.SCRAM_SHA_512)]
    ).values():
        done.result()
    assert seen(operator) == [SetPassword("partner.nz")]


def test_an_acl_that_is_missing_is_granted_and_one_too_many_revoked(operator: AdminClient) -> None:
    (missing,) = (acl for acl in acls() if acl.principal == principal("review") and acl.name == RISK)
    operator.delete_acls([exactly(missing)])[exactly(missing)].result()
    spy, secret = binding("eve", RISK), binding("partner.us", "pip.application")
    grant(operator, spy)
    grant(operator, secret)
    assert set(seen(operator, 3)) == {Grant(missing), Revoke(spy), Revoke(secret)}


def test_what_others_have_on_the_same_cluster_is_left_alone(operator: AdminClient, fresh: str) -> None:
    foreign = binding("somebody", fresh)
    grant(operator, foreign)
    assert plan(operator) == []


def test_a_partition_count_is_never_changed(operator: AdminClient, monkeypatch: pytest.MonkeyPatch) -> None:
    declared = tuple(
        topic.model_copy(update={"partitions": 24 if topic.name == RISK else topic.partitions}) for topic in topics()
    )
    monkeypatch.setattr(planning, "topics", lambda: declared)
    with pytest.raises(Failed, match=r"pip\.risk has 12 partitions and topics\.yaml says 24"):
        plan(operator)


def test_every_password_is_set_anew_on_demand(operator: AdminClient) -> None:
    assert set(plan(operator, rotate=True)) == {SetPassword(user) for user in users()}


def test_a_change_that_the_cluster_refuses_is_reported(operator: AdminClient) -> None:
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


def seen(client: AdminClient, changes: int = 1) -> list[planning.Change]:
    """The plan, once the broker knows what was changed behind its back."""
    while len(found := plan(client)) < changes:
        pass
    return found
