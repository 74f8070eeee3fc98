"""mra_exchange, which stops itself (SIGSTOP) in a transaction, right before its second message to a partner leaves."""

import asyncio
import os
import signal
from itertools import count
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer

from services.mra_exchange.main import build
from services.mra_exchange.settings import Settings
from shared.bus import publishers
from shared.model import Json
from shared.service import run

HALTS_AT = 2
LONG_SECONDS = 300.0
log = structlog.get_logger()
_send = publishers._send  # noqa: SLF001
_numbers = count(1)


async def send_or_halt(producer: AIOKafkaProducer, topic: str, entry: Json) -> asyncio.Future[Any]:
    """Sends; when it is continued, it sends what it had read before it was stopped."""
    if next(_numbers) == HALTS_AT:
        log.warning("halted")
        os.kill(os.getpid(), signal.SIGSTOP)
    return await _send(producer, topic, entry)


if __name__ == "__main__":
    publishers._send = send_or_halt  # noqa: SLF001
    publishers.TRANSACTION_DEADLINE = LONG_SECONDS
    run("mra_exchange", Settings, build)
