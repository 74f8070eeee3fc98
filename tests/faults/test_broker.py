"""The broker dies or freezes: commands are accepted, nothing is lost or overtaken, nobody waits for it for ever."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from time import monotonic

import httpx
import pytest

from deploy.local.kafka import Kafka
from shared.bus import consumer, publishers
from shared.bus.answering import SILENT_SECONDS
from tests.faults.instance import Start
from tests.faults.scene import RECOVERED_WITHIN, Report
from tests.faults.world import AtWork
from tests.support.builders.intake import register
from tests.support.servers.bus import on_topic, until
from tests.support.servers.serving import Issuer, client

MARGIN_SECONDS = 5.0
GONE_SECONDS = 60.0
DRAINED_WITHIN = 60.0  # the messages of a minute's commands are published by each company in order, one after the other


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


@pytest.mark.matrix
async def test_a_broker_that_is_killed_and_started_again(world: AtWork, toy: Start, kafka: Kafka) -> None:
    going = await world(toy())
    async with going.under_fire("A broker that is killed under load and started again costs nothing"):
        await kafka.kill()
        await kafka.start()


@pytest.mark.matrix
async def test_a_broker_that_is_gone_for_a_minute(world: AtWork, toy: Start, kafka: Kafka) -> None:
    """For so long that the relay gives its messages up, and sends them once more with another producer."""
    going = await world(toy())
    promise = "While a broker is gone for a minute, commands are accepted, and none is lost"
    async with going.under_fire(promise, within=DRAINED_WITHIN), away(kafka):
        back = monotonic() + GONE_SECONDS
        while monotonic() < back:
            await until(going.accepts())


@pytest.mark.matrix
async def test_a_service_serves_without_a_broker_and_ends_when_asked(
    kafka: Kafka, instance: Start, issuer: Issuer, record_property: Report
) -> None:
    """Awaiting the broker at start would stop HTTP; at the end, framework and client would wait for it for ever."""
    intake = instance("intake")
    async with AsyncExitStack() as running, client(intake.url, issuer.token("maude")) as owner:
        async with away(kafka):
            await running.enter_async_context(intake)
            await until(lambda: waits_for(owner, "broker"))
            company = await registered(owner, "910000017")
            assert await answers(owner, "/livez")
        back = monotonic()
        await until(lambda: answers(owner, "/readyz"), RECOVERED_WITHIN)
        await until(lambda: on_topic(kafka.operator, "pip.team", company), RECOVERED_WITHIN)
        record_property("recovered", f"{monotonic() - back:.1f} s of {RECOVERED_WITHIN:.0f}")

        async with frozen(kafka):
            await registered(owner, "920000023")
            await until(lambda: waits_for(owner, "broker"), SILENT_SECONDS + consumer.WATCH_DEADLINE + MARGIN_SECONDS)
            intake.process.terminate()
            seconds = consumer.STOP_DEADLINE + publishers.STOP_DEADLINE + MARGIN_SECONDS
            asked = monotonic()
            await until(lambda: intake.process.exit_code is not None, seconds)
            record_property("seen", f"ended {monotonic() - asked:.1f} s after it was asked")
    record_property(
        "promise", "A service serves without a broker, and ends when it is asked while the broker answers nothing"
    )


async def registered(owner: httpx.AsyncClient, business_number: str) -> str:
    answer = await owner.post(
        "/companies", json=register(business_number=business_number).registration.model_dump(mode="json")
    )
    assert answer.status_code == httpx.codes.CREATED
    return str(answer.json()["id"])


async def answers(api: httpx.AsyncClient, path: str) -> bool:
    return (await api.get(path)).is_success


async def waits_for(api: httpx.AsyncClient, server: str) -> bool:
    answer = await api.get("/readyz")
    return answer.status_code == httpx.codes.SERVICE_UNAVAILABLE and answer.json()["waiting_for"] == [server]
