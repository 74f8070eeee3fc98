"""What runs beside HTTP in every service: bus, relays, timers, measures; supervised, so that none stops HTTP."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from time import monotonic

import structlog

from shared.backoff import Backoff
from shared.bus.consumer import Consumer, Stuck
from shared.bus.relay import Relay
from shared.bus.unreadable import UNREADABLE
from shared.errors import Unavailable, VersionNewer

ALIVE_WITHIN = 120.0
WELL_AFTER = 60.0
AWAITED = {
    "broker_unavailable": (
        "Kafka does not answer: see whether it runs, and check TT_KAFKA_BOOTSTRAP, TT_KAFKA_USER and TT_KAFKA_PASSWORD"
    ),
    "database_unavailable": "MongoDB does not answer: see whether it runs and has a primary, and check TT_MONGO_URL",
}
Task = Callable[[], Awaitable[None]]
log = structlog.get_logger()


@dataclass
class Tasks:
    """The tasks of one service. `prepare` makes the database ready; `others`, by name, are timers and measures."""

    prepare: Task
    relays: Sequence[Relay]
    bus: Consumer | None
    others: dict[str, Task]
    prepared: bool = False

    async def run(self) -> None:
        """Prepares, then consumes, relays and wakes side by side until cancelled; the relays stop last."""
        await supervised("prepare", self._prepare, forever=False)
        relays = [asyncio.create_task(supervised("relay", relay.run)) for relay in self.relays]
        consuming: dict[str, Task] = {"bus": self.bus.run} if self.bus else {}
        try:
            async with asyncio.TaskGroup() as group:
                for name, task in (consuming | self.others).items():
                    group.create_task(supervised(name, task))
        finally:
            for relay in relays:
                relay.cancel()
            await asyncio.gather(*relays, return_exceptions=True)

    async def _prepare(self) -> None:
        await self.prepare()
        self.prepared = True

    def stuck(self) -> list[str]:
        """Tasks that make no progress; waiting for a server that is away counts as progress."""
        tasks: list[Relay | Consumer] = [*self.relays, *([self.bus] if self.bus else [])]
        return [
            type(task).__name__.lower()
            for task in tasks
            if self.prepared and monotonic() - task.progress > ALIVE_WITHIN
        ]

    def offset_gap(self) -> str | None:
        """The sentence about records that were lost on the bus, if any were."""
        return self.bus.offset_gap if self.bus else None

    def meets_newer(self) -> bool:
        """Whether partitions are held for a later version of this code."""
        return self.bus is not None and VersionNewer.CODE in self.bus.held_for()

    def meets_unreadable(self) -> bool:
        """Whether partitions are held at a batch that cannot be read."""
        return self.bus is not None and UNREADABLE in self.bus.held_for()

    def listens(self) -> bool:
        """Whether partitions are assigned and the broker answers, if the service has subscriptions."""
        return self.bus is None or self.bus.ready


async def supervised(name: str, run: Task, *, forever: bool = True) -> None:
    """Runs a task until cancelled, again after every failure; one that cannot be mended in place ends the process."""
    backoff = Backoff()
    while True:
        started = monotonic()
        try:
            await run()
            if not forever:
                return
        except Unavailable as away:
            reason = str(away)
            log.warning("task_waits", task=name, reason=reason, advice=AWAITED.get(reason, "It is tried again."))
        except Stuck:
            log.critical("task_stuck", task=name)
            signal.raise_signal(signal.SIGTERM)
        except Exception:
            log.exception("task_failed", task=name)
        if monotonic() - started > WELL_AFTER:
            backoff.reset()
        await backoff.sleep()
