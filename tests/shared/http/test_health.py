"""A service without its database serves on and is not ready; one without progress is not alive."""

import asyncio
from dataclasses import dataclass
from typing import Any, cast
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from deploy.local.processes import LOOPBACK, free_port
from shared import tasks
from shared.http import health
from tests.shared.http.toy_service import ToyService, problem, toy_app
from tests.support.servers.bus import until
from tests.support.servers.serving import Issuer, client, serving


async def test_a_database_that_is_away_is_a_503_and_http_serves_on(issuer: Issuer) -> None:
    async with (
        serving(toy_app("mongodb://127.0.0.1:9/", "none", issuer.url)) as url,
        client(url, issuer.token("ann")) as ann,
    ):
        problem(await ann.post(f"/tallies/{uuid4()}", json={}), 503, "unavailable")
        ready, alive = await ann.get("/readyz"), await ann.get("/livez")
    assert (ready.status_code, ready.json()) == (503, {"ready": False, "waiting_for": ["database"]})
    assert alive.status_code == 200


@dataclass(frozen=True)
class Waiting:
    """What runs beside HTTP, waiting for one thing."""

    reason: str | None = None

    @property
    def prepared(self) -> bool:
        return self.reason != "indexes"

    def stuck(self) -> list[str]:
        return []

    def offset_gap(self) -> str | None:
        return None

    def listens(self) -> bool:
        return self.reason != "broker"

    def meets_newer(self) -> bool:
        return self.reason == "version_newer"

    def meets_unreadable(self) -> bool:
        return self.reason == "batch_unreadable"


@pytest.mark.parametrize(
    ("reason", "named"),
    [
        (None, []),
        ("database", ["database"]),
        ("indexes", ["database"]),
        ("broker", ["broker"]),
        ("version_newer", ["version_newer"]),
        ("batch_unreadable", ["batch_unreadable"]),
    ],
)
async def test_whatever_a_service_waits_for_is_named(
    reason: str | None, named: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def takes_writes(_: object) -> bool:
        return reason != "database"

    monkeypatch.setattr(health, "takes_writes", takes_writes)
    app = FastAPI()
    app.include_router(health.health_router(health.Readiness(Waiting(reason), cast("Any", None))))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as anybody:
        ready, alive = await anybody.get("/readyz"), await anybody.get("/livez")
    assert (ready.status_code, ready.json()["waiting_for"]) == (503 if named else 200, named)
    assert alive.status_code == 200


async def test_who_makes_no_progress_is_not_alive(service: ToyService, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ping would be answered while every task is dead."""

    async def never(*_: Any) -> None:
        await asyncio.Event().wait()

    async with service.trader() as ann:
        assert (await ann.get("/livez")).status_code == 200
        monkeypatch.setattr(tasks, "ALIVE_WITHIN", 2.0)
        for relay in service.tasks.relays:
            monkeypatch.setattr(relay, "_relay", never)

        async def stuck() -> bool:
            answer = await ann.get("/livez")
            return answer.status_code == 503 and answer.json()["stuck"] == ["relay"]

        await until(stuck)


async def test_a_database_is_asked_once_a_second_however_often_somebody_asks(
    service: ToyService, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0

    async def answered(_: object) -> bool:
        nonlocal asked
        asked += 1
        return True

    monkeypatch.setattr(health, "takes_writes", answered)
    monkeypatch.setattr(health, "ASKED_AGAIN_SECONDS", 60.0)
    async with service.trader() as ann:
        for _ in range(20):
            assert (await ann.get("/readyz")).json()["ready"]
    assert asked <= 1


async def test_metrics_are_read_on_an_address_of_their_own_and_not_beside_the_endpoints(issuer: Issuer) -> None:
    port = free_port()
    app = toy_app("mongodb://127.0.0.1:9/", "none", issuer.url, metrics_port=port)
    async with serving(app) as url, client(url, issuer.token("partner", "partner")) as partner:
        for path in ("/metrics", "/operations/metrics"):
            answer = await partner.get(path)
            assert answer.status_code in {403, 404}
            assert "tt_" not in answer.text
        metrics = await partner.get(f"http://{LOOPBACK}:{port}/metrics")
        elsewhere = await partner.get(f"http://{LOOPBACK}:{port}/metrics", headers={"Host": "evil.example"})
        beside = await partner.get(f"http://{LOOPBACK}:{port}/livez")
    assert {"process_resident_memory_bytes", "process_open_fds", "tt_http_request_seconds_count"} <= {
        line.partition(" ")[0].partition("{")[0] for line in metrics.text.splitlines()
    }
    assert (elsewhere.status_code, beside.status_code) == (421, 404)
