"""A service answers the same with the gateway's prefix before its paths as without it."""

from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest
from fastapi import Request as HttpRequest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Receive, Scope, Send

from shared.http.prefix import PrefixMiddleware, path_within, prefix_of
from tests.shared.http.toy_service import ToyService, problem, toy_app
from tests.support.built import NOWHERE

PREFIX = prefix_of("review")
SEGMENTS = st.lists(st.sampled_from(["api", "review", "cases", "en", "fr", "risk", ""]), max_size=5)


@pytest.fixture
async def anybody() -> AsyncIterator[httpx.AsyncClient]:
    """Somebody without a token, at a service that has no server behind it."""
    transport = httpx.ASGITransport(toy_app("mongodb://127.0.0.1:9", "nowhere", NOWHERE))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8002") as client:
        yield client


async def known_as(path: str) -> str:
    """The path as the service knows it that a request comes with."""
    seen: list[str] = []

    async def note(scope: Scope, _: Receive, __: Send) -> None:
        seen.append(path_within(HttpRequest(scope)))

    async def nothing() -> dict[str, object]:
        raise AssertionError

    async def nowhere(_: object) -> None:
        raise AssertionError

    scope = {"type": "http", "path": path, "headers": [], "query_string": b"", "server": ("127.0.0.1", 80)}
    await PrefixMiddleware(note, PREFIX)(scope, nothing, nowhere)
    return seen[0]


@given(SEGMENTS)
async def test_whatever_is_under_the_prefix_is_known_by_the_rest_but_pages(segments: list[str]) -> None:
    path = "".join(f"/{segment}" for segment in segments)
    is_page = segments[:1] in (["en"], ["fr"])
    assert await known_as(f"{PREFIX}{path}") == (path if path and not is_page else f"{PREFIX}{path}")


@pytest.mark.parametrize("path", ["/cases", f"{PREFIX}s/cases", "/api/risk/cases", f"/en{PREFIX}/cases", PREFIX])
async def test_what_is_not_under_it_stays(path: str) -> None:
    assert await known_as(path) == path


async def test_a_command_is_the_same_either_way(service: ToyService) -> None:
    company, key = uuid4(), {"Idempotency-Key": "k"}
    async with service.trader() as ann:
        first = await ann.post(f"{PREFIX}/tallies/{company}", json={"padding": "a"}, headers=key)
        again = await ann.post(f"/tallies/{company}", json={"padding": "a"}, headers=key)
        other = await ann.post(f"{PREFIX}/tallies/{company}", json={"padding": "b"}, headers=key)
    assert (first.status_code, first.json()) == (201, again.json())
    assert again.headers["idempotent-replayed"] == "true"
    problem(other, 422, "key_reused")


async def test_the_document_names_the_prefix_to_whom_came_by_it(anybody: httpx.AsyncClient) -> None:
    direct, prefixed = (await anybody.get("/openapi.json")).json(), (await anybody.get(f"{PREFIX}/openapi.json")).json()
    assert prefixed.pop("servers") == [{"url": PREFIX}]
    assert prefixed == direct


async def test_a_refusal_is_the_same_either_way(anybody: httpx.AsyncClient) -> None:
    for prefix in ("", PREFIX):
        problem(await anybody.get(f"{prefix}/tallies/{uuid4()}"), 401, "unauthorised")
        problem(await anybody.get(f"{prefix}/nothing"), 404, "not_found")
        problem(await anybody.delete(f"{prefix}/livez"), 405, "method_not_allowed")
