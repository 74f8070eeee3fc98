"""A service without its database serves on and is not ready; one without progress is not alive."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from shared import tasks
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


async def test_who_makes_no_progress_is_not_alive(service: ToyService, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ping would be answered while every task is dead."""

    async def never(*_: Any) -> None:
        await asyncio.Event().wait()

    async with service.trader() as ann:
        assert (await ann.get("/livez")).status_code == 200
        monkeypatch.setattr(tasks, "ALIVE_WITHIN", 2.0)
        for relay in service.tasks.relays:
            monkeypatch.setattr(relay, "round", never)

        async def stuck() -> bool:
            answer = await ann.get("/livez")
            return answer.status_code == 503 and answer.json()["stuck"] == ["relay"]

        await until(stuck)
