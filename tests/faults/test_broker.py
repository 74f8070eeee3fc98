"""The broker dies: commands are accepted all the same, nothing is lost, doubled or overtaken, and nobody waits for it for ever."""

import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest

from deploy.local.kafka import Kafka
from shared import bus, publishers
from shared.store.client import Database
from tests.faults.instance import Instance
from tests.faults.scene import flowing
from tests.faults.traffic import traffic
from tests.support.bus import on_topic, until
from tests.support.samples_intake import register
from tests.support.serving import Issuer, client

MARGIN_SECONDS = 5.0


@asynccontextmanager
async def away(kafka: Kafka) -> AsyncIterator[None]:
    """The broker is killed; afterwards it is back on its ports, with its data."""
    await kafka.kill()
    try:
        yield
    finally:
        await kafka.start()


@asynccontextmanager
async def frozen(kafka: Kafka) -> AsyncIterator[None]:
    """The broker keeps its connections and answers nothing; afterwards it is started anew."""
    os.kill(kafka.process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        await kafka.kill()
        await kafka.start()


async def test_a_broker_that_dies_and_returns_costs_nothing(database: Database, kafka: Kafka, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is away for so long that the relay gives its messages up, and sends them once more with another producer."""
    monkeypatch.setattr(publishers, "SEND_DEADLINE", 2.0)
    async with traffic(database, kafka.operator) as going:
        async with flowing(going.flow):
            await until(going.something_heard)
            async with away(kafka):
                await until(going.accepts(60))
            await until(going.accepts(60))
        await until(going.all_heard, 60)
        await going.assert_each_once_and_in_order(kafka.operator)


async def test_a_service_serves_without_a_broker_and_ends_when_asked(
    kafka: Kafka, instance: Callable[..., Instance], issuer: Issuer
) -> None:
    """To await the broker at start would stop HTTP; and neither framework nor client ever gives up waiting for it at the end."""
    intake = instance("intake")
    async with AsyncExitStack() as running, client(intake.url, issuer.token("maude")) as owner:
        async with away(kafka):
            await running.enter_async_context(intake)
            await until(lambda: waits_for(owner, "broker"))
            company = await registered(owner, "910000017")
            assert await answers(owner, "/livez")
        await until(lambda: on_topic(kafka.operator, "pip.intake", company), 60)
        await until(lambda: answers(owner, "/readyz"), 60)

        async with frozen(kafka):
            await registered(owner, "920000023")
            intake.process.terminate()
            seconds = bus.STOP_DEADLINE + publishers.STOP_DEADLINE + MARGIN_SECONDS
            await until(lambda: intake.process.exit_code is not None, seconds)


async def registered(owner: httpx.AsyncClient, business_number: str) -> str:
    answer = await owner.post("/companies", json=register(business_number=business_number).registration.model_dump(mode="json"))
    assert answer.status_code == httpx.codes.CREATED
    return str(answer.json()["id"])


async def answers(api: httpx.AsyncClient, path: str) -> bool:
    return (await api.get(path)).is_success


async def waits_for(api: httpx.AsyncClient, server: str) -> bool:
    answer = await api.get("/readyz")
    return answer.status_code == httpx.codes.SERVICE_UNAVAILABLE and answer.json()["waiting_for"] == [server]
