"""Around every request: correlation id, bound and digest of the body, duration, and cautious headers."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from time import monotonic
from uuid import uuid4

import structlog
from fastapi import Request as HttpRequest
from fastapi import Response as HttpResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.telemetry import Metrics

OPERATIONS = "/operations"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_CAUTIOUS = ((b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store"))
log = structlog.get_logger()


@dataclass(frozen=True)
class Bounds:
    """The most bytes that a body may have: JSON, or a file. What operators send is bounded as a file."""

    json: int
    file: int

    def of(self, content_type: bytes, path: str) -> int:
        """The bound of a body of this content type, sent to this path."""
        return self.json if b"json" in content_type.lower() and not path.startswith(OPERATIONS) else self.file


class EdgeMiddleware:
    """Adds correlation id, bound and digest of the body, measured duration and cautious headers to every request."""

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
        content_type = dict(scope["headers"]).get(b"content-type", b"application/json")
        exchange = _Exchange(receive, send, self._bounds.of(content_type, scope["path"]))
        scope.setdefault("state", {}).update(correlation=exchange.correlation, digest=exchange.digest)
        started = monotonic()
        with structlog.contextvars.bound_contextvars(correlation=exchange.correlation):
            try:
                await self._app(scope, exchange.receive, exchange.send)
            except ClientDisconnect:
                log.info("request_given_up")
            except Exception:
                log.exception("request_failed")
                if exchange.status:
                    raise
                await self._internal(HttpRequest(scope))(scope, exchange.receive, exchange.send)
            finally:
                route = getattr(scope.get("route"), "path", "none")
                method = scope["method"] if scope["method"] in METHODS else "other"
                self._metrics.requests.labels(method, route, str(exchange.status)).observe(monotonic() - started)


class _Exchange:
    """A request and its answer on their way. `status` is 0 until the answer begins; `digest` is that of the body."""

    def __init__(self, receive: Receive, send: Send, most_bytes: int) -> None:
        self._receive = receive
        self._send = send
        self._bytes_left = most_bytes
        self.correlation = str(uuid4())
        self.digest = sha256()
        self.status = 0

    async def receive(self) -> Message:
        """The next chunk of the body. Raises HTTPException(413) when it is too large."""
        message = await self._receive()
        chunk = message.get("body", b"")
        self._bytes_left -= len(chunk)
        if self._bytes_left < 0:
            raise HTTPException(413)
        self.digest.update(chunk)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            correlation = (b"x-correlation-id", self.correlation.encode())
            message["headers"] = [*message["headers"], correlation, *_CAUTIOUS]
        await self._send(message)
