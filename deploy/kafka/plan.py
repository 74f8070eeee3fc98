"""The changes that make a cluster what topics.yaml declares. Reads, and changes nothing."""

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import cast

from confluent_kafka import KafkaException
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ClusterMetadata,
    ConfigResource,
    ResourcePatternType,
    ResourceType,
)

from deploy.errors import Failed
from deploy.kafka.access import acls, principal, users
from shared.contracts.topics import Topic, topics

MOST_REPLICAS = 3
SECONDS = 20.0


@dataclass(frozen=True)
class CreateTopic:
    topic: Topic
    replicas: int

    def __str__(self) -> str:
        return f"create topic {self.topic.name} with {self.topic.partitions} partitions, {self.replicas} replicas"


@dataclass(frozen=True)
class Configure:
    topic: str
    settings: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return f"configure topic {self.topic}: {', '.join(f'{key}={value}' for key, value in self.settings)}"


@dataclass(frozen=True)
class SetPassword:
    user: str

    def __str__(self) -> str:
        return f"set the password of user {self.user}"


@dataclass(frozen=True)
class Grant:
    acl: AclBinding

    def __str__(self) -> str:
        return f"grant {_described(self.acl)}"


@dataclass(frozen=True)
class Revoke:
    acl: AclBinding

    def __str__(self) -> str:
        return f"revoke {_described(self.acl)}"


Change = CreateTopic | Configure | SetPassword | Grant | Revoke


def plan(admin: AdminClient, *, rotate: bool = False) -> list[Change]:
    """Every change that makes the cluster what topics.yaml declares; with `rotate` every password is set anew.

    Raises Failed where the cluster is out of reach or a partition count differs.
    """
    try:
        cluster = admin.list_topics(timeout=SECONDS)
        return [*_topics(admin, cluster), *_users(admin, rotate=rotate), *_acls(admin)]
    except KafkaException as failure:
        raise Failed(
            f"Kafka does not answer the operator: {failure.args[0].str()}. "
            "Check its address and the operator's password"
        ) from failure


def settings(topic: Topic, replicas: int) -> dict[str, str]:
    """The configuration of a topic; with three replicas, two must have a message before it is acknowledged."""
    return topic.config() | ({"min.insync.replicas": "2"} if replicas == MOST_REPLICAS else {})


def _topics(admin: AdminClient, cluster: ClusterMetadata) -> Iterator[Change]:
    replicas = min(MOST_REPLICAS, len(cluster.brokers))
    for topic in topics():
        if topic.name in cluster.topics:
            yield from _differences(admin, topic, len(cluster.topics[topic.name].partitions), replicas)
        else:
            yield CreateTopic(topic, replicas)


def _differences(admin: AdminClient, topic: Topic, partitions: int, replicas: int) -> Iterator[Change]:
    if partitions != topic.partitions:
        raise Failed(
            f"{topic.name} has {partitions} partitions and topics.yaml says {topic.partitions}: a count never changes, "
            "or one company's messages would overtake each other. Put the old count back"
        )
    resource = ConfigResource(ConfigResource.Type.TOPIC, topic.name)
    (described,) = admin.describe_configs([resource], request_timeout=SECONDS).values()
    actual = described.result()
    if wrong := tuple((key, value) for key, value in settings(topic, replicas).items() if actual[key].value != value):
        yield Configure(topic.name, wrong)


def _users(admin: AdminClient, *, rotate: bool) -> Iterator[Change]:
    described = cast("Future[dict[str, object]]", admin.describe_user_scram_credentials(request_timeout=SECONDS))
    known = {} if rotate else described.result()
    yield from (SetPassword(user) for user in sorted(users()) if user not in known)


def _acls(admin: AdminClient) -> Iterator[Change]:
    """Grants and revocations; foreign ACLs stay, unless they concern our topics."""
    ours = {principal(user) for user in users()}
    names = {topic.name for topic in topics()}
    found = frozenset(
        acl
        for acl in admin.describe_acls(_ANY, request_timeout=SECONDS).result()
        if acl.principal in ours or acl.name in names
    )
    yield from (Grant(acl) for acl in sorted(acls() - found, key=_described))
    yield from (Revoke(acl) for acl in sorted(found - acls(), key=_described))


def _described(acl: AclBinding) -> str:
    name = acl.name + ("*" if acl.resource_pattern_type is ResourcePatternType.PREFIXED else "")
    return (
        f"{acl.principal} {AclOperation(acl.operation).name.lower()} on {ResourceType(acl.restype).name.lower()} {name}"
    )


_ANY = AclBindingFilter(
    ResourceType.ANY,
    None,  # type: ignore[arg-type] # its annotations forget that None matches any
    ResourcePatternType.ANY,
    None,  # type: ignore[arg-type]
    None,  # type: ignore[arg-type]
    AclOperation.ANY,
    AclPermissionType.ANY,
)
