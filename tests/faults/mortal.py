"""Processes of services that die at a named point of the kernel; signals have their clock jump, and their fetcher die.

`python -m tests.faults.mortal`: SERVICE is `toys` or the name of a service;
CRASH_AT is `<point> <before or after> <which pass>`;
CRASHED is a file: once it is there, the process has died, and dies no more, however often it is started;
GROUP is its consumer group; ALSO_ON a topic on which it listens too.
No product code reads any of these.
"""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta, tzinfo
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from fastapi import FastAPI

from shared import clock
from shared.bus import consumer, publishers
from shared.service import run
from shared.store.documents import Documents
from shared.store.journal import Journal
from shared.store.parked import Parked
from tests.support.built import consumer_of

POINTS: dict[str, tuple[Any, str]] = {
    "write": (Documents, "write_all"),
    "journal": (Journal, "append"),
    "publish": (publishers.InOrder, "_acknowledged"),
    "transaction": (AIOKafkaProducer, "commit_transaction"),
    "pull": (Documents, "pull"),
    "park": (Parked, "open"),
    "commit": (AIOKafkaConsumer, "commit"),
}
JUMP = timedelta(hours=1)
log = structlog.get_logger()


def arm(order: str, crashed: Path) -> None:
    """Has this process killed (SIGKILL) at the point that was ordered, unless it was already."""
    if crashed.exists():
        return
    point, when, passes = order.split()
    owner, name = POINTS[point]
    step: Callable[..., Awaitable[Any]] = getattr(owner, name)
    numbers = count(1)

    def die() -> None:
        crashed.touch()
        os.kill(os.getpid(), signal.SIGKILL)

    async def mortal(*args: Any, **changes: Any) -> Any:
        here = next(numbers) == int(passes)
        if here and when == "before":
            die()
        outcome = await step(*args, **changes)
        if here:
            die()
        return outcome

    setattr(owner, name, mortal)


def watch_rebalances(bus: consumer.Consumer) -> None:
    """Has it logged that partitions are taken away while a batch is in hand."""
    forget = consumer._OnRebalance.on_partitions_revoked  # noqa: SLF001

    def revoked(listener: Any, partitions: Any) -> None:
        if bus._in_hand:  # noqa: SLF001
            log.warning("revoked_in_mid_batch")
        forget(listener, partitions)

    setattr(consumer._OnRebalance, "on_partitions_revoked", revoked)  # noqa: B010, SLF001 - to the type checker it is a method


def stop_fetching_on_signal(bus: consumer.Consumer) -> None:
    """SIGHUP has the task end that fetches records for the consumer, while the process and its heartbeats go on."""

    def die(*_: Any) -> None:
        """Asked until it has: in some of its waits it passes over the first time."""
        fetcher: Any = bus._consumer()._fetcher  # noqa: SLF001
        if fetcher._fetch_task.cancel():  # noqa: SLF001
            asyncio.get_running_loop().call_later(0.02, die)

    signal.signal(signal.SIGHUP, die)


class JumpingClock:
    """The clock that shared/clock.py reads: SIGUSR1 sets it an hour ahead, SIGUSR2 an hour back."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        signal.signal(signal.SIGUSR1, lambda *_: self._jump(JUMP))
        signal.signal(signal.SIGUSR2, lambda *_: self._jump(-JUMP))

    def now(self, zone: tzinfo) -> datetime:
        return datetime.now(zone) + self._ahead

    def _jump(self, by: timedelta) -> None:
        self._ahead += by


def main() -> None:
    name = os.environ["SERVICE"]
    if order := os.environ.get("CRASH_AT"):
        arm(order, Path(os.environ["CRASHED"]))
    setattr(clock, "datetime", JumpingClock())  # noqa: B010 - to the type checker it is a class
    service = import_module("tests.faults.toy_service" if name == "toys" else f"services.{name}.main")

    def build(settings: Any) -> FastAPI:
        app: FastAPI = service.build(settings)
        bus = consumer_of(app)
        bus._group = os.environ["GROUP"]  # noqa: SLF001 - one of its own on the shared broker
        bus._topics = (*bus._topics, *os.environ.get("ALSO_ON", "").split())  # noqa: SLF001
        watch_rebalances(bus)
        stop_fetching_on_signal(bus)
        return app

    run(name, service.Settings, build)


if __name__ == "__main__":
    main()
