"""The edge of HTTP: who calls, in which role, under which command id; limits and measures for every request."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from time import monotonic
from typing import Annotated, Any, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import structlog
from fastapi import Depends, Header, Security
from fastapi import Request as HttpRequest
from fastapi import Response as HttpResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.clock import now
from shared.decider import Actor, C, F, S
from shared.errors import Refused
from shared.handling import Aggregate, Cause, Receipt, Request
from shared.identity import Caller
from shared.telemetry import Metrics, spanning

__all__ = ["Bounds", "Call", "Edge", "Receipt", "allow", "desk_of", "guard_of"]

TRADER = "trader"
_bearer = HTTPBearer(auto_error=False, description="A token of one of the accepted issuers")
log = structlog.get_logger()
Desk = TypeVar("Desk")


@dataclass(frozen=True)
class Call:
    """One authorised request: when, by whom, and under which command id."""

    at: datetime
    actor: Actor
    caller: Caller
    id: str
    keyed: bool
    if_match: int | None
    http: HttpRequest
    response: HttpResponse

    def new_id(self, word: str) -> UUID:
        """The id of what this command creates: the same when the request is repeated under its key."""
        return uuid5(NAMESPACE_URL, f"{self.caller.subject}/{self.id}/{word}")

    async def handle(self, aggregate: Aggregate[C, S, F], one: str, command: C, created: UUID | None = None) -> Receipt:
        """Has the command decided, once. Raises Refused or Unavailable."""
        traceparent = self.http.headers.get("traceparent")
        with spanning(f"{aggregate.documents.name} {type(command).__name__}", traceparent) as trace:
            request = Request(
                cause=Cause(self.id, self.http.state.correlation, trace),
                subject=self.caller.subject,
                digest=f"{self.http.method} {self.http.url.path}?{self.http.url.query} {self.http.state.body.hexdigest()}",
                keyed=self.keyed,
                if_match=self.if_match,
                created=None if created is None else str(created),
            )
            receipt = await aggregate.handle(one, command, request)
        self.tag(receipt.sequence)
        return receipt

    def tag(self, sequence: int) -> None:
        """Answers with this ETag."""
        self.response.headers["ETag"] = f'"{sequence}"'


def allow(*roles: str) -> Any:
    """A dependency that admits these roles; `trader` is anybody with a valid token, whom the company's own data then judges."""

    async def guard(
        request: HttpRequest,
        response: HttpResponse,
        bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
        key: Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200)] = None,
        if_match: Annotated[str | None, Header(alias="If-Match", pattern=r'^(\*|"[0-9]{1,18}")$')] = None,
    ) -> Call:
        if bearer is None:
            raise Refused("unauthorised")
        caller: Caller = await request.app.state.identity.caller(bearer.credentials)
        role = next((role for role in roles if role in caller.roles), TRADER if TRADER in roles else None)
        if role is None:
            raise Refused("role_not_allowed")
        expected = None if if_match in {None, "*"} else int(str(if_match).strip('"'))
        return Call(now(), caller.acting_as(role), caller, key or str(uuid4()), key is not None, expected, request, response)

    guard.roles = roles  # type: ignore[attr-defined]
    return Depends(guard)


def guard_of(dependency: Callable[..., Any]) -> tuple[str, ...]:
    """The roles that a dependency admits; none if it guards nothing."""
    return getattr(dependency, "roles", ())


def desk_of(name: str = "desk") -> Any:
    """A dependency that hands the service's desk to its endpoints."""

    async def desk(request: HttpRequest) -> Any:
        return getattr(request.app.state, name)

    return Depends(desk)


@dataclass(frozen=True)
class Bounds:
    """The most bytes that a JSON body and a file may have."""

    json: int
    file: int


class Edge:
    """Around every request: its correlation id, the digest and bound of its body, its duration, and careful headers."""

    def __init__(self, app: ASGIApp, metrics: Metrics, bounds: Bounds, internal: Callable[[HttpRequest], HttpResponse]) -> None:
        self._app = app
        self._metrics = metrics
        self._bounds = bounds
        self._internal = internal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        correlation = str(uuid4())
        body = sha256()
        most = self._bounds.json if b"json" in headers.get(b"content-type", b"json") else self._bounds.file
        size, started = 0, monotonic()
        status: int | None = None
        scope.setdefault("state", {}).update(correlation=correlation, body=body)

        async def bounded() -> Message:
            nonlocal size
            message = await receive()
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > most:
                raise HTTPException(413)
            body.update(chunk)
            return message

        async def careful(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                added = [
                    (b"x-correlation-id", correlation.encode()),
                    (b"x-content-type-options", b"nosniff"),
                    (b"cache-control", b"no-store"),
                ]
                message["headers"] = [*message["headers"], *added]
            await send(message)

        with structlog.contextvars.bound_contextvars(correlation=correlation):
            try:
                await self._app(scope, bounded, careful)
            except Exception:
                log.exception("request_failed")
                if status is not None:
                    raise
                await self._internal(HttpRequest(scope))(scope, receive, careful)
            finally:
                route = getattr(scope.get("route"), "path", "none")
                self._metrics.requests.labels(scope["method"], route, str(status)).observe(monotonic() - started)
