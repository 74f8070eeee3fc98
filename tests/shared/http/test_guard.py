"""Every wrong call gets a stable code, a sentence in the caller's language and the field, and changes nothing."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import APIRouter
from joserfc.jwk import RSAKey

from deploy.local.processes import free_port
from shared import tasks
from shared.clock import now
from shared.handling import Aggregate, Receipt
from shared.http.call import Call
from shared.http.guard import allow, deps
from shared.http.identity import urn
from shared.model import Model
from shared.service import Kernel
from shared.settings import ServiceSettings
from shared.store.client import Database
from shared.tasks import Tasks
from tests.support.builders.toys import Announce, tally
from tests.support.built import tasks_of
from tests.support.servers.bus import until
from tests.support.servers.serving import Issuer, client, serving

router = APIRouter()
Anybody = Annotated[Call, allow("trader")]
Officer = Annotated[Call, allow("review_officer", "decision_officer")]


@dataclass(frozen=True)
class Deps:
    tallies: Aggregate[Any, Any, Any]


AtDeps = Annotated[Deps, deps()]


class Number(Model):
    padding: str = ""
    size: int = 0


@router.post("/tallies/{company}", status_code=201)
async def add(company: UUID, body: Number, call: Anybody, deps: AtDeps) -> Receipt:
    command = Announce(at=call.at, actor=call.actor, company=company, padding=body.padding)
    return await call.handle(deps.tallies, str(company), command, created=call.new_id("number"))


@router.get("/tallies/{company}")
async def read(company: UUID, call: Officer, deps: AtDeps) -> int:
    found = await deps.tallies.read(str(company))
    call.tag(found.sequence)
    return int(found.state.number)


@router.get("/breaks")
async def breaks(_: Anybody) -> None:
    raise ZeroDivisionError("marker-4711")


@dataclass(frozen=True)
class Edge:
    """A toy service on the real kernel, with people who call it."""

    url: str
    issuer: Issuer
    tasks: Tasks

    def trader(self, language: str = "en") -> httpx.AsyncClient:
        return client(self.url, self.issuer.token("ann"), language)

    def officer(self) -> httpx.AsyncClient:
        return client(self.url, self.issuer.token("olga", "review_officer"))


def settings(mongo_url: str, database: str, issuer: str, **changes: Any) -> ServiceSettings:
    told: dict[str, Any] = {
        "kafka_bootstrap": "127.0.0.1:9",
        "mongo_url": mongo_url,
        "database": database,
        "issuers": [issuer],
        "max_body_bytes": 2_000,
        "max_file_bytes": 4_000,
    }
    return ServiceSettings(**told | changes)


@pytest.fixture
async def edge(database: Database, mongo_url: str, issuer: Issuer) -> AsyncIterator[Edge]:
    kernel = Kernel("review", settings(mongo_url, database.name, issuer.url))
    deps = Deps(kernel.aggregate(tally()))
    app = kernel.app(deps=deps, subscriptions={}, routers=(router,))
    async with serving(app) as url:
        await until(lambda: tasks_of(app).prepared)
        yield Edge(url, issuer, tasks_of(app))


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["code"], body["status"]) == (status, code, status), body
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["type"] == f"urn:trusted-trader:problem:{code}"
    assert body["correlation"] == answer.headers["x-correlation-id"]
    return body


async def test_a_command_answers_with_what_it_created_and_its_etag(edge: Edge) -> None:
    company = uuid4()
    async with edge.trader() as ann, edge.officer() as olga:
        answer = await ann.post(f"/tallies/{company}", json={"padding": "a"})
        seen = await olga.get(f"/tallies/{company}")
    assert (answer.status_code, answer.headers["etag"], answer.json()["sequence"]) == (201, '"1"', 1)
    assert (seen.json(), seen.headers["etag"]) == (1, '"1"')


async def test_a_repeated_key_answers_as_the_first_time_and_takes_effect_once(edge: Edge) -> None:
    company = uuid4()
    async with edge.trader() as ann:
        answers = [
            await ann.post(f"/tallies/{company}", json={"padding": "a"}, headers={"Idempotency-Key": "k"})
            for _ in range(2)
        ]
        other = await ann.post(f"/tallies/{company}", json={"padding": "b"}, headers={"Idempotency-Key": "k"})
    assert answers[0].json() == answers[1].json()
    assert answers[1].json()["sequence"] == 1
    assert problem(other, 422, "key_reused")["field"] == "Idempotency-Key"


async def test_a_stale_if_match_is_refused(edge: Edge) -> None:
    company = uuid4()
    async with edge.trader() as ann:
        await ann.post(f"/tallies/{company}", json={})
        problem(await ann.post(f"/tallies/{company}", json={}, headers={"If-Match": '"7"'}), 412, "stale")
        assert (await ann.post(f"/tallies/{company}", json={}, headers={"If-Match": '"1"'})).json()["sequence"] == 2


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b'{"padding": ', "body"),
        (b'{"unknown": 1}', "body.unknown"),
        (b'{"size": "many"}', "body.size"),
        (b"[]", "body"),
        (b'"marker-4711"', "body"),
        (b'{"padding": {"name": "marker-4711"}}', "body.padding"),
    ],
)
async def test_a_malformed_body_names_its_field_and_never_repeats_it(edge: Edge, content: bytes, where: str) -> None:
    company = uuid4()
    async with edge.trader() as ann, edge.officer() as olga:
        answer = await ann.post(f"/tallies/{company}", content=content, headers={"Content-Type": "application/json"})
        problem(await olga.get(f"/tallies/{company}"), 404, "not_found")
    body = problem(answer, 422, "malformed")
    assert body["field"].startswith(where)
    assert "marker" not in answer.text


async def test_an_oversized_body_is_refused(edge: Edge) -> None:
    company = uuid4()
    async with edge.trader() as ann, edge.officer() as olga:
        problem(await ann.post(f"/tallies/{company}", json={"padding": "x" * 3_000}), 413, "too_large")
        octets = {"Content-Type": "application/pdf"}
        problem(await ann.post(f"/tallies/{company}", content=b"x" * 3_000, headers=octets), 422, "malformed")
        problem(await ann.post(f"/tallies/{company}", content=b"x" * 5_000, headers=octets), 413, "too_large")
        problem(await olga.get(f"/tallies/{company}"), 404, "not_found")


async def test_the_sentence_comes_in_the_callers_language(edge: Edge) -> None:
    async with edge.trader("fr-CA, en;q=0.5") as ann:
        answer = await ann.post(f"/tallies/{uuid4()}", json={"padding": "refuse me"})
    assert problem(answer, 404, "not_found")["title"] == "Il n'y a rien ici que vous puissiez consulter."
    assert answer.headers["content-language"] == "fr"


async def test_addresses_and_methods_that_are_not_there(edge: Edge) -> None:
    async with edge.trader() as ann:
        problem(await ann.get("/nothing"), 404, "not_found")
        problem(await ann.delete(f"/tallies/{uuid4()}"), 405, "method_not_allowed")
        problem(await ann.post("/tallies/no-uuid", json={}), 422, "malformed")


async def test_a_wrong_role_is_refused(edge: Edge) -> None:
    async with edge.trader() as ann:
        problem(await ann.get(f"/tallies/{uuid4()}"), 403, "role_not_allowed")


async def test_our_own_fault_says_so_without_a_word_of_the_cause(edge: Edge) -> None:
    async with edge.trader() as ann:
        answer = await ann.get("/breaks")
    problem(answer, 500, "internal")
    assert "marker" not in answer.text


async def test_tokens_that_are_not_good(edge: Edge) -> None:
    stranger = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
    issuer = edge.issuer
    tokens = {
        "none": None,
        "no token at all": "abc",
        "another key": Issuer(issuer.url, stranger).token("ann"),
        "another issuer": Issuer("http://127.0.0.1:9", issuer.key).token("ann"),
        "expired": issuer.token("ann", at=now() - timedelta(hours=9)),
    }
    for name, token in tokens.items():
        async with client(edge.url, token) as nobody:
            answer = await nobody.post(f"/tallies/{uuid4()}", json={})
        assert problem(answer, 401, "unauthorised"), name
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_without_a_good_token_nothing_else_of_a_request_is_judged(edge: Edge) -> None:
    async with client(edge.url, None) as nobody:
        answer = await nobody.post(f"/tallies/{uuid4()}", content=b"{", headers={"If-Match": "malformed"})
    problem(answer, 401, "unauthorised")


async def test_two_issuers_cannot_name_the_same_person(edge: Edge) -> None:
    assert urn("https://a.example", "ann") != urn("https://b.example", "ann")
    assert urn("https://a.example/", "ann") == urn("https://a.example", "ann")
    assert edge.issuer.url not in urn(edge.issuer.url, "ann")


async def test_keys_of_an_issuer_that_is_away_are_a_503(database: Database, mongo_url: str) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
    kernel = Kernel("review", settings(mongo_url, database.name, nowhere))
    app = kernel.app(deps=Deps(kernel.aggregate(tally())), subscriptions={}, routers=(router,))
    async with serving(app) as url, client(url, Issuer(nowhere, key).token("ann")) as ann:
        answer = await ann.post(f"/tallies/{uuid4()}", json={})
    problem(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == "2"


async def test_no_command_is_taken_before_the_indexes_are_there(edge: Edge) -> None:
    """Else two companies could register one business number, and the index could never be made."""
    company = uuid4()
    edge.tasks.prepared = False
    async with edge.trader() as ann:
        problem(await ann.post(f"/tallies/{company}", json={}), 503, "unavailable")
        edge.tasks.prepared = True
        assert (await ann.post(f"/tallies/{company}", json={})).status_code == 201


async def test_a_database_that_is_away_is_a_503_and_http_serves_on(issuer: Issuer) -> None:
    kernel = Kernel("review", settings("mongodb://127.0.0.1:9/", "none", issuer.url))
    app = kernel.app(deps=Deps(kernel.aggregate(tally())), subscriptions={}, routers=(router,))
    async with serving(app) as url, client(url, issuer.token("ann")) as ann:
        problem(await ann.post(f"/tallies/{uuid4()}", json={}), 503, "unavailable")
        ready, alive = await ann.get("/readyz"), await ann.get("/livez")
    assert (ready.status_code, ready.json()) == (503, {"ready": False, "waiting_for": ["database"]})
    assert alive.status_code == 200


async def test_who_makes_no_progress_is_not_alive(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ping would be answered while every task is dead."""

    async def never(*_: Any) -> None:
        await asyncio.Event().wait()

    async with edge.trader() as ann:
        assert (await ann.get("/livez")).status_code == 200
        monkeypatch.setattr(tasks, "ALIVE_WITHIN", 2.0)
        for relay in edge.tasks.relays:
            monkeypatch.setattr(relay, "round", never)

        async def stuck() -> bool:
            answer = await ann.get("/livez")
            return answer.status_code == 503 and answer.json()["stuck"] == ["relay"]

        await until(stuck)


async def test_metrics_name_the_route_and_no_company(edge: Edge) -> None:
    company = uuid4()
    async with edge.trader() as ann:
        await ann.post(f"/tallies/{company}", json={})
        await ann.request("MARKER-4711", "/livez")
        text = (await ann.get("/metrics")).text
    assert 'tt_http_request_seconds_count{method="POST",route="/tallies/{company}",status="201"} 1.0' in text
    assert str(company) not in text
    assert "MARKER" not in text
