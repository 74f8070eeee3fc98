"""The changes that make a cluster what topics.yaml declares. Reads, and changes nothing."""

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from time import monotonic, sleep
from typing import cast

from confluent_kafka import ConsumerGroupState, KafkaException
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    ClusterMetadata,
    ConfigResource,
    ResourcePatternType,
    ResourceType,
    ScramMechanism,
    UserScramCredentialsDescription,
)

from deploy.errors import Failed
from deploy.kafka import quotas
from deploy.kafka.access import PARTNER, Admin, acls, groups_of, mechanism_of, partners, principal, users
from shared.bus.access import PARTNERS_MECHANISM, SERVICES_MECHANISM
from shared.contracts.topics import Topic, topics

MOST_REPLICAS = 3
SECONDS = 20.0
ITERATIONS, ITERATIONS_OF_NOBODY = 4096, 4097  # by which a password that nobody knows is recognised
MECHANISMS = {ScramMechanism.SCRAM_SHA_256: PARTNERS_MECHANISM, ScramMechanism.SCRAM_SHA_512: SERVICES_MECHANISM}


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


@dataclass(frozen=True)
class LockOut:
    user: str
    mechanism: str

    def __str__(self) -> str:
        return f"lock user {self.user} out of {self.mechanism}"


@dataclass(frozen=True)
class SetQuotas:
    user: str
    quotas: tuple[tuple[str, float], ...]

    def __str__(self) -> str:
        return f"limit user {self.user}: {', '.join(f'{name}={value:g}' for name, value in self.quotas)}"


@dataclass(frozen=True)
class DeleteGroup:
    group: str

    def __str__(self) -> str:
        return f"delete consumer group {self.group}"


Change = CreateTopic | Configure | SetPassword | LockOut | Grant | Revoke | SetQuotas | DeleteGroup


def plan(admin: Admin, *, rotate: bool = False) -> list[Change]:
    """Every change that makes the cluster what topics.yaml declares; with `rotate` every password is set anew.

    Raises Failed where the cluster is out of reach or a partition count differs.
    """
    try:
        cluster = admin.list_topics(timeout=SECONDS)
        return [
            *_topics(admin, cluster),
            *_users(admin, rotate=rotate),
            *_acls(admin),
            *_quotas(admin),
            *_groups(admin),
        ]
    except KafkaException as failure:
        raise Failed(
            f"Kafka does not answer the operator: {failure.args[0].str()}. "
            "Check its address and the operator's password"
        ) from failure


def settings(topic: Topic, replicas: int) -> dict[str, str]:
    """The configuration of a topic; with three replicas, two must have a message before it is acknowledged."""
    return topic.config() | ({"min.insync.replicas": "2"} if replicas == MOST_REPLICAS else {})


def _topics(admin: Admin, cluster: ClusterMetadata) -> Iterator[Change]:
    replicas = min(MOST_REPLICAS, len(cluster.brokers))
    for topic in topics():
        if topic.name in cluster.topics:
            yield from _differences(admin, topic, len(cluster.topics[topic.name].partitions), replicas)
        else:
            yield CreateTopic(topic, replicas)


def _differences(admin: Admin, topic: Topic, partitions: int, replicas: int) -> Iterator[Change]:
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


def _users(admin: Admin, *, rotate: bool) -> Iterator[Change]:
    """A password for the mechanism of each user; for every other one that nobody knows.

    None is ever removed: a broker that starts and reads a removal may forget everybody's passwords of that mechanism
    (docs/pitfalls.md). One that is there covers a removal of before.
    """
    described = cast(
        "Future[dict[str, UserScramCredentialsDescription]]",
        admin.describe_user_scram_credentials(request_timeout=SECONDS),
    )
    known = {
        (user, MECHANISMS[credential.mechanism]): credential.iterations
        for user, description in described.result().items()
        for credential in description.scram_credential_infos
    }
    for user in sorted(users()):
        own = mechanism_of(user)
        if rotate or known.get((user, own), ITERATIONS_OF_NOBODY) == ITERATIONS_OF_NOBODY:
            yield SetPassword(user)
        others = sorted({*MECHANISMS.values()} - {own})
        yield from (LockOut(user, other) for other in others if known.get((user, other)) != ITERATIONS_OF_NOBODY)


def _acls(admin: Admin) -> Iterator[Change]:
    """Grants and revocations; foreign ACLs stay, unless they concern our topics."""
    ours = {principal(user) for user in users()}
    names = {topic.name for topic in topics()}
    found = frozenset(
        acl
        for acl in admin.describe_acls(EVERY_ACL, request_timeout=SECONDS).result()
        if acl.principal in ours or acl.name in names
    )
    yield from (Grant(acl) for acl in sorted(acls() - found, key=_described))
    yield from (Revoke(acl) for acl in sorted(found - acls(), key=_described))


def _quotas(admin: Admin) -> Iterator[Change]:
    found = quotas.described(admin.access)
    for user in sorted(partners()):
        if wrong := quotas.OF_A_PARTNER.items() - found.get(user, {}).items():
            yield SetQuotas(user, tuple(sorted(wrong)))


def _groups(admin: Admin) -> Iterator[Change]:
    """Groups that a partner made while it could name them itself: nobody can join them, and they never expire."""
    declared = {group for partner in partners() for group in groups_of(partner)}
    deadline = monotonic() + SECONDS
    while (listed := admin.list_consumer_groups(request_timeout=SECONDS, states=_UNUSED).result()).errors:
        if monotonic() > deadline:
            raise Failed(f"Kafka does not list its consumer groups: {listed.errors[0]}")
        sleep(0.1)  # it is still loading them
    found = {listing.group_id for listing in listed.valid if listing.group_id.startswith(PARTNER)}
    yield from (DeleteGroup(group) for group in sorted(found - declared))


def _described(acl: AclBinding) -> str:
    name = acl.name + ("*" if acl.resource_pattern_type is ResourcePatternType.PREFIXED else "")
    return (
        f"{acl.principal} {AclOperation(acl.operation).name.lower()} on {ResourceType(acl.restype).name.lower()} {name}"
    )


_UNUSED = {ConsumerGroupState.EMPTY}
EVERY_ACL = AclBindingFilter(
    ResourceType.ANY,
    None,  # type: ignore[arg-type] # its annotations forget that None matches any
    ResourcePatternType.ANY,
    None,  # type: ignore[arg-type]
    None,  # type: ignore[arg-type]
    AclOperation.ANY,
    AclPermissionType.ANY,
)
