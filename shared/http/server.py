"""The server of a process: connections and files bounded, headers in time, nothing read that nobody asks for."""

import asyncio
import resource
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from time import monotonic
from typing import Any

import h11
import structlog
import uvicorn
from starlette.types import ASGIApp
from uvicorn.config import STARTUP_FAILURE
from uvicorn.protocols.http.flow_control import CLOSE_HEADER
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

MOST_HEADER_BYTES = 32_768
LINGER_SECONDS = 2.0
DISCARDING_SECONDS = 30.0
KEEP_ALIVE_SECONDS = 5
GRACEFUL_SECONDS = 5
AT_ONCE = 16  # connections taken in one turn of the loop; the first of them is seen some turns later
QUEUE = 512
LEAST_CONNECTIONS = 10
log = structlog.get_logger()


class ServerConfig(uvicorn.Config):
    """Where an app is served, and how far clients are waited for.

    `most_connections` fill at most half of the files that the process may open: the rest is for database
    and bus.
    """

    def __init__(self, app: ASGIApp, address: tuple[str, int], patience_seconds: float, most_connections: int) -> None:
        super().__init__(
            app,
            *address,
            http=BoundedProtocol,
            ws="none",
            log_config=None,
            access_log=False,
            backlog=AT_ONCE,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=GRACEFUL_SECONDS,
            h11_max_incomplete_event_size=MOST_HEADER_BYTES,
        )
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.patience_seconds = patience_seconds
        room = most_connections if files == resource.RLIM_INFINITY else files // 2 - AT_ONCE
        self.most_connections = max(LEAST_CONNECTIONS, min(most_connections, room))


class BoundedProtocol(H11Protocol):
    """One connection. At most one time limit runs at once: for headers, for an answer to be read, or for the end.

    A connection above the bound takes the place of the one that has been without a request for longest.
    """

    def __init__(self, config: ServerConfig, server_state: ServerState, **rest: Any) -> None:
        super().__init__(config, server_state, **rest)
        self._patience = config.patience_seconds
        self._most_connections = config.most_connections
        self._limit: asyncio.TimerHandle | None = None
        self._discarding = 0
        self.since = monotonic()

    @property
    def idle(self) -> bool:
        """Whether no request is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn narrows it
        super().connection_made(transport)
        self._end_after(self._patience)
        if len(self.connections) > self._most_connections:
            self._make_room()

    def data_received(self, data: bytes) -> None:
        """Reads no further than the headers of a request until its body is asked for."""
        if self._discarding:
            self._discard(data)
            return
        super().data_received(data)
        if self.idle:
            self._end_after(self._patience)
            return
        self._continue()
        if self.conn.their_state is h11.SEND_BODY:
            self.flow.pause_reading()

    def handle_events(self) -> None:
        """Has an answer that comes before the whole body name the end of its connection: a gateway uses it no more."""
        super().handle_events()
        if self.idle:
            return
        unread = self.conn.their_state is h11.SEND_BODY
        usual = self.server_state.default_headers
        self.cycle.default_headers = [*usual, CLOSE_HEADER] if unread else usual
        self.cycle.transport = EarlyAnswer(self) if unread else self.transport

    def on_response_complete(self) -> None:
        """Ends a connection whose body is not read; the caller has some time to read the answer.

        Who was admitted may send on as far as the bound, for many read an answer only then: it is thrown away.
        """
        unread = self.conn.their_state is h11.SEND_BODY and not self.transport.is_closing()
        self._continue()
        super().on_response_complete()
        self.since = monotonic()
        if unread:
            self._unset_keepalive_if_required()
            self.transport.write_eof()
            self._discarding = max(0, self.cycle.scope.get("state", {}).get("bytes_left", 0))
            if self._discarding:
                self.flow.resume_reading()
            else:
                self.flow.pause_reading()
            self._end_after(DISCARDING_SECONDS if self._discarding else LINGER_SECONDS)

    def _discard(self, data: bytes) -> None:
        self._discarding -= len(data)
        if self._discarding <= 0:
            self.transport.abort()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._end_after(self._patience)

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.idle:
            self._continue()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._end_after(LINGER_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        self._continue()
        super().connection_lost(exc)

    def _end_after(self, seconds: float) -> None:
        if self._limit is None:
            self._limit = self.loop.call_later(seconds, self.transport.abort)

    def _continue(self) -> None:
        if self._limit:
            self._limit.cancel()
        self._limit = None

    def _make_room(self) -> None:
        log.warning("connections_bounded", most=self._most_connections)
        others = (each for each in self.connections if isinstance(each, BoundedProtocol) and each is not self)
        idle = min((each for each in others if each.idle), key=lambda each: each.since, default=self)
        idle.transport.abort()
        self.connections.discard(idle)


class EarlyAnswer(asyncio.Transport):
    """What an answer that comes before the whole body is written to. A complete one is ended by its connection."""

    def __init__(self, connection: BoundedProtocol) -> None:
        super().__init__()
        self._connection = connection

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self._connection.transport.write(data)

    def is_closing(self) -> bool:
        return self._connection.transport.is_closing()

    def close(self) -> None:
        if not self._connection.idle:
            self._connection.transport.close()


@asynccontextmanager
async def listening(app: ASGIApp, address: tuple[str, int]) -> AsyncIterator[int]:
    """Serves a small app on an address of its own, beside the server of the process. Yields its port."""
    config = ServerConfig(app, address, patience_seconds=5.0, most_connections=20)
    config.load()
    state = ServerState()
    protocol: Callable[[], BoundedProtocol] = lambda: BoundedProtocol(config, state, app_state={})  # noqa: E731 - as the loop takes it
    server = await asyncio.get_running_loop().create_server(protocol, *address, backlog=AT_ONCE)
    async with server:
        yield server.sockets[0].getsockname()[1]


class QueueingServer(uvicorn.Server):
    """A server whose queue of connections, which wait in the system, is longer than what it takes in one turn."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for bound in sockets or ():
            bound.listen(QUEUE)


def serve(config: ServerConfig) -> None:
    """Serves until SIGTERM or SIGINT; ends the process if the address is taken."""
    server = QueueingServer(config)
    with suppress(KeyboardInterrupt):
        server.run([config.bind_socket()])
    if not server.started:
        sys.exit(STARTUP_FAILURE)
