"""A whole deployment on one machine: MongoDB, Kafka with topics, users and ACLs, token issuer, and five services."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from json import dumps
from pathlib import Path
from time import monotonic

import httpx

from deploy.errors import Failed
from deploy.kafka.access import OPERATOR, users
from deploy.local.deployment import AUDIENCE, Deployment, alone, database_of, passwords
from deploy.local.issuer import lasting_port, signing_key
from deploy.local.preflight import is_free, ports_taken
from deploy.local.processes import LOOPBACK, POLL_SECONDS, Process, Server, free_port
from deploy.local.servers import Given, Servers, start_all
from shared.backoff import Backoff
from shared.errors import VersionNewer

ISSUER = "issuer"
SERVICES = ("intake", "review", "risk", "site_validation", "mra_exchange")
RAN_WELL_SECONDS = 30.0
ASKED_EVERY_SECONDS = 10.0
SILENT_SECONDS = 60.0
PYTHON = (sys.executable,)
Report = Callable[[str], None]


class Program(Server):
    """One of our own programs; ready when its path answers 200, or when it waits only for a later version of itself."""

    def __init__(self, command: Sequence[str], port: int, path: str, log: Path, env: Mapping[str, str]) -> None:
        self.name = log.stem
        self._ready_url = f"{_url(port)}{path}"
        self._http = httpx.Client(timeout=2, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))
        address = {"TT_HOST": LOOPBACK, "TT_PORT": str(port)}
        super().__init__(Process(command, log, {**env, **address}))

    def ready(self) -> bool:
        try:
            answer = self._http.get(self._ready_url)
        except httpx.HTTPError:
            return False
        return answer.is_success or answer.json().get("waiting_for") == [VersionNewer.CODE]


@dataclass(frozen=True)
class Running:
    """A running deployment, and its servers by name: services, issuer, and Kafka and MongoDB where they are ours."""

    deployment: Deployment
    servers: Mapping[str, Server]


@asynccontextmanager
async def grounded(data: Path, report: Report, given: Given | None = None) -> AsyncIterator[Running]:
    """Starts the servers that services need, and stops them in reverse order. Raises Failed."""
    given = given or Given()
    await asyncio.to_thread(given.must_answer)
    async with AsyncExitStack() as stack:
        stack.enter_context(alone(data))
        ports = _ports(given, data)
        secrets = passwords(data, {OPERATOR, *users()})
        await asyncio.to_thread(signing_key, data / ISSUER)
        report("starting MongoDB, Kafka and the token issuer")
        base = Servers(data, secrets[OPERATOR], given)
        stack.push_async_callback(base.stop)
        issuer = Program(
            [*PYTHON, "-m", "deploy.local.issuer"],
            ports[ISSUER],
            "/jwks",
            data / "logs" / f"{ISSUER}.log",
            {"TT_ISSUER_HOME": str(data / ISSUER)},
        )
        stack.push_async_callback(issuer.stop)
        await start_all([*base.own, issuer])
        report("creating topics, users and ACLs")
        await asyncio.to_thread(base.prepare, secrets, rotate=given.kafka is not None)
        deployment = Deployment(
            data=data,
            bootstrap=base.operator.bootstrap,
            partners=base.partners,
            mongo_url=base.mongo_url,
            databases={name: base.database_url(name, secrets[name]) for name in SERVICES},
            issuer=_url(ports[ISSUER]),
            services={name: _url(ports[name]) for name in SERVICES},
            passwords={**secrets, OPERATOR: base.operator.password or ""},
        )
        yield Running(deployment, {server.name: server for server in (*base.own, issuer)})


@asynccontextmanager
async def running(data: Path, report: Report, given: Given | None = None) -> AsyncIterator[Running]:
    """Starts everything, restarts what dies, and stops it all in reverse order. Raises Failed."""
    async with grounded(data, report, given) as ground, AsyncExitStack() as stack:
        deployment = ground.deployment
        report("starting the five services")
        services = [service(name, deployment) for name in SERVICES]
        stack.push_async_callback(partial(_stop_all, services))
        await start_all(services)
        every = {**ground.servers, **{server.name: server for server in services}}
        stack.push_async_callback(
            partial(
                _cancel_all,
                [
                    asyncio.create_task(keep(server, report))
                    for server in every.values()
                    for keep in (_watch, _end_if_silent)
                ],
            )
        )
        deployment.announce()
        stack.callback(deployment.retire)
        yield Running(deployment, every)


@asynccontextmanager
async def until_interrupted() -> AsyncIterator[None]:
    """Cancels its body at the first SIGINT or SIGTERM; further signals change nothing."""
    body, loop = asyncio.current_task(), asyncio.get_running_loop()
    interrupted = asyncio.Event()

    def interrupt() -> None:
        if body and not interrupted.is_set():
            interrupted.set()
            body.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, interrupt)
    try:
        yield
    except asyncio.CancelledError:
        if body is None or not interrupted.is_set():
            raise
        body.uncancel()
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


def service(name: str, deployment: Deployment, port: int | None = None, code: Sequence[str] = PYTHON) -> Program:
    """One service of a deployment, at its address or on a port of its own; `code` is the interpreter that runs it."""
    env = {
        "MALLOC_ARENA_MAX": "1",  # the driver's threads would each keep freed memory to themselves
        "MALLOC_MMAP_THRESHOLD_": "65536",  # a large document's memory goes back to the system, not to the arena
        "PYTHONNODEBUGRANGES": "1",  # our logs name lines, not columns
        "TT_KAFKA_BOOTSTRAP": deployment.bootstrap,
        "TT_KAFKA_USER": name,
        "TT_KAFKA_PASSWORD": deployment.passwords[name],
        "TT_MONGO_URL": deployment.databases[name],
        "TT_DATABASE": database_of(name),
        "TT_ISSUERS": dumps([deployment.issuer]),
        "TT_AUDIENCE": AUDIENCE,
        "TT_INTAKE_URL": deployment.services["intake"],
    }
    at = port or int(deployment.services[name].rpartition(":")[2])
    return Program([*code, "-m", f"services.{name}.main"], at, "/readyz", deployment.data / "logs" / f"{name}.log", env)


async def _watch(server: Server, report: Report) -> None:
    """Starts a server again when it ends; waits longer each time if it does not last."""
    backoff = Backoff(first=0.2, most=10)
    while True:
        started = monotonic()
        while server.process.exit_code is None:  # noqa: ASYNC110 - a process that ends sets no event
            await asyncio.sleep(POLL_SECONDS)
        report(
            f"{server.name} ended with exit code {server.process.exit_code} and is started again; "
            f"its log: {server.process.log}"
        )
        if monotonic() - started > RAN_WELL_SECONDS:
            backoff.reset()
        await backoff.sleep()
        server.process.start()


async def _end_if_silent(server: Server, report: Report) -> None:
    """Ends a server that runs and has not answered for long, so that it is started again."""
    answered = monotonic()
    while True:
        await asyncio.sleep(ASKED_EVERY_SECONDS)
        if server.process.exit_code is not None or await asyncio.to_thread(server.answers):
            answered = monotonic()
        elif monotonic() - answered > SILENT_SECONDS:
            report(
                f"{server.name} has not answered for {SILENT_SECONDS:.0f} s and is ended; its log: {server.process.log}"
            )
            await server.kill()
            answered = monotonic()


async def _stop_all(servers: Iterable[Server]) -> None:
    await asyncio.gather(*(server.stop() for server in servers))


async def _cancel_all(tasks: Iterable[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _ports(given: Given, data: Path) -> dict[str, int]:
    """Six in a row from the given one, for issuer and services; else free ones, and for the issuer its last one."""
    first = given.first_port
    if first and (lack := ports_taken(first)):
        raise Failed(f"{lack.what}: {lack.cure}")
    issuer = lasting_port(data / ISSUER, first)
    if not is_free(issuer):
        raise Failed(
            f"the people of {data} are known by the token issuer on port {issuer}, which is taken: "
            "end what listens there"
        )
    return {ISSUER: issuer} | {
        name: first + offset if first else free_port() for offset, name in enumerate(SERVICES, start=1)
    }


def _url(port: int) -> str:
    return f"http://{LOOPBACK}:{port}"
