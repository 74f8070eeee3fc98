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
from shared.errors import Refused, Unavailable
from shared.handling import Aggregate, Cause, Receipt, Request
from shared.identity import Caller
from shared.store.acts import Act
from shared.telemetry import Metrics, spanning

__all__ = ["Bounds", "Call", "Edge", "Receipt", "allow", "desk_of", "guard_of"]

TRADER = "trader"
OPERATIONS = "/operations"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_bearer = HTTPBearer(auto_error=False, description="A token of one of the accepted issuers")
_KEY = "A word of your own: the same request under the same key is done once, however often it is sent"
_ETAG = (
    "The ETag of what you read: refused with `stale` if it has changed since, unless something else refuses it first"
)
_CAREFUL = ((b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store"))
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
        if not self.http.app.state.tasks.prepared:
            raise Unavailable("not_prepared")
        url, traceparent = self.http.url, self.http.headers.get("traceparent")
        with spanning(f"{aggregate.documents.name} {type(command).__name__}", traceparent) as trace:
            request = Request(
                cause=Cause(str(self.new_id("command")), self.http.state.correlation, trace),
                key=self.id,
                subject=self.caller.subject,
                digest=f"{self.http.method} {url.path}?{url.query} {self.http.state.body.hexdigest()}",
                keyed=self.keyed,
                if_match=self.if_match,
                created=None if created is None else str(created),
            )
            receipt = await aggregate.handle(one, command, request)
        self.tag(receipt.sequence)
        return receipt

    async def note(self, act: str, on: str, reason: str | None = None) -> None:
        """Keeps what the caller is about to do or read that no journal tells. Raises Unavailable."""
        await self.http.app.state.acts.note(Act(self.at, self.caller.subject, act, on, reason))

    def tag(self, sequence: int) -> None:
        """Answers with this ETag."""
        self.response.headers["ETag"] = f'"{sequence}"'


def allow(*roles: str) -> Any:
    """A dependency that admits these roles; `trader` is anybody with a valid token, judged by the company's data."""

    async def guard(
        request: HttpRequest,
        response: HttpResponse,
        bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
        key: Annotated[
            str | None,
            Header(
                alias="Idempotency-Key", min_length=1, max_length=200, description=_KEY, examples=["submit-2027-03-11"]
            ),
        ] = None,
        if_match: Annotated[
            str | None, Header(alias="If-Match", pattern=r'^(\*|"[0-9]{1,18}")$', description=_ETAG, examples=['"7"'])
        ] = None,
    ) -> Call:
        if bearer is None:
            raise Refused("unauthorised")
        caller: Caller = await request.app.state.identity.caller(bearer.credentials)
        role = next((role for role in roles if role in caller.roles), TRADER if TRADER in roles else None)
        if role is None:
            raise Refused("role_not_allowed")
        expected = None if if_match in {None, "*"} else int(str(if_match).strip('"'))
        return Call(
            now(), caller.acting_as(role), caller, key or str(uuid4()), key is not None, expected, request, response
        )

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
    """The most bytes that a JSON body may have, and a file or what operators send."""

    json: int
    file: int


class Edge:
    """Around every request: its correlation id, the digest and bound of its body, its duration, and careful headers."""

    def __init__(
        self, app: ASGIApp, metrics: Metrics, bounds: Bounds, internal: Callable[[HttpRequest], HttpResponse]
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._bounds = bounds
        self._internal = internal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        small = b"json" in dict(scope["headers"]).get(b"content-type", b"json") and not scope["path"].startswith(
            OPERATIONS
        )
        passage = _Passage(receive, send, self._bounds.json if small else self._bounds.file)
        scope.setdefault("state", {}).update(correlation=passage.correlation, body=passage.body)
        started = monotonic()
        with structlog.contextvars.bound_contextvars(correlation=passage.correlation):
            try:
                await self._app(scope, passage.receive, passage.send)
            except Exception:
                log.exception("request_failed")
                if passage.status:
                    raise
                await self._internal(HttpRequest(scope))(scope, passage.receive, passage.send)
            finally:
                route = getattr(scope.get("route"), "path", "none")
                method = scope["method"] if scope["method"] in METHODS else "other"
                self._metrics.requests.labels(method, route, str(passage.status)).observe(monotonic() - started)


class _Passage:
    """One request on its way in and out. `status` is 0 until the answer begins."""

    def __init__(self, receive: Receive, send: Send, most: int) -> None:
        self._receive = receive
        self._send = send
        self._room = most
        self.correlation = str(uuid4())
        self.body = sha256()
        self.status = 0

    async def receive(self) -> Message:
        """The next piece of the body. Raises HTTPException(413) when it is too large."""
        message = await self._receive()
        chunk = message.get("body", b"")
        self._room -= len(chunk)
        if self._room < 0:
            raise HTTPException(413)
        self.body.update(chunk)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            correlation = (b"x-correlation-id", self.correlation.encode())
            message["headers"] = [*message["headers"], correlation, *_CAREFUL]
        await self._send(message)
