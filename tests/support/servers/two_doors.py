"""A broker with two doors: services come in by the first; by the second those whose network a proxy makes fail."""

from collections.abc import Sequence
from pathlib import Path

from deploy.local.kafka import Kafka
from deploy.local.processes import LOOPBACK, free_port
from shared.bus.access import KafkaAccess

SECOND_DOOR = """
listeners=SERVICES://{host}:{port},PARTNERS://{host}:{partners},CONTROLLER://{host}:{controller},PROXIED://{host}:{door}
advertised.listeners=SERVICES://{host}:{port},PARTNERS://{host}:{partners},PROXIED://{host}:{proxy}
listener.security.protocol.map=SERVICES:SASL_PLAINTEXT,PARTNERS:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT,PROXIED:SASL_PLAINTEXT
listener.name.proxied.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
"""


class TwoDoors(Kafka):
    """A client that asks at `door` gets `proxy` as the broker's address."""

    def __init__(self, home: Path, operator_password: str, jvm: Sequence[str] | None = None) -> None:
        self.door, self.proxy = free_port(), free_port()
        super().__init__(home, operator_password, jvm)

    @property
    def proxied(self) -> KafkaAccess:
        return KafkaAccess(f"{LOOPBACK}:{self.proxy}", self.operator.user, self.operator.password)

    def configure(self) -> None:
        super().configure()
        own = {"port": self._ports.services, "partners": self._ports.partners, "controller": self._ports.controller}
        with self._properties.open("a", encoding="utf-8") as file:  # of two lines of one name the later holds
            file.write(SECOND_DOOR.format(host=LOOPBACK, door=self.door, proxy=self.proxy, **own))
