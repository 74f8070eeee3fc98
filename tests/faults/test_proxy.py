"""Every fault of the network does what its name promises: tried on a server that echoes."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from deploy.local.processes import LOOPBACK, free_port
from tests.support.servers import proxy as proxies
from tests.support.servers.bus import until
from tests.support.servers.proxy import Proxy, blackhole, cut, cut_before_the_answer, delayed, forgotten, half_closed

RECEIVED: list[bytes] = []
Line = tuple[StreamReader, StreamWriter]


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    async def echo(reader: StreamReader, writer: StreamWriter) -> None:
        with suppress(OSError):
            while echoed := await reader.read(100):
                RECEIVED.append(echoed)
                writer.write(echoed)
                await writer.drain()
        writer.close()

    RECEIVED.clear()
    port = free_port()
    async with await asyncio.start_server(echo, LOOPBACK, port), Proxy([port]) as made:
        yield made


@asynccontextmanager
async def connected(proxy: Proxy) -> AsyncIterator[Line]:
    line = reader, writer = await asyncio.open_connection(LOOPBACK, proxy.port)
    try:
        assert await echoed(line, b"first") == b"first"
        yield reader, writer
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def echoed(line: Line, data: bytes) -> bytes:
    """What comes back; nothing at the end of a connection."""
    line[1].write(data)
    return await asyncio.wait_for(line[0].read(100), 1)


async def test_what_is_cut_is_reset_and_nobody_comes_in(proxy: Proxy) -> None:
    async with connected(proxy) as line, cut(proxy):
        assert await over(line)
        assert await over(await asyncio.open_connection(LOOPBACK, proxy.port))
    async with connected(proxy):
        assert proxy.struck


async def test_what_is_delayed_comes_later(proxy: Proxy) -> None:
    clock = asyncio.get_running_loop().time
    async with connected(proxy) as line, delayed(proxy):
        started = clock()
        assert await echoed(line, b"second") == b"second"
        assert clock() - started >= 0.4


async def test_after_a_blackhole_everything_comes_in_the_end(proxy: Proxy) -> None:
    async with connected(proxy) as line:
        async with blackhole(proxy):
            with pytest.raises(TimeoutError):
                await echoed(line, b"second")
            assert RECEIVED == [b"first"]
        assert await asyncio.wait_for(line[0].read(100), 1) == b"second"


async def test_what_is_forgotten_never_comes_and_others_do(proxy: Proxy) -> None:
    async with connected(proxy) as line, forgotten(proxy):
        with pytest.raises(TimeoutError):
            await echoed(line, b"second")
        async with connected(proxy):
            assert b"second" not in RECEIVED


async def test_what_is_half_closed_is_still_delivered(proxy: Proxy) -> None:
    async with connected(proxy) as line, half_closed(proxy):
        assert await echoed(line, b"second") == b""
        await until(lambda: RECEIVED[-1] == b"second")


async def test_what_is_cut_before_the_answer_took_effect(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxies, "ANSWERS_CUT", 1)
    async with connected(proxy) as line, cut_before_the_answer(proxy):
        assert await over(line)
        assert RECEIVED[-1] == b"second"
        async with connected(proxy):
            assert proxy.struck


async def over(line: Line) -> bool:
    """Whether a connection has ended, with a reset or without."""
    try:
        return not await echoed(line, b"second")
    except ConnectionError:
        return True
    finally:
        line[1].close()
