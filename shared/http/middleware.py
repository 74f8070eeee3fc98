"""Around every request: correlation id, admission, bound and digest of the body, duration, and cautious headers."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from hashlib import sha256
from time import monotonic
from uuid import uuid4

import structlog
from fastapi import Request as HttpRequest
from fastapi import Response as HttpResponse
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import Refused, Unavailable
from shared.http.admission import Admission
from shared.http.etags import tagged
from shared.http.routes import Body
from shared.logs import ACCESS
from shared.telemetry import Metrics, serving_span

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
LEAST_BYTES_PER_SECOND: Mapping[Body, int] = {
    "none": 5_000,
    "json": 5_000,
    "form": 5_000,
    "multipart": 20_000,
    "file": 20_000,
}
LONGEST_PAUSE_SECONDS = 20.0
_CAUTIOUS = ((b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store"))
log = structlog.get_logger()
_access = logging.getLogger(ACCESS)
Answer = Callable[[HttpRequest, Exception], Awaitable[HttpResponse]]


class EdgeMiddleware:
    """Adds correlation id, admission, bounds of the body, measured duration and cautious headers to every request.

    `answer` makes the problem document of whatever was raised. A body may be waited for `patience_seconds`, and longer
    as far as it comes at `LEAST_BYTES_PER_SECOND`, without a pause of more than `LONGEST_PAUSE_SECONDS`.
    """

    def __init__(
        self, app: ASGIApp, metrics: Metrics, admission: Admission, answer: Answer, patience_seconds: float
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._admission = admission
        self._answer = answer
        self._patience = patience_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request, exchange = HttpRequest(scope), Exchange(scope, receive, send, self._patience)
        with ExitStack() as around:
            around.enter_context(structlog.contextvars.bound_contextvars(correlation=exchange.correlation))
            span = around.enter_context(serving_span(known_method(request), request.headers.get("traceparent")))
            try:
                await self._serve(request, exchange, around)
            except (Refused, Unavailable, HTTPException) as refused:
                await (await self._answer(request, refused))(scope, exchange.receive, exchange.send)
            except ClientDisconnect:
                log.info("request_given_up")
            except Exception as defect:
                log.exception("request_failed")
                if exchange.status:
                    raise
                await (await self._answer(request, defect))(scope, exchange.receive, exchange.send)
            finally:
                span.answered(self._observed(request, exchange), exchange.status)

    async def _serve(self, request: HttpRequest, exchange: "Exchange", around: ExitStack) -> None:
        """Admits a request and serves it. HEAD is served as GET where no endpoint takes it."""
        admitted = await self._admission.admit(request)
        around.enter_context(self._admission.at_work(admitted.caller))
        request.state.caller = None if admitted.is_over else admitted.caller
        request.state.parked = admitted.caller if admitted.is_over else None
        exchange.admits(admitted.most_bytes, LEAST_BYTES_PER_SECOND[admitted.route.body])
        method = request.method if request.method in admitted.route.own_methods else "GET"
        scope = {**request.scope, "method": method}
        await self._app(scope, exchange.receive, exchange.send)

    def _observed(self, request: HttpRequest, exchange: "Exchange") -> str:
        """Measures a request and notes it in the access log; its route, never its path, which repeats what was sent."""
        route = str(getattr(request.scope.get("route"), "path", "none"))
        method = known_method(request)
        seconds = monotonic() - exchange.began
        self._metrics.requests.labels(method, route, str(exchange.status)).observe(seconds)
        if _access.isEnabledFor(logging.INFO):
            log.info("request", method=method, route=route, status=exchange.status, seconds=round(seconds, 4))
        return route


def known_method(request: HttpRequest) -> str:
    """A word that a caller made up is never repeated; OpenTelemetry's conventions have this one for it."""
    return request.method if request.method in METHODS else "_OTHER"


class Exchange:
    """A request and its answer on their way. `status` is 0 until the answer begins; `digest` is that of the body.

    `bytes_left` is what may still come of the body.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send, patience: float) -> None:
        self._receive = receive
        self._send = send
        self._patience = patience
        self._whole = False
        self._reads = scope["method"] in {"GET", "HEAD"}
        self._if_none_match = Headers(scope=scope).get("if-none-match")
        self._held: Message | None = None
        self._least_per_second = LEAST_BYTES_PER_SECOND["none"]
        self.bytes_left = 0
        self.began = monotonic()
        self.correlation = str(uuid4())
        self.digest = sha256()
        self.status = 0
        self._state = scope.setdefault("state", {})
        self._state.update(correlation=self.correlation, digest=self.digest)

    def admits(self, most_bytes: int, least_per_second: int) -> None:
        """How large the body may be, and how fast it must come."""
        self.bytes_left, self._least_per_second = most_bytes, least_per_second

    async def receive(self) -> Message:
        """The next chunk of the body. Raises HTTPException: 413 when it is too large, 408 when it is too slow."""
        if self._whole:
            return await self._receive()
        asked = monotonic()
        try:
            async with asyncio.timeout(min(self._patience, LONGEST_PAUSE_SECONDS)):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(408) from None
        chunk = message.get("body", b"")
        self._patience += len(chunk) / self._least_per_second - (monotonic() - asked)
        self._whole = not message.get("more_body", False)
        self.bytes_left -= len(chunk)
        if self.bytes_left < 0:
            raise HTTPException(413)
        self.digest.update(chunk)
        return message

    async def send(self, message: Message) -> None:
        """Sends the answer on; the head of an answer to GET waits for its body, of which its tag is made."""
        if message["type"] == "http.response.start" and self._reads:
            self._held = message
        elif message["type"] == "http.response.start":
            await self._start(message)
        elif self._held is not None:
            start, self._held = self._held, None
            body = message.get("body", b"")
            if not message.get("more_body", False):
                start, body = tagged(start, body, self._if_none_match)
            await self._start(start)
            await self._send({**message, "body": body})
        else:
            await self._send(message)

    async def _start(self, start: Message) -> None:
        self._state["bytes_left"] = self.bytes_left
        self.status = start["status"]
        named = {name for name, _ in start["headers"]}
        cautious = [header for header in _CAUTIOUS if header[0] not in named]
        headers = [*start["headers"], (b"x-correlation-id", self.correlation.encode()), *cautious]
        await self._send({**start, "headers": headers})
