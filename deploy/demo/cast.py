"""Who plays: people with tokens of their own, each a client of the services. Nothing here knows the story."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any, TypeVar

import httpx

from deploy.errors import Failed
from deploy.local.deployment import Deployment
from deploy.local.issuer import Person
from deploy.operations.access import refusal, token_of

POLL_SECONDS = 0.05
PATIENCE_SECONDS = 30.0
T = TypeVar("T")
Json = Any


class Player:
    """One person at the services of a deployment. A refusal raises Failed, unless it is asked for."""

    def __init__(self, http: httpx.AsyncClient, deployment: Deployment, person: Person) -> None:
        self._http = http
        self._services = deployment.services
        self._headers = {"Authorization": f"Bearer {token_of(person, deployment)}"}
        self.name = person.name

    async def get(self, service: str, path: str) -> Json:
        return (await self._asked(service, "GET", path)).json()

    async def post(self, service: str, path: str, body: Json = None) -> Json:
        return (await self._asked(service, "POST", path, json=body)).json()

    async def put(self, service: str, path: str, body: Json = None) -> Json:
        return (await self._asked(service, "PUT", path, json=body)).json()

    async def delete(self, service: str, path: str) -> Json:
        return (await self._asked(service, "DELETE", path)).json()

    async def upload(self, service: str, path: str, content: bytes, media_type: str) -> Json:
        return (await self._asked(service, "POST", path, content=content, headers={"Content-Type": media_type})).json()

    async def refused(self, service: str, path: str, body: Json, language: str) -> Json:
        """The problem with which a POST is refused, in this language. Raises Failed if it is not."""
        answer = await self._answer(service, "POST", path, json=body, headers={"Accept-Language": language})
        if not answer.is_error:
            raise Failed(f"{service} should have refused POST {path}")
        return answer.json()

    async def _asked(self, service: str, method: str, path: str, **content: Any) -> httpx.Response:
        answer = await self._answer(service, method, path, **content)
        if answer.is_error:
            raise Failed(f"{self.name}: {method} {path}: {refusal(service, answer)}")
        return answer

    async def _answer(self, service: str, method: str, path: str, **content: Any) -> httpx.Response:
        headers = {**self._headers, **content.pop("headers", {})}
        return await self._http.request(method, f"{self._services[service]}{path}", headers=headers, **content)


class Cast:
    """Everybody whom the issuer of a deployment believes."""

    def __init__(self, http: httpx.AsyncClient, deployment: Deployment) -> None:
        self._http = http
        self.deployment = deployment

    def trader(self, name: str) -> Player:
        return self._player(name)

    def officer(self, name: str, role: str) -> Player:
        return self._player(name, roles=(role,))

    def partner(self, administration: str) -> Player:
        return self._player(f"Customs of {administration}", roles=("partner",), administration=administration)

    def _player(self, name: str, *, roles: tuple[str, ...] = (), administration: str | None = None) -> Player:
        subject = name.lower().replace(" ", ".")
        return Player(self._http, self.deployment, Person(subject=subject, name=name, roles=roles, administration=administration))


@asynccontextmanager
async def cast_of(deployment: Deployment) -> AsyncIterator[Cast]:
    async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
        yield Cast(http, deployment)


async def until(look: Callable[[], Awaitable[T | None]], what: str) -> T:
    """What `look` sees as soon as it sees something. Raises Failed when that takes too long."""
    deadline = monotonic() + PATIENCE_SECONDS
    while (seen := await look()) is None:
        if monotonic() > deadline:
            raise Failed(f"{what} did not happen within {PATIENCE_SECONDS:.0f} s")
        await asyncio.sleep(POLL_SECONDS)
    return seen
