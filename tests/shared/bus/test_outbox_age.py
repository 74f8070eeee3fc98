"""The age of the oldest fact grows while no relay comes to it, and is unknown while the database is away."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from math import isnan
from uuid import uuid4

import pytest

from shared.bus import outbox_age
from shared.bus.outbox_age import measure_outboxes
from shared.clock import now
from shared.errors import Unavailable
from shared.store.client import connect
from shared.store.documents import Documents
from shared.telemetry import Metrics
from tests.support.builders.toys import announce
from tests.support.servers.bus import until
from tests.support.servers.kernel import Toys, enveloped


async def test_the_age_is_that_of_the_oldest_of_many_facts(toy: Toys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_age, "MEASURE_SECONDS", 0.05)
    metrics = Metrics()
    age: Callable[[], float] = metrics.unrelayed._value.get  # noqa: SLF001
    assert isnan(age())
    measuring = asyncio.create_task(measure_outboxes([toy.tallies.documents, toy.ledgers.documents], metrics))
    try:
        await until(lambda: age() == 0)
        first, began = uuid4(), now()
        for company, seconds in ((first, 100), *((uuid4(), 10) for _ in range(20))):
            command = announce(company).model_copy(update={"at": began - timedelta(seconds=seconds)})
            await toy.tallies.handle(str(company), command, enveloped())
        await until(lambda: 100 <= age() < 110)
        await toy.tallies.documents.pull({str(first): [1]})
        await until(lambda: 10 <= age() < 30)
    finally:
        measuring.cancel()


async def test_the_age_is_unknown_while_the_database_is_away() -> None:
    metrics = Metrics()
    metrics.unrelayed.set(0)
    away = connect("mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=100", "nowhere")
    with pytest.raises(Unavailable):
        await measure_outboxes([Documents(away, "companies")], metrics)
    away.client.close()
    assert isnan(metrics.unrelayed._value.get())  # noqa: SLF001
