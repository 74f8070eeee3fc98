"""One service, assembled: its aggregates on the store, its tasks beside HTTP; and the process that runs it."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog
import uvicorn
from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.telemetry import TelemetryConfig
from prometheus_client import generate_latest

from shared import logs, operations, settings
from shared.bus.asyncapi import document
from shared.bus.consumer import Bus
from shared.bus.inbox import BatchConsumer
from shared.bus.messages import topics_of
from shared.bus.parking import Parking
from shared.bus.publishers import Fenced, InOrder
from shared.bus.relay import OutboxSource, Publisher, Relay
from shared.bus.subscriptions import Subscriptions
from shared.clock import now
from shared.contracts.topics import topics
from shared.decider import C, Decider, F, S
from shared.errors import VersionNewer
from shared.handling import Aggregate
from shared.http import problems
from shared.http.identity import Identity
from shared.http.middleware import Bounds, EdgeMiddleware
from shared.http.openapi import described
from shared.relays import Relays
from shared.settings import ServiceSettings
from shared.store.audit import AuditLog
from shared.store.client import connect, ping
from shared.store.documents import Documents
from shared.store.files import Files
from shared.store.journal import Journal
from shared.store.parked import Parked
from shared.tasks import Task, Tasks
from shared.telemetry import Metrics, export_spans
from shared.timers import wake_when_due

REGULARLY_SECONDS = 60.0
WITHOUT_PATHS: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
}  # the framework's own would repeat what callers type
log = structlog.get_logger()


class Kernel:
    """What a service is built on: `main` makes its aggregates, then its app, then runs it."""

    def __init__(self, name: str, settings: ServiceSettings) -> None:
        self.name = name
        self.settings = settings
        self.metrics = Metrics()
        self._database = connect(settings.mongo_url, settings.database)
        self.journal = Journal(self._database)
        self.files = Files(self._database)
        self._acts = AuditLog(self._database)
        self._aggregates: dict[str, Aggregate[Any, Any, Any]] = {}
        self._indexes: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        self._relays = Relays()

    def aggregate(
        self,
        decider: Decider[C, S, F],
        *,
        unique: Iterable[tuple[str, str]] = (),
        indexes: Iterable[str] = (),
        names: Iterable[str] = (),
    ) -> Aggregate[C, S, F]:
        """An aggregate at work. `unique`: paths, each with the code of its refusal; `indexes`, `names`: query paths."""
        documents = Documents(self._database, decider.collection)
        aggregate = Aggregate(decider, documents, self._relays, unique=dict(unique))
        self._aggregates[decider.collection] = aggregate
        self._indexes[decider.collection] = (tuple(indexes), tuple(names))
        return aggregate

    def app(
        self, *, deps: object, subscriptions: Subscriptions, routers: Sequence[APIRouter], regularly: Task | None = None
    ) -> FastAPI:
        """The service: its endpoints, and beside them relay, bus and timers. `regularly` runs every minute."""
        parked = Parked(self._database)
        inbox = BatchConsumer(self._aggregates, subscriptions, parked, self.metrics)
        parking = Parking(parked, inbox, subscriptions, self._aggregates)
        relays = [self._relay(publisher) for publisher in self._publishers()]
        tasks = Tasks(
            prepare=self._prepare,
            relays=relays,
            bus=Bus(self.settings.kafka, self.name, topics_of(subscriptions), inbox, self.metrics)
            if subscriptions
            else None,
            others=self._timers(parking, regularly),
        )
        app = FastAPI(
            title=f"Trusted Trader: {self.name}",
            version="1",
            lifespan=_living,
            responses={422: {}},  # said by the document itself, instead of by the framework
            generate_unique_id_function=lambda route: route.name,
            redoc_url=None,
            telemetry=WITHOUT_PATHS,
        )
        app.state.tasks = tasks
        app.state.deps = deps
        app.state.operations = operations.Operations(parking, self.journal, self._acts, subscriptions, self._aggregates)
        app.state.acts = self._acts
        app.state.identity = Identity(tuple(map(str, self.settings.issuers)), self.settings.audience)
        told = problems.load(f"services.{self.name}")
        answers = problems.Answers(told)
        answers.register(app)
        for router in (*routers, operations.router, self._health(tasks)):
            app.include_router(router)
        bounds = Bounds(self.settings.max_body_bytes, self.settings.max_file_bytes)
        app.add_middleware(EdgeMiddleware, metrics=self.metrics, bounds=bounds, internal=answers.internal)
        app.openapi = described(app, told)  # type: ignore[method-assign]  # as the framework's documentation does
        return app

    async def wake(self, collection: str, query: Mapping[str, Any]) -> int:
        """Makes every aggregate that matches due now; how many."""
        return await self._aggregates[collection].documents.wake(query, now())

    def _timers(self, parking: Parking, regularly: Task | None) -> dict[str, Task]:
        return {
            "timers": lambda: wake_when_due(self._aggregates.values()),
            "measures": lambda: parking.measure(self.metrics),
            "purge": lambda: _again_and_again(parking.forget),
            **({"regularly": lambda: _again_and_again(regularly)} if regularly else {}),
        }

    def _publishers(self) -> Iterable[Publisher]:
        yield InOrder(self.settings.kafka)
        if any(topic.publisher == self.name and topic.compacted for topic in topics()):
            yield Fenced(
                self.settings.kafka, self.name, self.journal, lambda entry: (now() - entry["at"]).total_seconds()
            )

    def _relay(self, publisher: Publisher) -> Relay:
        outboxes = {name: OutboxSource(one.documents, one.decider.source) for name, one in self._aggregates.items()}
        relay = Relay(outboxes, self.journal, publisher, self.metrics)
        self._relays.subscribe(relay)
        return relay

    async def _prepare(self) -> None:
        for name, aggregate in self._aggregates.items():
            await aggregate.documents.prepare(aggregate.unique, *self._indexes[name])
        await self.journal.prepare()
        await self._acts.prepare()

    def _health(self, tasks: Tasks) -> APIRouter:
        router = APIRouter(include_in_schema=False)

        @router.get("/livez")
        async def livez() -> JSONResponse:
            """Whether bus and relays make progress."""
            stuck, gap = tasks.stuck(), tasks.offset_gap()
            return JSONResponse(
                {"alive": not stuck and not gap, "stuck": stuck, "offset_gap": gap}, 503 if stuck or gap else 200
            )

        @router.get("/readyz")
        async def readyz() -> JSONResponse:
            """Whether the service hears and writes all that comes, or what it waits for."""
            waiting = [] if tasks.prepared and await ping(self._database) else ["database"]
            waiting += [] if tasks.listens() else ["broker"]
            waiting += [VersionNewer.CODE] if tasks.meets_newer() else []
            return JSONResponse({"ready": not waiting, "waiting_for": waiting}, 503 if waiting else 200)

        @router.get("/metrics")
        async def metrics() -> PlainTextResponse:
            return PlainTextResponse(generate_latest(self.metrics.registry), media_type="text/plain; version=0.0.4")

        @router.get("/asyncapi.json")
        async def asyncapi() -> JSONResponse:
            return JSONResponse(document(self.name))

        return router


async def _again_and_again(task: Task) -> None:
    while True:
        await task()
        await asyncio.sleep(REGULARLY_SECONDS)


@asynccontextmanager
async def _living(app: FastAPI) -> AsyncIterator[None]:
    running = asyncio.create_task(app.state.tasks.run())
    log.info("service_started")
    yield
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    log.info("service_stopped")


def run(name: str, kind: type[settings.Settings], build: Callable[[settings.Settings], FastAPI]) -> None:
    """The process of one service, until SIGTERM or SIGINT; exit code 2 when its settings are wrong."""
    told = settings.load(kind)
    logs.configure(name, told.log_format)
    export_spans(name, str(told.otlp_endpoint) if told.otlp_endpoint else None)
    app = build(told)
    gc.freeze()  # what lives since the start need not be searched for dead cycles again and again
    uvicorn.run(app, host=told.host, port=told.port, log_config=None, access_log=False, timeout_graceful_shutdown=5)
