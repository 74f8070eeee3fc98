"""A server under callers who open connections and do not ask, ask slowly, or do not read."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from deploy.local.processes import LOOPBACK, free_port
from shared.http.server import BoundedProtocol, ServerConfig, listening
from shared.model import Json
from tests.support.servers.bus import until
from tests.support.source import ROOT

PATIENCE = 0.3
MOST_CONNECTIONS = 20
LEFT = 25_000_000
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def app() -> FastAPI:
    made = FastAPI()

    async def answer(_: Request) -> Response:
        return PlainTextResponse("fine")

    async def much(_: Request) -> Response:
        async def chunks() -> AsyncIterator[bytes]:
            while True:
                yield b"x" * 65_536
                await asyncio.sleep(0)

        return StreamingResponse(chunks())

    async def early(request: Request) -> Response:
        request.state.bytes_left = LEFT
        return PlainTextResponse("busy", 503)

    made.add_route("/fine", answer, methods=["GET", "POST"])
    made.add_route("/early", early, methods=["POST"])
    made.add_route("/much", much)
    return made


@pytest.fixture
async def server() -> AsyncIterator[tuple[str, uvicorn.Server]]:
    port = free_port()
    config = ServerConfig(app(), (LOOPBACK, port), PATIENCE, MOST_CONNECTIONS)
    config.timeout_graceful_shutdown = 1
    made = uvicorn.Server(config)
    task = asyncio.create_task(made.serve())
    await until(lambda: made.started)
    yield f"http://{LOOPBACK}:{port}", made
    made.should_exit = True
    await task


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Connection]:
    reader, writer = await asyncio.open_connection(*url.removeprefix("http://").split(":"))
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def ended(connection: Connection) -> float:
    """After how many seconds the server ends a connection."""
    began = monotonic()
    async with asyncio.timeout(10):
        with suppress(ConnectionResetError):  # an end, too
            await connection[0].read()
    return monotonic() - began


async def test_headers_that_do_not_come_end_a_connection(server: tuple[str, uvicorn.Server]) -> None:
    url, _ = server
    for begun in (b"", b"GET /fine HT", b"GET /fine HTTP/1.1\r\nHost: localhost\r\n"):
        async with connected(url) as connection:
            connection[1].write(begun)
            assert PATIENCE / 2 < await ended(connection) < PATIENCE * 10


async def test_headers_that_trickle_end_a_connection_too(server: tuple[str, uvicorn.Server]) -> None:
    async with connected(server[0]) as connection:
        ending = asyncio.create_task(ended(connection))
        while not ending.done():
            connection[1].write(b"G")
            await asyncio.sleep(PATIENCE / 10)
        assert await ending < PATIENCE * 10


async def test_a_second_request_may_take_no_longer_than_the_first(server: tuple[str, uvicorn.Server]) -> None:
    async with connected(server[0]) as connection:
        connection[1].write(b"GET /fine HTTP/1.1\r\nHost: localhost\r\n\r\nGET")
        await connection[0].readuntil(b"fine")
        connection[1].write(b" /fine")
        assert await ended(connection) < PATIENCE * 10


async def test_an_answer_that_nobody_reads_ends_a_connection(server: tuple[str, uvicorn.Server]) -> None:
    url, made = server
    async with connected(url) as connection:
        connection[1].write(b"GET /much HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await until(lambda: made.server_state.tasks)
        await until(lambda: not made.server_state.connections)


async def test_a_body_that_is_not_read_ends_a_connection_after_the_answer(server: tuple[str, uvicorn.Server]) -> None:
    async with connected(server[0]) as (reader, writer):
        writer.write(b"POST /fine HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nx")
        answer = await asyncio.wait_for(reader.read(), 10)
        assert answer.startswith(b"HTTP/1.1 200")
        assert b"\r\nconnection: close\r\n" in answer, "whoever keeps connections keeps this one no longer"
        assert answer.endswith(b"fine")


async def test_a_body_that_came_whole_leaves_the_connection_open(server: tuple[str, uvicorn.Server]) -> None:
    async with connected(server[0]) as (reader, writer):
        for _ in range(3):
            writer.write(b"POST /fine HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx")
            answer = await asyncio.wait_for(reader.readuntil(b"fine"), 10)
            assert b"connection: close" not in answer


async def test_who_was_admitted_and_sends_on_reads_the_early_answer_nevertheless(
    server: tuple[str, uvicorn.Server],
) -> None:
    async with httpx.AsyncClient(base_url=server[0], trust_env=False, timeout=10) as sender:
        answers = [await sender.post("/early", content=bytes(20_000_000)) for _ in range(5)]
    assert [(answer.status_code, answer.text) for answer in answers] == [(503, "busy")] * 5


async def test_who_sends_on_slowly_is_not_cut_off_as_an_idle_connection_is(server: tuple[str, uvicorn.Server]) -> None:
    server[1].config.timeout_keep_alive = 0
    async with connected(server[0]) as (reader, writer):
        writer.write(b"POST /early HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 503")
        for _ in range(9):
            await asyncio.sleep(PATIENCE / 3)
            writer.write(bytes(100_000))
            await writer.drain()
        assert (await asyncio.wait_for(reader.read(), 10)).endswith(b"busy")


async def test_who_was_admitted_and_sends_beyond_the_bound_is_ended(server: tuple[str, uvicorn.Server]) -> None:
    async with connected(server[0]) as (reader, writer):
        writer.write(b"POST /early HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000000\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 503")
        sent = await sent_until_ended(writer)
    assert LEFT / 2 < sent < 3 * LEFT


async def sent_until_ended(writer: asyncio.StreamWriter) -> int:
    """How many bytes go out before the server ends the connection."""
    sent = 0
    with suppress(ConnectionError):  # that is the end
        while True:
            writer.write(bytes(1_000_000))
            await writer.drain()
            sent += 1_000_000
    return sent


async def test_idle_connections_above_the_bound_make_room(server: tuple[str, uvicorn.Server]) -> None:
    """The one that has been idle for longest goes; one that is being answered stays."""
    url, made = server
    async with AsyncExitStack() as stack:
        busy = await stack.enter_async_context(connected(url))
        busy[1].write(b"GET /much HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await busy[0].readexactly(100)
        for _ in range(5 * MOST_CONNECTIONS):
            await stack.enter_async_context(connected(url))
            assert len(made.server_state.connections) <= MOST_CONNECTIONS + 1
        async with httpx.AsyncClient(base_url=url, trust_env=False) as honest:
            assert (await honest.get("/fine")).text == "fine"
        assert await busy[0].readexactly(100)


async def test_metrics_and_their_like_are_served_beside_the_server() -> None:
    async with listening(app(), (LOOPBACK, 0)) as port, httpx.AsyncClient(trust_env=False) as prometheus:
        assert (await prometheus.get(f"http://{LOOPBACK}:{port}/fine")).text == "fine"


def test_half_of_the_files_are_left_to_database_and_bus() -> None:
    config = ServerConfig(app(), (LOOPBACK, 0), PATIENCE, 10**9)
    assert config.most_connections < 10**9
    assert config.http_protocol_class is BoundedProtocol if config.loaded else config.http is BoundedProtocol


# --- a process with few files ---------------------------------------------------------------------

FILES = 256
SOCKETS = 600
MOST_LOGGED = 200_000
SETTINGS = {
    "TT_KAFKA_BOOTSTRAP": "127.0.0.1:9",
    "TT_MONGO_URL": "mongodb://127.0.0.1:9",
    "TT_DATABASE": "nowhere",
    "TT_ISSUERS": '["http://127.0.0.1:9"]',
    "TT_INTAKE_URL": "http://127.0.0.1:9",
    "TT_PATIENCE_SECONDS": "60",
    "TT_ACCESS_LOG": "true",
}


@pytest.fixture
def cramped(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A service that may open few files, and its log."""
    port, log = free_port(), tmp_path / "log"
    environment: dict[str, Any] = {"PATH": os.environ["PATH"], "TT_PORT": str(port), **SETTINGS}
    command = f"ulimit -n {FILES} && exec {sys.executable} -m services.review.main"
    with (
        log.open("w") as out,
        subprocess.Popen(["bash", "-c", command], env=environment, cwd=ROOT, stdout=out) as process,
    ):
        yield f"http://{LOOPBACK}:{port}", log
        process.terminate()


