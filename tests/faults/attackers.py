"""What strangers and partners do to a broker that they want to stop; each attack goes on until it is cancelled."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from itertools import count
from struct import pack
from typing import Any, cast

from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import KafkaError
from aiokafka.protocol.commit import OffsetCommitRequest
from aiokafka.protocol.group import JoinGroupRequest

from deploy.kafka.access import groups_of
from deploy.local.processes import LOOPBACK
from shared.bus.access import KafkaAccess

ELSEWHERE = ("127.0.0.2", "127.0.0.3", "127.0.0.4")
SOCKETS = 500
SIDE_BY_SIDE = 20
PART_SECONDS = 0.5
SASL_HANDSHAKE = b"\x00\x11\x00\x01\x00\x00\x00\x07\x00\x01x\x00\x0dSCRAM-SHA-256"
SIGNED_IN = 100
HELD_SECONDS = 2.0
ASKING = 3
LARGEST_TAKEN = 4_200_000
LIES_BROKEN = (OSError, KafkaError, TimeoutError)
Attack = Callable[..., Coroutine[Any, Any, None]]


async def announce_much(access: KafkaAccess, origin: str = LOOPBACK, size: int = 524_288) -> None:
    """Strangers announce a request of so many bytes each, send ten, and hold the connection."""
    async with AsyncExitStack() as held:
        for _ in range(SOCKETS):
            with suppress(OSError):
                writer = await _connection(access, origin, held)
                writer.write(pack(">i", size) + bytes(10))
        await asyncio.Event().wait()


async def hold_connections(access: KafkaAccess, origin: str = LOOPBACK) -> None:
    """Strangers take every connection there is, and send nothing."""
    async with AsyncExitStack() as held:
        for _ in range(SOCKETS):
            with suppress(OSError):
                await _connection(access, origin, held)
        await asyncio.Event().wait()


async def begin_to_sign_in(access: KafkaAccess, origin: str = LOOPBACK) -> None:
    """Strangers name the mechanism by which they will sign in, and do not go on."""
    async with AsyncExitStack() as held:
        for _ in range(SOCKETS):
            with suppress(OSError):
                writer = await _connection(access, origin, held)
                writer.write(pack(">i", len(SASL_HANDSHAKE)) + SASL_HANDSHAKE)
        await asyncio.Event().wait()


async def sign_in_slowly(access: KafkaAccess, origin: str = LOOPBACK) -> None:
    """Strangers sign in byte by byte, so that no connection is ever idle."""
    async with AsyncExitStack() as held:
        writers = []
        for _ in range(SOCKETS):
            with suppress(OSError):
                writers.append(await _connection(access, origin, held))
        for part in pack(">i", len(SASL_HANDSHAKE)) + SASL_HANDSHAKE:
            for writer in writers:
                writer.write(bytes([part]))
            await asyncio.sleep(PART_SECONDS)


async def come_and_go(access: KafkaAccess, origin: str = LOOPBACK) -> None:
    """Strangers connect and leave without pause."""

    async def come() -> None:
        async with AsyncExitStack() as held:
            while True:
                with suppress(OSError):
                    await _connection(access, origin, held)
                await held.aclose()

    async with asyncio.TaskGroup() as group:
        for _ in range(SIDE_BY_SIDE):
            group.create_task(come())


async def announce_signed_in(access: KafkaAccess, size: int = 100_000_000) -> None:
    """A partner announces requests of so many bytes over as many connections as it gets, and holds them."""

    async def announce() -> None:
        async with _signed_in(access) as connection:
            writer: Any = connection._writer  # noqa: SLF001 - what no client sends
            writer.write(pack(">i", size) + bytes(10))
            await asyncio.sleep(HELD_SECONDS)

    await _again_and_again(announce, SIGNED_IN)


async def announce_what_is_taken(access: KafkaAccess) -> None:
    """As above, with as much as the broker takes."""
    await announce_signed_in(access, LARGEST_TAKEN)


async def commit_everywhere(access: KafkaAccess) -> None:
    """A partner commits under one group after another, with all the metadata that there may be."""
    names = (f"{access.user}.{number}" for number in count())
    await _ask_again_and_again(
        access, lambda: OffsetCommitRequest(next(names), -1, "", -1, [(f"pip.{access.user}", [(0, 1, "x" * 4_000)])])
    )


async def commit_much(access: KafkaAccess) -> None:
    """A partner commits under its own groups without pause."""
    offsets = count()
    group = groups_of(access.user or "")[0]
    await _ask_again_and_again(
        access,
        lambda: OffsetCommitRequest(group, -1, "", -1, [(f"pip.{access.user}", [(0, next(offsets), "x" * 256)])]),
    )


async def join_as_many(access: KafkaAccess) -> None:
    """A partner joins its groups as one large member after another."""
    metadata, nobody = [("range", bytes(LARGEST_TAKEN - 100_000))], cast("str", None)
    groups = (group for _ in count() for group in groups_of(access.user or ""))
    await _ask_again_and_again(
        access, lambda: JoinGroupRequest(next(groups), 300_000, 300_000, "", nobody, "consumer", metadata)
    )


BY_STRANGERS: dict[str, Attack] = {
    "strangers announce much": announce_much,
    "strangers hold connections": hold_connections,
    "strangers begin to sign in": begin_to_sign_in,
    "strangers sign in slowly": sign_in_slowly,
    "strangers come and go": come_and_go,
}
BY_A_PARTNER: dict[str, Attack] = {
    "a partner announces much": announce_signed_in,
    "a partner announces what is taken": announce_what_is_taken,
    "a partner commits everywhere": commit_everywhere,
    "a partner commits much": commit_much,
    "a partner joins as many": join_as_many,
}


def from_elsewhere(attack: Attack) -> Attack:
    """The attack from as many other addresses as the partners' listener is to bear."""

    async def attacking(access: KafkaAccess) -> None:
        async with asyncio.TaskGroup() as group:
            for origin in ELSEWHERE:
                group.create_task(attack(access, origin))

    return attacking


async def _connection(access: KafkaAccess, origin: str, held: AsyncExitStack) -> asyncio.StreamWriter:
    host, _, port = access.bootstrap.rpartition(":")
    async with asyncio.timeout(1):
        _, writer = await asyncio.open_connection(host, int(port), local_addr=(origin, 0))
    held.callback(writer.close)
    return writer


@asynccontextmanager
async def _signed_in(access: KafkaAccess) -> AsyncIterator[AIOKafkaConnection]:
    host, _, port = access.bootstrap.rpartition(":")
    login = {name: value for name, value in access.arguments().items() if name != "bootstrap_servers"}
    connection = AIOKafkaConnection(host, int(port), request_timeout_ms=2_000, **login)
    try:
        async with asyncio.timeout(5):
            await connection.connect()
        yield connection
    finally:
        connection.close()


async def _ask_again_and_again(access: KafkaAccess, request: Callable[[], Any]) -> None:
    """Over several connections, each without waiting for more than its answer."""

    async def ask() -> None:
        async with _signed_in(access) as connection:
            while connection.connected():
                await connection.send(request())

    await _again_and_again(ask, ASKING)


async def _again_and_again(deed: Callable[[], Coroutine[Any, Any, None]], times: int) -> None:
    """So many times side by side; where the broker ends one, it begins anew."""

    async def repeated() -> None:
        while True:
            with suppress(*LIES_BROKEN):
                await deed()
            await asyncio.sleep(0.1)

    async with asyncio.TaskGroup() as group:
        for _ in range(times):
            group.create_task(repeated())
