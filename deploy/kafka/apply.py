"""Carries out a plan on a cluster."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from secrets import token_bytes
from time import monotonic, sleep
from typing import Any

from confluent_kafka import KafkaException
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ScramCredentialInfo,
    UserScramCredentialUpsertion,
)

from deploy.errors import Failed
from deploy.kafka import quotas
from deploy.kafka.access import Admin, mechanism_of
from deploy.kafka.plan import (
    ITERATIONS,
    ITERATIONS_OF_NOBODY,
    MECHANISMS,
    SECONDS,
    Change,
    Configure,
    CreateTopic,
    DeleteGroup,
    Grant,
    LockOut,
    Revoke,
    SetPassword,
    SetQuotas,
    plan,
    settings,
)

_OF_NAME = {name: mechanism for mechanism, name in MECHANISMS.items()}


def apply(admin: Admin, changes: Sequence[Change], passwords: Mapping[str, str]) -> None:
    """Carries out the changes, and returns when every broker shows them. Raises Failed at the first refusal."""
    _all(admin.create_topics, [_new(change) for change in changes if isinstance(change, CreateTopic)])
    _all(
        admin.incremental_alter_configs, [_configuration(change) for change in changes if isinstance(change, Configure)]
    )
    _all(
        admin.alter_user_scram_credentials,
        [_credential(change, passwords) for change in changes if isinstance(change, SetPassword)],
    )
    _all(admin.alter_user_scram_credentials, [_nobodys(change) for change in changes if isinstance(change, LockOut)])
    _all(admin.create_acls, [change.acl for change in changes if isinstance(change, Grant)])
    _all(admin.delete_acls, [_exactly(change.acl) for change in changes if isinstance(change, Revoke)])
    if limited := {change.user: dict(change.quotas) for change in changes if isinstance(change, SetQuotas)}:
        quotas.alter(admin.access, limited)
    _all(admin.delete_consumer_groups, [change.group for change in changes if isinstance(change, DeleteGroup)])
    deadline = monotonic() + SECONDS
    while not set(changes).isdisjoint(plan(admin)):
        if monotonic() > deadline:
            raise Failed("Kafka accepted the changes and does not show them: look into its log")
        sleep(0.05)


def _all(carry_out: Callable[[list[Any]], Mapping[Any, Future[Any]]], asked: Sequence[object]) -> None:
    for what, done in (carry_out(list(asked)) if asked else {}).items():
        try:
            done.result()
        except KafkaException as failure:
            raise Failed(f"Kafka refused {what}: {failure.args[0].str()}") from failure


def _new(change: CreateTopic) -> NewTopic:
    topic, replicas = change.topic, change.replicas
    return NewTopic(
        topic.name, num_partitions=topic.partitions, replication_factor=replicas, config=settings(topic, replicas)
    )


def _configuration(change: Configure) -> ConfigResource:
    entries = [ConfigEntry(key, value, incremental_operation=AlterConfigOpType.SET) for key, value in change.settings]
    return ConfigResource(ConfigResource.Type.TOPIC, change.topic, incremental_configs=entries)


def _credential(change: SetPassword, passwords: Mapping[str, str]) -> UserScramCredentialUpsertion:
    scram = ScramCredentialInfo(_OF_NAME[mechanism_of(change.user)], ITERATIONS)
    return UserScramCredentialUpsertion(change.user, scram, passwords[change.user].encode())


def _nobodys(change: LockOut) -> UserScramCredentialUpsertion:
    scram = ScramCredentialInfo(_OF_NAME[change.mechanism], ITERATIONS_OF_NOBODY)
    return UserScramCredentialUpsertion(change.user, scram, token_bytes())


def _exactly(acl: AclBinding) -> AclBindingFilter:
    return AclBindingFilter(
        acl.restype, acl.name, acl.resource_pattern_type, acl.principal, acl.host, acl.operation, acl.permission_type
    )