async def test_every_refusal_and_every_request_is_found_in_the_log_without_what_was_sent(
    cramped: tuple[str, Path],
) -> None:
    url, log = cramped
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=10) as nobody:
        await until(lambda: served(url), 60)
        answers = [
            await nobody.get("/cases/quillfeather?quillfeather=1"),
            await nobody.get("/quillfeather"),
            await nobody.delete("/livez"),
            await nobody.get("/livez", headers={"Host": "quillfeather"}),
            await nobody.post("/operations/discards/quillfeather", json={"reason": "quillfeather"}),
        ]

    def written() -> list[Json]:
        return [json.loads(line) for line in log.read_text("utf-8").splitlines()]

    def of(answer: httpx.Response) -> list[Json]:
        return [line for line in written() if line.get("correlation") == answer.headers["x-correlation-id"]]

    assert [answer.status_code for answer in answers] == [401, 404, 405, 421, 401]
    await until(lambda: all(len(of(answer)) > 1 for answer in answers))  # an answer is sent before its line is written
    lines = written()
    for answer in answers:
        found = of(answer)
        assert {line["event"] for line in found} == {"refused", "request"}
        assert {line["status"] for line in found} == {answer.status_code}
    assert {line["route"] for line in lines if line["event"] == "request"} >= {
        "/cases/{application_id}",
        "/livez",
        "none",
        "/operations/discards/{parked_key:path}",
    }
    assert "quillfeather" not in log.read_text("utf-8").lower()


async def served(url: str) -> bool:
    try:
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=10) as honest:
            return (await honest.get("/livez")).is_success
    except httpx.TransportError:
        return False


async def test_hundreds_of_idle_connections_shut_nobody_out_and_fill_no_log(cramped: tuple[str, Path]) -> None:
    url, log = cramped
    async with AsyncExitStack() as stack:
        await until(lambda: served(url), 60)
        for number in range(SOCKETS):
            _, writer = await stack.enter_async_context(connected(url))
            writer.write(b"GET /livez HTTP/1.1\r\nHost: " if number % 2 else b"")
        for _ in range(20):
            assert await served(url)
    print(f"{SOCKETS} connections at a service with {FILES} files: {log.stat().st_size} bytes of log")  # noqa: T201
    assert log.stat().st_size < MOST_LOGGED
    assert "connections_bounded" in log.read_text("utf-8")
