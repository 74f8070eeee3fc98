"""Measures how long the oldest fact has waited in an outbox, whatever keeps the relays from it."""

import asyncio
from collections.abc import Sequence
from math import nan

from shared.clock import now
from shared.errors import Unavailable
from shared.store.documents import Documents
from shared.telemetry import Metrics

MEASURE_SECONDS = 1.0


async def measure_outboxes(outboxes: Sequence[Documents], metrics: Metrics) -> None:
    """Measures until cancelled; unknown while the database is away. Raises Unavailable."""
    while True:
        try:
            oldest = [moment for outbox in outboxes if (moment := await outbox.oldest_unrelayed())]
        except Unavailable:
            metrics.unrelayed.set(nan)
            raise
        present = now()
        metrics.unrelayed.set((present - min(oldest, default=present)).total_seconds())
        await asyncio.sleep(MEASURE_SECONDS)
