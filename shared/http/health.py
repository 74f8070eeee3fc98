"""Liveness, readiness and metrics, without authentication; they name no company."""

from typing import Protocol

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import generate_latest

from shared.errors import VersionNewer
from shared.store.client import Database, ping
from shared.telemetry import Metrics


class Health(Protocol):
    """What runs beside HTTP, as far as its health is asked for."""

    @property
    def prepared(self) -> bool: ...
    def stuck(self) -> list[str]: ...
    def offset_gap(self) -> str | None: ...
    def listens(self) -> bool: ...
    def meets_newer(self) -> bool: ...
    def meets_unreadable(self) -> bool: ...


def health_router(health: Health, database: Database, metrics: Metrics) -> APIRouter:
    """The endpoints for orchestrators and Prometheus."""
    router = APIRouter(include_in_schema=False)

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
        waiting_for = [] if health.prepared and await ping(database) else ["database"]
        waiting_for += [] if health.listens() else ["broker"]
        waiting_for += [VersionNewer.CODE] if health.meets_newer() else []
        waiting_for += ["batch_unreadable"] if health.meets_unreadable() else []
        return JSONResponse({"ready": not waiting_for, "waiting_for": waiting_for}, 503 if waiting_for else 200)

    @router.get("/metrics")
    async def measured() -> PlainTextResponse:
        return PlainTextResponse(generate_latest(metrics.registry), media_type="text/plain; version=0.0.4")

    return router
