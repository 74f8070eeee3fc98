"""The real servers of a test run: those of TT_KAFKA and TT_MONGO, with SERVERS=containers two in Docker, else our own.

A test that kills a server starts its own: `async with Kafka(tmp_path, SECRET) as own` (deploy.local.kafka), or Mongo.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from testcontainers.core.container import DockerContainer

from deploy.kafka.access import OPERATOR, admin, mechanism_of, partners, users
from deploy.kafka.apply import apply
from deploy.kafka.plan import plan
from deploy.local.kafka import Kafka, Ports, answers, properties
from deploy.local.mongo import REPLICA_SET, Mongo, serves, url
from deploy.local.processes import LOOPBACK, free_port, until
from deploy.local.servers import Given
from shared.bus.access import KafkaAccess

SECRET = "secret"
ALONE = Given(kafka=None, mongo=None, first_port=None)  # for a deployment with servers of its own, on free ports
MONGO_IMAGE = "mongo:8.0.17"  # as docker-compose.yml has it
IN_DOCKER = os.environ.get("SERVERS") == "containers"


@dataclass(frozen=True)
class Broker:
    """A broker with every topic, user and ACL in force."""

    operator: KafkaAccess
    partners: str

    def access(self, user: str) -> KafkaAccess:
        """The broker as this service or partner comes to it."""
        bootstrap = self.partners if user in partners() else self.operator.bootstrap
        return KafkaAccess(bootstrap, user, password_of(user), mechanism_of(user))


def password_of(user: str) -> str:
    return f"{SECRET} of {user}"


@asynccontextmanager
async def broker(home: Path) -> AsyncIterator[Broker]:
    async with _kafka(home) as made:
        await asyncio.to_thread(prepare, made.operator)
        yield made


def prepare(operator: KafkaAccess) -> None:
    """Makes topics, users with the passwords that tests know, and ACLs."""
    client = admin(operator)
    apply(client, plan(client, rotate=True), {user: password_of(user) for user in users()})


@asynccontextmanager
async def mongo(home: Path) -> AsyncIterator[str]:
    """The URL of a replica set; where it is ours it obeys fail points."""
    if named := Given().mongo:
        yield named
    elif IN_DOCKER:
        port = free_port()
        key = "install --mode 400 --owner mongodb /dev/stdin /tmp/key <<< 0123456789"
        switches = f"--bind_ip_all --port {port} --keyFile /tmp/key --setParameter enableTestCommands=1"
        serve = f"bash -c '{key} && exec docker-entrypoint.sh mongod --replSet {REPLICA_SET} {switches}'"
        operator = {"MONGO_INITDB_ROOT_USERNAME": OPERATOR, "MONGO_INITDB_ROOT_PASSWORD": SECRET}
        with DockerContainer(MONGO_IMAGE, env=operator).with_bind_ports(port, port).with_command(serve):
            assert await until(lambda: serves(port, SECRET), 120)
            yield url(port, OPERATOR, SECRET)
    else:
        async with Mongo(home, SECRET, fail_points=True) as own:
            yield own.url


@asynccontextmanager
async def _kafka(home: Path) -> AsyncIterator[Broker]:
    given = Given()
    if named := given.broker():
        yield Broker(named, given.kafka_partners or named.bootstrap)
    elif IN_DOCKER:
        ports = Ports.free()
        configured = properties(SECRET, ports, Path("/tmp/data"), bind="0.0.0.0").encode()  # noqa: S104, S108 - in its container
        tools, file = "/opt/kafka/bin", "/tmp/server.properties"  # noqa: S108
        scram = f"SCRAM-SHA-512=[name={OPERATOR},password={SECRET}]"
        tool = f"{tools}/kafka-storage.sh"
        form = f"{tool} format -t $({tool} random-uuid) -c {file} --add-scram '{scram}'"
        serve = f'bash -c "{form} && exec {tools}/kafka-server-start.sh {file}"'
        container = DockerContainer("apache/kafka:4.4.0").with_command(serve)
        for port in (ports.services, ports.partners):
            container = container.with_bind_ports(port, port)
        with container.with_copy_into_container(configured, file):
            operator = KafkaAccess(f"{LOOPBACK}:{ports.services}", OPERATOR, SECRET)
            assert await until(lambda: answers(operator), 120)
            yield Broker(operator, f"{LOOPBACK}:{ports.partners}")
    else:
        async with Kafka(home, SECRET) as own:
            yield Broker(own.operator, own.partners)
