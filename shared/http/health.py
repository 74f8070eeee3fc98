"""Liveness, readiness and metrics, without authentication; they name no company."""

import asyncio
from time import monotonic
from typing import Protocol

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import generate_latest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import Route

from shared.errors import VersionNewer
from shared.http.hosts import HostMiddleware, Hosts
from shared.store.client import Database, takes_writes
from shared.telemetry import Metrics

ASKED_AGAIN_SECONDS = 1.0


class Health(Protocol):
    """What runs beside HTTP, as far as its health is asked for."""

    @property
    def prepared(self) -> bool: ...
    def stuck(self) -> list[str]: ...
    def offset_gap(self) -> str | None: ...
    def listens(self) -> bool: ...
    def meets_newer(self) -> bool: ...
    def meets_unreadable(self) -> bool: ...


class WriteProbe:
    """Asks a database for a write at most once a second, however often somebody asks whether it takes any."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asked_at = 0.0
        self._answer: asyncio.Future[bool] | None = None

    async def __call__(self) -> bool:
        if self._answer is None or (self._answer.done() and monotonic() - self._asked_at > ASKED_AGAIN_SECONDS):
            self._asked_at = monotonic()
            self._answer = asyncio.ensure_future(takes_writes(self._database))
        return await asyncio.shield(self._answer)


class Readiness:
    """Whether a service consumes and writes all that comes, or what it waits for."""

    def __init__(self, health: Health, database: Database) -> None:
        self.health = health
        self._takes_writes = WriteProbe(database)

    async def waiting_for(self) -> list[str]:
        health = self.health
        waiting_for = [] if health.prepared and await self._takes_writes() else ["database"]
        waiting_for += [] if health.listens() else ["broker"]
        waiting_for += [VersionNewer.CODE] if health.meets_newer() else []
        return waiting_for + (["batch_unreadable"] if health.meets_unreadable() else [])


def health_router(readiness: Readiness) -> APIRouter:
    """The endpoints for orchestrators."""
    router, health = APIRouter(include_in_schema=False), readiness.health

    @router.get("/livez")
    async def livez() -> JSONResponse:
        """Whether bus and relays make progress."""
        stuck, gap = health.stuck(), health.offset_gap()
        return JSONResponse(
            {"alive": not stuck and not gap, "stuck": stuck, "offset_gap": gap}, 503 if stuck or gap else 200
        )

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        """Whether the service consumes and writes all that comes, or what it waits for."""
        waiting_for = await readiness.waiting_for()
        return JSONResponse({"ready": not waiting_for, "waiting_for": waiting_for}, 503 if waiting_for else 200)

    return router


def metrics_app(metrics: Metrics, hosts: Hosts) -> Starlette:
    """What Prometheus reads, on an address that no partner reaches."""

    async def measured(_: Request) -> PlainTextResponse:
        return exposed(metrics)

    return Starlette(routes=[Route("/metrics", measured)], middleware=[Middleware(HostMiddleware, hosts=hosts)])


def exposed(metrics: Metrics) -> PlainTextResponse:
    """The metrics of a service, in the text format of Prometheus."""
    return PlainTextResponse(generate_latest(metrics.registry), media_type="text/plain; version=0.0.4")
