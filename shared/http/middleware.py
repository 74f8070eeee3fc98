"""Around every request: correlation id, bound and digest of the body, duration, and careful headers."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from time import monotonic
from uuid import uuid4

import structlog
from fastapi import Request as HttpRequest
from fastapi import Response as HttpResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.telemetry import Metrics

OPERATIONS = "/operations"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_CAREFUL = ((b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store"))
log = structlog.get_logger()


@dataclass(frozen=True)
class Bounds:
    """The most bytes that a JSON body may have, and a file or what operators send."""

    json: int
    file: int


class EdgeMiddleware:
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
        passage = _Exchange(receive, send, self._bounds.json if small else self._bounds.file)
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


class _Exchange:
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
