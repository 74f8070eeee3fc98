"""The address of Kafka and the user of a service; plain values, independent of the client library."""

from dataclasses import dataclass, field
from typing import Any

SERVICES_MECHANISM = "SCRAM-SHA-512"
PARTNERS_MECHANISM = "SCRAM-SHA-256"
PARTNER_GROUPS = ("live", "trial")


@dataclass(frozen=True)
class KafkaAccess:
    """Bootstrap servers and a SCRAM user; no user means an open listener. Partners have a mechanism of their own."""

    bootstrap: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    mechanism: str = SERVICES_MECHANISM

    def arguments(self) -> dict[str, Any]:
        """The arguments with which every client of aiokafka comes as this user."""
        scram = {
            "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": self.mechanism,
            "sasl_plain_username": self.user,
            "sasl_plain_password": self.password,
        }
        return {"bootstrap_servers": self.bootstrap, **(scram if self.user else {})}
