"""Where Kafka is, and as whom we come; plain values, so that nobody else needs the client to say so."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class KafkaAccess:
    """Bootstrap servers and a SCRAM-SHA-512 user; no user means an open listener."""

    bootstrap: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
