"""Durable timers: wakes every aggregate whose `due` has come; one that fails is postponed and stops no other."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from time import monotonic
from typing import Any

import structlog

from shared.backoff import Backoff
from shared.clock import now
from shared.errors import Halted, OutboxFull, StaleVersion, Unavailable, VersionNewer
from shared.handling import Aggregate

SWEEP_SECONDS = 1.0
MOST_AT_ONCE = 200
POSTPONED = timedelta(minutes=1)
log = structlog.get_logger()


async def wake_when_due(aggregates: Iterable[Aggregate[Any, Any, Any]]) -> None:
    """Sweeps until cancelled. A database that is away is waited for."""
    newer_of = [(aggregate, dict[str, float]()) for aggregate in aggregates]
    backoff = Backoff()
    while True:
        try:
            for aggregate, newer in newer_of:
                await sweep(aggregate, newer)
            backoff.reset()
        except Unavailable as away:
            log.warning("timers_held", reason=str(away))
            await backoff.sleep()
        await asyncio.sleep(SWEEP_SECONDS)


async def sweep(aggregate: Aggregate[Any, Any, Any], newer: dict[str, float]) -> None:
    """Wakes what is due now. Documents of a later version are left as they are. Raises Unavailable.

    `newer` keeps until when, by the monotonic clock, each of those is passed over.
    """
    for passed in [aggregate_id for aggregate_id, until in newer.items() if until < monotonic()]:
        del newer[passed]
    for aggregate_id in await aggregate.documents.due(now(), MOST_AT_ONCE, newer):
        at = now()
        try:
            await aggregate.tick(aggregate_id, at)
        except StaleVersion:
            continue
        except VersionNewer:
            newer[aggregate_id] = monotonic() + POSTPONED.total_seconds()
            log.error("version_newer", collection=aggregate.documents.name, id=aggregate_id)  # noqa: TRY400 - nothing failed here
        except (Halted, OutboxFull):
            await aggregate.documents.postpone(aggregate_id, at, at + POSTPONED)
        except Unavailable:
            raise
        except Exception:
            log.exception("tick_failed", collection=aggregate.documents.name)
            await aggregate.documents.postpone(aggregate_id, at, at + POSTPONED)
