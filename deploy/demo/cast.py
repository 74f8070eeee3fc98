"""The people of the demo, each with a token of their own and a client of the services. Nothing here knows the story."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any, TypeVar

import httpx

from deploy.errors import Failed
from deploy.local.deployment import Deployment
from deploy.local.people import Person
from deploy.operations.access import refusal, token_of

POLL_SECONDS = 0.05
PATIENCE_SECONDS = 30.0
MOST_AT_ONCE = 4
OFFICERS = {
    "review_officer": "Ada Reviewer",
    "risk_officer": "Rolf Riskman",
    "site_officer": "Sita Visitor",
    "decision_officer": "Dana Decider",
}
T = TypeVar("T")
Json = Any


class Player:
    """One person at the services of a deployment. A refusal raises Failed, except in `refused`."""

    def __init__(self, http: httpx.AsyncClient, deployment: Deployment, person: Person) -> None:
        self._http = http
        self._services = deployment.services
        self._headers = {"Authorization": f"Bearer {token_of(person, deployment)}"}
        self.name = person.name

    async def get(self, service: str, path: str) -> Json:
        return (await self._request(service, "GET", path)).json()

    async def find(self, service: str, path: str) -> Json | None:
        """What lies there, or None where there is nothing yet."""
        answer = await self._send(service, "GET", path)
        return None if answer.status_code == httpx.codes.NOT_FOUND else self._accepted(service, answer).json()

    async def download(self, service: str, path: str) -> bytes:
        return (await self._request(service, "GET", path)).content

    async def post(self, service: str, path: str, body: Json = None) -> Json:
        return (await self._request(service, "POST", path, json=body)).json()

    async def put(self, service: str, path: str, body: Json = None) -> Json:
        return (await self._request(service, "PUT", path, json=body)).json()

    async def delete(self, service: str, path: str) -> Json:
        return (await self._request(service, "DELETE", path)).json()

    async def upload(self, service: str, path: str, content: bytes, media_type: str) -> Json:
        return (
            await self._request(service, "POST", path, content=content, headers={"Content-Type": media_type})
        ).json()

    async def refused(self, service: str, path: str, body: Json, language: str) -> Json:
        """The problem with which a POST is refused, in this language. Raises Failed if it is accepted."""
        answer = await self._send(service, "POST", path, json=body, headers={"Accept-Language": language})
        if not answer.is_error:
            raise Failed(f"{service} should have refused POST {path}")
        return answer.json()

    async def _request(self, service: str, method: str, path: str, **content: Any) -> httpx.Response:
        return self._accepted(service, await self._send(service, method, path, **content))

    def _accepted(self, service: str, answer: httpx.Response) -> httpx.Response:
        if answer.is_error:
            raise Failed(f"{self.name}: {answer.request.method} {answer.request.url.path}: {refusal(service, answer)}")
        return answer

    async def _send(self, service: str, method: str, path: str, **content: Any) -> httpx.Response:
        headers = {**self._headers, **content.pop("headers", {})}
        return await self._http.request(method, f"{self._services[service]}{path}", headers=headers, **content)


class Cast:
    """Everybody who has a token of the deployment's issuer; one player for each name."""

    def __init__(self, http: httpx.AsyncClient, deployment: Deployment) -> None:
        self._http = http
        self._players: dict[str, Player] = {}
        self.deployment = deployment

    def trader(self, name: str) -> Player:
        return self._player(name)

    def officer(self, role: str) -> Player:
        return self._player(OFFICERS[role], roles=(role,))

    def partner(self, administration: str) -> Player:
        return self._player(f"Customs of {administration}", roles=("partner",), administration=administration)

    def _player(self, name: str, *, roles: tuple[str, ...] = (), administration: str | None = None) -> Player:
        if name not in self._players:
            person = Person(
                subject=name.lower().replace(" ", "."), name=name, roles=roles, administration=administration
            )
            self._players[name] = Player(self._http, self.deployment, person)
        return self._players[name]


@asynccontextmanager
async def cast_of(deployment: Deployment) -> AsyncIterator[Cast]:
    async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
        yield Cast(http, deployment)


async def until(look: Callable[[], Awaitable[T | None]], what: str) -> T:
    """Calls `look` until it returns something. Raises Failed when that takes too long."""
    deadline = monotonic() + PATIENCE_SECONDS
    while (seen := await look()) is None:
        if monotonic() > deadline:
            raise Failed(f"{what} did not happen within {PATIENCE_SECONDS:.0f} s")
        await asyncio.sleep(POLL_SECONDS)
    return seen


async def all_at_once(work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """The results, in order. The first failure cancels the others, and is raised."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(part) for part in work]
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None
    return [task.result() for task in tasks]


async def few_at_once(work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Like `all_at_once`, but only a few side by side, because they all change one document."""
    room = asyncio.Semaphore(MOST_AT_ONCE)

    async def limited(part: Coroutine[Any, Any, T]) -> T:
        try:
            async with room:
                return await part
        finally:
            part.close()  # one that waited for its turn when the others were cancelled has not begun

    return await all_at_once(map(limited, work))
