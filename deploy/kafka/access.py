"""Users and ACLs of the bus, derived from topics.yaml. An ACL is the proof of who can know what."""

from collections.abc import Iterator

from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)

from shared.bus.access import KafkaAccess
from shared.contracts.topics import Topic, topics

OPERATOR = "operator"  # the super user
PARTNER = "partner."


def client(access: KafkaAccess) -> dict[str, str | int | float | bool]:
    """The settings of a client that raises failures, and prints nothing."""
    login: dict[str, str | int | float | bool] = {
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": access.user or "",
        "sasl.password": access.password or "",
    }
    return {
        "bootstrap.servers": access.bootstrap,
        "broker.address.family": "v4",
        "log_level": 0,
        **(login if access.user else {}),
    }


def admin(access: KafkaAccess) -> AdminClient:
    """The operator's client."""
    return AdminClient(client(access))


def users() -> frozenset[str]:
    """Every Kafka user but the operator: the services, and one for each partner."""
    return frozenset(user for topic in topics() for user in (topic.publisher, *topic.readers))


def services() -> frozenset[str]:
    """The users that are services."""
    return frozenset(user for user in users() if not user.startswith(PARTNER))


def acls() -> frozenset[AclBinding]:
    """Everything that the users may do."""
    return frozenset(acl for topic in topics() for acl in _of(topic))


def principal(user: str) -> str:
    return f"User:{user}"


def _of(topic: Topic) -> Iterator[AclBinding]:
    yield from _may(topic.publisher, ResourceType.TOPIC, topic.name, AclOperation.WRITE)
    if topic.compacted:  # one fenced writer (docs/architecture/partner-topics.md)
        yield from _may(topic.publisher, ResourceType.TRANSACTIONAL_ID, topic.publisher, AclOperation.WRITE)
    for reader in topic.readers:
        yield from _may(reader, ResourceType.TOPIC, topic.name, AclOperation.READ)
        yield from _may(
            reader, ResourceType.GROUP, f"{reader}." if reader.startswith(PARTNER) else reader, AclOperation.READ
        )


def _may(user: str, kind: ResourceType, name: str, operation: AclOperation) -> Iterator[AclBinding]:
    """The operation on the topic of this name, or on groups or transactional ids with this prefix; implies DESCRIBE."""
    pattern = ResourcePatternType.LITERAL if kind is ResourceType.TOPIC else ResourcePatternType.PREFIXED
    yield AclBinding(kind, name, pattern, principal(user), "*", operation, AclPermissionType.ALLOW)
