"""Of every route of every service: who is not known is refused by the head of the request, and nothing more is read."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from uuid import uuid4

import pytest
from fastapi import APIRouter, FastAPI

from deploy.local.processes import LOOPBACK
from shared.http.routes import Bounds, EdgeRoute, edge_routes
from shared.http.server import BoundedProtocol
from shared.model import Model
from shared.service import Kernel
from tests.support.built import SETTINGS, app_of, settings_of
from tests.support.servers.served import ROLES
from tests.support.servers.serving import Issuer, serving
from tests.support.source import SERVICES

ROUTES = 120  # of the five services together, so that none is passed over
MOST_READ = 300_000  # what comes in the same chunk as the head
CHUNKED = "Transfer-Encoding: chunked\r\n"
CHUNK = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
SEVERAL_WRONG = "Content-Type: text/plain\r\nIf-Match: nonsense\r\nIdempotency-Key: \r\n"


@dataclass
class Counted:
    """How many bytes the server has read of what a test sends."""

    read: int = 0


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    counter, receive = Counted(), BoundedProtocol.data_received

    def count(protocol: BoundedProtocol, data: bytes) -> None:
        counter.read += len(data)
        receive(protocol, data)

    monkeypatch.setattr(BoundedProtocol, "data_received", count)
    return counter


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection(LOOPBACK, int(url.rpartition(":")[2]))
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def endless(url: str, method: str, path: str, headers: str = SEVERAL_WRONG + CHUNKED) -> int:
    """The status of the answer to a request whose body has no end."""
    head = f"{method} {path} HTTP/1.1\r\nHost: {LOOPBACK}\r\n{headers}\r\n"
    async with connected(url) as (reader, writer):
        writer.write(head.encode())
        sending = asyncio.create_task(pushed(writer))
        try:
            async with asyncio.timeout(20):
                return int((await reader.readline()).split()[1])
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)


async def pushed(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(CHUNK)
        await writer.drain()


def addressed(app: FastAPI) -> Iterator[tuple[EdgeRoute, str, str]]:
    """Every guarded route of an app, with each of its methods, at an address."""
    for route in edge_routes(app):
        for method in sorted(route.methods) if route.guard else ():
            yield route, method, re.sub(r"{[\w:]+}", str(uuid4()), route.path)


async def read_of_strangers(app: FastAPI, counted: Counted) -> tuple[int, list[str]]:
    """How many requests were tried, and those that were not refused at once, with what was read of them."""
    tried, wrong = 0, []
    async with serving(app) as url:
        for method, path in {(method, path) for _, method, path in addressed(app)} | written(app):
            counted.read = 0
            status = await endless(url, method, path)
            tried += 1
            if status != 401 or counted.read > MOST_READ:
                wrong.append(f"{method} {path}: {status} after {counted.read} bytes")
    return tried, wrong


def written(app: FastAPI) -> set[tuple[str, str]]:
    """Every route that takes a body, guarded or not."""
    return {
        (method, re.sub(r"{[\w:]+}", str(uuid4()), route.path))
        for route in edge_routes(app)
        if route.body != "none"
        for method in route.methods
    }


@pytest.mark.parametrize("service", SERVICES)
async def test_of_a_stranger_nothing_but_the_head_is_read(service: str, counted: Counted) -> None:
    tried, wrong = await read_of_strangers(app_of(service), counted)
    print(f"{service}: {tried} requests of strangers")  # noqa: T201
    assert wrong == []


def test_every_route_is_tried() -> None:
    assert sum(len(list(addressed(app_of(service)))) for service in SERVICES) >= ROUTES


@pytest.mark.parametrize("service", SERVICES)
async def test_whoever_is_known_sends_what_the_route_takes_and_no_more(
    service: str, counted: Counted, issuer: Issuer
) -> None:
    """A body of another media type is refused by its head, one that is too large by its length or while it comes."""
    app, bounds = built(service, issuer), Bounds(json=1_000_000, file=25_000_000)
    token = issuer.token("everybody", *ROLES, administration="US")
    known = f"Authorization: Bearer {token}\r\nContent-Type: {{}}\r\n"
    taking = [(route, method, path) for route, method, path in addressed(app) if route.body != "none"]
    assert taking
    async with serving(app) as url:
        for route, method, path in taking:
            most = bounds.of(route)
            too_long = known.format("application/json") + f"Content-Length: {most + 1}\r\n"
            assert await endless(url, method, path, too_long) == 413, path
            for content_type, status in (("text/plain", 415), ("Application/JSON; charset=utf-8", 413)):
                counted.read = 0
                if route.body == "json":
                    assert await endless(url, method, path, known.format(content_type) + CHUNKED) == status, path
                    assert counted.read <= (most if status == 413 else 0) + MOST_READ, path


def built(service: str, issuer: Issuer) -> FastAPI:
    """A service that trusts this issuer, without bus and database."""
    settings = settings_of(service).model_validate(SETTINGS | {"issuers": [issuer.url]})
    app: FastAPI = import_module(f"services.{service}.main").build(settings)
    return app


async def test_a_route_that_reads_before_it_knows_the_caller_is_found(counted: Counted) -> None:
    class Note(Model):
        text: str

    router = APIRouter()

    @router.post("/notes")
    async def note(body: Note) -> None:
        raise NotImplementedError(body)

    settings = settings_of("review").model_validate(SETTINGS)
    app = Kernel("review", settings).app(deps=None, subscriptions={}, routers=(router,))
    _, wrong = await read_of_strangers(app, counted)
    assert [line.partition(":")[0] for line in wrong] == ["POST /notes"]
