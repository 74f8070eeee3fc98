"""A whole deployment on one machine: MongoDB, Kafka with topics, users and ACLs, token issuer, services, gateway."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic

from deploy.errors import Failed
from deploy.kafka.access import OPERATOR, users
from deploy.local.deployment import Deployment, Portal, alone, passwords, session_key
from deploy.local.issuer import lasting_port, signing_key
from deploy.local.preflight import is_free, ports_taken
from deploy.local.processes import POLL_SECONDS, Server, free_port, kept_port
from deploy.local.programs import GATEWAY, ISSUER, Gateway, issuer, service, url_of
from deploy.local.servers import Given, Servers, start_all
from shared.backoff import Backoff

SERVICES = ("intake", "review", "risk", "site_validation", "mra_exchange")
RAN_WELL_SECONDS = 30.0
ASKED_EVERY_SECONDS = 10.0
SILENT_SECONDS = 60.0
Report = Callable[[str], None]


@dataclass(frozen=True)
class Running:
    """A running deployment, and its servers by name: our programs, and Kafka and MongoDB where they are ours."""

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
        portal = Portal(url=url_of(ports[GATEWAY]), session_key=session_key(data))
        signing_in = issuer(data, ports[ISSUER], portal.url)
        stack.push_async_callback(signing_in.stop)
        await start_all([*base.own, signing_in])
        report("creating topics, users and ACLs")
        await asyncio.to_thread(base.prepare, secrets, rotate=given.kafka is not None)
        deployment = Deployment(
            data=data,
            bootstrap=base.operator.bootstrap,
            partners=base.partners,
            mongo_url=base.mongo_url,
            databases={name: base.database_url(name, secrets[name]) for name in SERVICES},
            issuer=url_of(ports[ISSUER]),
            services={name: url_of(ports[name]) for name in SERVICES},
            portal=portal,
            passwords={**secrets, OPERATOR: base.operator.password or ""},
        )
        yield Running(deployment, {server.name: server for server in (*base.own, signing_in)})


@asynccontextmanager
async def running(data: Path, report: Report, given: Given | None = None) -> AsyncIterator[Running]:
    """Starts everything, restarts what dies, and stops it all in reverse order. Raises Failed."""
    async with grounded(data, report, given) as ground, AsyncExitStack() as stack:
        deployment = ground.deployment
        report("starting the five services and the gateway")
        programs = [service(name, deployment) for name in SERVICES]
        if deployment.portal:
            programs.append(Gateway(deployment, deployment.portal.url))
        stack.push_async_callback(partial(_stop_all, programs))
        await start_all(programs)
        every = {**ground.servers, **{program.name: program for program in programs}}
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
    """Seven in a row from the given one: issuer, services, gateway; else free ones, of which first and last stay."""
    first = given.first_port
    if first and (lack := ports_taken(first)):
        raise Failed(f"{lack.what}: {lack.cure}")
    of_issuer = lasting_port(data / ISSUER, first)
    if not is_free(of_issuer):
        raise Failed(
            f"the people of {data} are known by the token issuer on port {of_issuer}, which is taken: "
            "end what listens there"
        )
    if first:
        return {name: first + offset for offset, name in enumerate((ISSUER, *SERVICES, GATEWAY))}
    return {ISSUER: of_issuer, **{name: free_port() for name in SERVICES}, GATEWAY: kept_port(data / GATEWAY / "port")}
