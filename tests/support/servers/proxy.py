"""A network that fails: a TCP proxy that cuts, delays, swallows and half-closes connections of clients and servers."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Self

from deploy.local.processes import LOOPBACK, free_port

CHUNK = 65_536
BLACKHOLE_SECONDS = 6.0  # longer than the database is waited for
ANSWERS_CUT = 20


@dataclass(eq=False)
class Connection:
    """One client and its connection to the server; in a blackhole nothing of it passes any more."""

    client: StreamWriter
    server: StreamWriter
    blackhole: bool = False


@dataclass
class Proxy:
    """Listens on `port` and passes everything on while no fault is set.

    `servers`: ports, which connections take in turns. `struck`: whether the fault has met anybody.
    """

    servers: list[int]
    port: int = field(default_factory=free_port)
    delay_seconds: float = 0.0
    closed: bool = False
    answers_to_cut: int = 0
    struck: bool = False
    connections: set[Connection] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self._listener = await asyncio.start_server(self._connected, LOOPBACK, self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._listener.close()
        while self.connections:
            self.cut()
            await asyncio.sleep(0)

    def cut(self) -> None:
        """Resets every connection; what waits in a blackhole is let go, or nothing would end."""
        for connection in list(self.connections):
            connection.blackhole = False
            connection.client.transport.abort()
            connection.server.transport.abort()

    async def _connected(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            if self.closed or not self.servers:
                self.struck = True
                return
            self.servers.append(port := self.servers.pop(0))
            answers, server = await asyncio.open_connection(LOOPBACK, port)
            self.connections.add(connection := Connection(writer, server))
            try:
                await self._both_ways(reader, answers, connection)
            finally:
                self.connections.discard(connection)
                server.transport.abort()
        except OSError:
            return
        finally:
            writer.transport.abort()

    async def _both_ways(self, questions: StreamReader, answers: StreamReader, connection: Connection) -> None:
        ways = [
            asyncio.create_task(self._asked(questions, connection)),
            asyncio.create_task(self._answered(answers, connection)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _asked(self, reader: StreamReader, connection: Connection) -> None:
        while chunk := await reader.read(CHUNK):
            await self._passed(connection.server, chunk, connection)

    async def _answered(self, reader: StreamReader, connection: Connection) -> None:
        while chunk := await reader.read(CHUNK):
            if self.answers_to_cut:
                self.answers_to_cut -= 1
                self.struck = not self.answers_to_cut
                return
            if not connection.client.is_closing():
                await self._passed(connection.client, chunk, connection)

    async def _passed(self, writer: StreamWriter, chunk: bytes, connection: Connection) -> None:
        """Passes on what came, which TCP keeps while there is a blackhole."""
        await asyncio.sleep(self.delay_seconds)
        while connection.blackhole:  # noqa: ASYNC110 - several tasks wait, each for its own connection
            await asyncio.sleep(0.05)
        writer.write(chunk)
        await writer.drain()


# --- faults, each over at the end of its block ----------------------------------------------------


@asynccontextmanager
async def cut(proxy: Proxy) -> AsyncIterator[None]:
    """Every connection is reset, and none is made."""
    proxy.closed = True
    proxy.cut()
    try:
        yield
    finally:
        proxy.closed = False


@asynccontextmanager
async def delayed(proxy: Proxy) -> AsyncIterator[None]:
    """Every piece of a conversation takes 200 ms longer, for a while."""
    proxy.delay_seconds = 0.2
    _strikes_later(proxy)
    try:
        yield
    finally:
        proxy.delay_seconds = 0.0


@asynccontextmanager
async def blackhole(proxy: Proxy) -> AsyncIterator[None]:
    """Nothing passes in either direction for longer than anybody waits for the database; then all that waited does."""
    swallowed = _swallow(proxy)
    try:
        yield
    finally:
        for connection in swallowed:
            connection.blackhole = False


@asynccontextmanager
async def forgotten(proxy: Proxy) -> AsyncIterator[None]:
    """Connections die without a word, as when a firewall forgets them; new ones stand."""
    _swallow(proxy)
    yield


@asynccontextmanager
async def half_closed(proxy: Proxy) -> AsyncIterator[None]:
    """Clients have seen the end of what the server sends, while what they send still arrives."""
    for connection in list(proxy.connections):
        if not connection.client.is_closing():
            connection.client.write_eof()
    proxy.struck = True
    yield


@asynccontextmanager
async def cut_before_the_answer(proxy: Proxy) -> AsyncIterator[None]:
    """Requests arrive and take effect; twenty of their answers never do."""
    proxy.answers_to_cut = ANSWERS_CUT
    try:
        yield
    finally:
        proxy.answers_to_cut = 0


def _swallow(proxy: Proxy) -> list[Connection]:
    swallowed = list(proxy.connections)
    for connection in swallowed:
        connection.blackhole = True
    _strikes_later(proxy)
    return swallowed


def _strikes_later(proxy: Proxy) -> None:
    asyncio.get_running_loop().call_later(BLACKHOLE_SECONDS, setattr, proxy, "struck", True)  # noqa: FBT003 - as setattr has it
