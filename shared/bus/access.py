"""The address of Kafka and the user of a service; plain values, independent of the client library."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class KafkaAccess:
    """Bootstrap servers and a SCRAM-SHA-512 user; no user means an open listener."""

    bootstrap: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
