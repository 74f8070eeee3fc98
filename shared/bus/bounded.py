"""A producer whose requests the broker takes: what is not acknowledged yet is never more than one request may hold."""

import asyncio
from collections import deque
from collections.abc import Awaitable
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder
from typing_extensions import override

from shared.contracts.topics import FRAMING_BYTES, largest_message

MOST_IN_FLIGHT = largest_message() + FRAMING_BYTES
FRAMING_OF_A_BATCH = 200


class Window:
    """So many bytes may be under way at once; who comes when there is no room waits for it in turn."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._turns: deque[tuple[int, asyncio.Future[None]]] = deque()

    async def enter(self, size: int) -> None:
        """Returns when there is room."""
        if not self._turns and size <= self._room:
            self._room -= size
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._turns.append((size, turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.leave(size)
            raise

    def leave(self, size: int) -> None:
        """Gives room back, to those that wait first."""
        self._room += size
        while self._turns and (self._turns[0][1].cancelled() or self._turns[0][0] <= self._room):
            size, turn = self._turns.popleft()
            if not turn.cancelled():
                self._room -= size
                turn.set_result(None)


class BoundedProducer(AIOKafkaProducer):
    """The client puts a batch of every partition into one request, and has no bound for their sum."""

    def __init__(self, **configuration: Any) -> None:
        super().__init__(**configuration)  # type: ignore[no-untyped-call]
        self._window = Window(MOST_IN_FLIGHT)

    @override
    async def send(  # type: ignore[override]  # as the relay calls it, with headers by name
        self, topic: str, value: bytes | None = None, key: bytes | None = None, **more: Any
    ) -> asyncio.Future[Any]:
        """Sends when there is room; a message that is too large for any room is left to the client to refuse."""
        parts = (value or b"", key or b"", *(part for header in more.get("headers", ()) for part in header))
        return await self._within(sum(map(len, parts)), super().send(topic, value, key, **more))  # type: ignore[no-untyped-call]

    @override
    async def send_batch(self, batch: BatchBuilder, topic: str, *, partition: int) -> asyncio.Future[Any]:
        """Sends a batch of messages when there is room."""
        return await self._within(batch.size(), super().send_batch(batch, topic, partition=partition))  # type: ignore[no-untyped-call]

    async def _within(self, payload: int, sends: Awaitable[asyncio.Future[Any]]) -> asyncio.Future[Any]:
        size = min(payload + FRAMING_OF_A_BATCH, MOST_IN_FLIGHT)
        await self._window.enter(size)
        try:
            sent = await sends
        except BaseException:
            self._window.leave(size)
            raise
        sent.add_done_callback(lambda _: self._window.leave(size))
        return sent
