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

from shared.bus.access import PARTNER_GROUPS, PARTNERS_MECHANISM, SERVICES_MECHANISM, KafkaAccess
from shared.contracts.topics import Topic, topics

OPERATOR = "operator"  # the super user
PARTNER = "partner."
LITERAL, PREFIXED = ResourcePatternType.LITERAL, ResourcePatternType.PREFIXED


def client(access: KafkaAccess) -> dict[str, str | int | float | bool]:
    """The settings of a client that raises failures, and prints nothing."""
    login: dict[str, str | int | float | bool] = {
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": access.mechanism,
        "sasl.username": access.user or "",
        "sasl.password": access.password or "",
    }
    return {"bootstrap.servers": access.bootstrap, "log_level": 0, **(login if access.user else {})}


class Admin(AdminClient):
    """The operator's client; `access` is for what the library has no call for."""

    def __init__(self, access: KafkaAccess) -> None:
        self.access = access
        super().__init__(client(access))


def admin(access: KafkaAccess) -> Admin:
    """The operator's client."""
    return Admin(access)


def users() -> frozenset[str]:
    """Every Kafka user but the operator: the services, and one for each partner."""
    return frozenset(user for topic in topics() for user in (topic.publisher, *topic.readers))


def services() -> frozenset[str]:
    """The users that are services."""
    return users() - partners()


def partners() -> frozenset[str]:
    """The Kafka users of partners."""
    return frozenset(user for user in users() if user.startswith(PARTNER))


def mechanism_of(user: str) -> str:
    """The one mechanism by which a user comes in, and so its one listener."""
    return PARTNERS_MECHANISM if user.startswith(PARTNER) else SERVICES_MECHANISM


def groups_of(partner: str) -> tuple[str, ...]:
    """The only consumer groups of a partner: what it commits under them never expires, so there are few."""
    return tuple(f"{partner}.{name}" for name in PARTNER_GROUPS)


def acls() -> frozenset[AclBinding]:
    """Everything that the users may do."""
    return frozenset(acl for topic in topics() for acl in _of(topic))


def principal(user: str) -> str:
    return f"User:{user}"


def _of(topic: Topic) -> Iterator[AclBinding]:
    yield _may(topic.publisher, ResourceType.TOPIC, topic.name, AclOperation.WRITE)
    if topic.compacted:  # one fenced writer (docs/architecture/partner-topics.md)
        yield _may(topic.publisher, ResourceType.TRANSACTIONAL_ID, topic.publisher, AclOperation.WRITE, PREFIXED)
    for reader in topic.readers:
        yield _may(reader, ResourceType.TOPIC, topic.name, AclOperation.READ)
        if reader.startswith(PARTNER):
            yield from (_may(reader, ResourceType.GROUP, group, AclOperation.READ) for group in groups_of(reader))
        else:
            yield _may(reader, ResourceType.GROUP, reader, AclOperation.READ, PREFIXED)


def _may(
    user: str, kind: ResourceType, name: str, operation: AclOperation, pattern: ResourcePatternType = LITERAL
) -> AclBinding:
    """The operation on what has this name, or a name that begins so; implies DESCRIBE."""
    return AclBinding(kind, name, pattern, principal(user), "*", operation, AclPermissionType.ALLOW)
