"""One service, assembled: its aggregates on the store, its tasks beside HTTP; and the process that runs it."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import replace
from functools import partial
from typing import Any

import structlog
from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse
from fastapi.telemetry import TelemetryConfig

from shared import logs, operations, settings
from shared.bus.asyncapi import document
from shared.bus.consumer import Consumer
from shared.bus.inbox import BatchConsumer
from shared.bus.messages import topics_of
from shared.bus.outbox_age import measure_outboxes
from shared.bus.parking import Parking
from shared.bus.publishers import Fenced, InOrder
from shared.bus.relay import OutboxSource, Publisher, Relay
from shared.bus.subscriptions import Subscriptions
from shared.clock import now
from shared.contracts.topics import topics
from shared.decider import C, Decider, F, S
from shared.handling import Aggregate
from shared.http import problems
from shared.http.admission import Admission
from shared.http.docs import docs_router
from shared.http.health import Readiness, health_router, metrics_app
from shared.http.hosts import Hosts
from shared.http.identity import Identity
from shared.http.middleware import EdgeMiddleware
from shared.http.openapi import described
from shared.http.prefix import PrefixMiddleware, prefix_of
from shared.http.routes import Bounds, edge_routes
from shared.http.server import ServerConfig, listening, serve
from shared.http.session.session import Sessions
from shared.http.session.sign_in import SignIn
from shared.http.state import ServiceState
from shared.operations import pages as operators_pages
from shared.pages import assets, entrance
from shared.pages.errors import ErrorPages
from shared.pages.rendering import Renderer
from shared.pages.sign_in import SignInPages
from shared.programme.roles import ROLES
from shared.relays import Relays
from shared.settings import ServiceSettings
from shared.store.attempts import Attempts
from shared.store.audit import AuditLog
from shared.store.client import connect
from shared.store.documents import Documents
from shared.store.drafts import Drafts
from shared.store.files import Files
from shared.store.journal import Journal
from shared.store.parked import Parked
from shared.tasks import Task, Tasks
from shared.telemetry import Metrics, export_spans
from shared.timers import wake_when_due

REGULARLY_SECONDS = 60.0
NOTHING: Mapping[str, Task] = {}
WITHOUT_PATHS: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
}  # the framework's own would repeat what callers send
log = structlog.get_logger()


class Kernel:
    """What `main` builds a service with: first its aggregates, then its app."""

    def __init__(self, name: str, settings: ServiceSettings, session_roles: frozenset[str] | None = None) -> None:
        """`session_roles`: those that it takes from the session of a browser, where not all."""
        self.name = name
        self.settings = settings
        self.metrics = Metrics()
        self._database = connect(settings.mongo_url, settings.database)
        self.journal = Journal(self._database)
        self.files = Files(self._database)
        self._audit_log = AuditLog(self._database)
        self._aggregates: dict[str, Aggregate[Any, Any, Any]] = {}
        self._indexes: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        self._prepared: list[Task] = [self.journal.prepare, self._audit_log.prepare]
        self._relays = Relays()
        self._session_roles = session_roles

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

    def attempts(self) -> Attempts:
        """What people have attempted of late."""
        attempts = Attempts(self._database)
        self._prepared.append(attempts.prepare)
        return attempts

    def app(
        self,
        *,
        deps: object,
        subscriptions: Subscriptions,
        routers: Sequence[APIRouter],
        pages: Sequence[APIRouter] = (),
        regularly: Mapping[str, Task] = NOTHING,
    ) -> FastAPI:
        """The service: what runs beside HTTP, then what answers. Each of `regularly` runs every minute.

        It has pages where it has a public address.
        """
        tasks, operated = self._running(subscriptions, regularly)
        identity = Identity(self.settings.issuers, self.settings.audience)
        texts = problems.load(f"services.{self.name}")
        state = ServiceState(identity, self._audit_log, tasks, deps, operated, self._sessions())
        if state.sessions is None:
            return self._answering(tasks, state, routers, problems.Answers(texts))
        renderer, drafts = Renderer(self.name, texts), Drafts(self._database)
        self._prepared.append(drafts.prepare)
        sign_in = SignInPages(SignIn(state.sessions, identity.providers, ROLES), renderer)
        every = (operators_pages.router(self.name), entrance.router(), assets.router(), sign_in.router())
        portal = (*routers, *pages, *every)
        return self._answering(
            tasks, replace(state, drafts=drafts, pages=renderer), portal, problems.Answers(texts, ErrorPages(renderer))
        )

    def _sessions(self) -> Sessions | None:
        sessions = self.settings.sessions
        return sessions and replace(sessions, roles=self._session_roles)

    def _running(
        self, subscriptions: Subscriptions, regularly: Mapping[str, Task]
    ) -> tuple[Tasks, operations.Operations]:
        """Bus, relays and timers, and what operators work with."""
        parked = Parked(self._database)
        inbox = BatchConsumer(self._aggregates, subscriptions, parked, self.metrics)
        parking = Parking(parked, inbox, subscriptions, self._aggregates)
        bus = Consumer(self.settings.kafka, self.name, topics_of(subscriptions), inbox, self.metrics)
        tasks = Tasks(
            prepare=self._prepare,
            relays=[self._relay(publisher) for publisher in self._publishers()],
            bus=bus if subscriptions else None,
            others=self._others(parking, regularly),
        )
        return tasks, operations.Operations(
            parking=parking,
            journal=self.journal,
            audit_log=self._audit_log,
            subscriptions=subscriptions,
            aggregates=self._aggregates,
            metrics=self.metrics,
            readiness=Readiness(tasks, self._database),
        )

    def _answering(
        self, tasks: Tasks, state: ServiceState, routers: Sequence[APIRouter], answers: problems.Answers
    ) -> FastAPI:
        """The endpoints behind the middleware, with the tasks as the lifespan of the app."""
        app = FastAPI(
            title=f"Trusted Trader: {self.name}",
            version="1",
            lifespan=partial(_lifespan, tasks, self._measured),
            responses={422: {}},  # the document itself describes it, instead of the framework
            generate_unique_id_function=lambda route: route.name,
            docs_url=None,
            redoc_url=None,
            redirect_slashes=False,
            telemetry=WITHOUT_PATHS,
        )
        state.attach(app)
        answers.register(app)
        for router in (*routers, operations.router, health_router(state.operations.readiness), docs_router(app.title)):
            app.include_router(router)
        app.add_api_route("/asyncapi.json", partial(asyncapi, self.name), name="asyncapi", include_in_schema=False)
        app.add_middleware(
            EdgeMiddleware,
            metrics=self.metrics,
            admission=self._admission(app),
            answer=answers.answer,
            patience_seconds=self.settings.patience_seconds,
        )
        app.add_middleware(PrefixMiddleware, prefix=prefix_of(self.name))
        app.openapi = described(app, answers.problems)  # type: ignore[method-assign]  # as the framework's documentation does
        return app

    def _admission(self, app: FastAPI) -> Admission:
        bounds = Bounds(self.settings.max_body_bytes, self.settings.max_file_bytes)
        return Admission(edge_routes(app), bounds, Hosts(self.settings.hosts), self.settings.max_requests)

    def _measured(self) -> AbstractAsyncContextManager[object]:
        """Serves the metrics on their own address, if the settings give one."""
        if self.settings.metrics_port is None:
            return nullcontext()
        address = (self.settings.metrics_host, self.settings.metrics_port)
        return listening(metrics_app(self.metrics, Hosts(self.settings.hosts)), address)

    async def make_due(self, collection: str, query: Mapping[str, Any]) -> int:
        """Makes every aggregate that matches due now; returns how many."""
        return await self._aggregates[collection].documents.make_due(query, now())

    def _others(self, parking: Parking, regularly: Mapping[str, Task]) -> dict[str, Task]:
        return {
            "timers": lambda: wake_when_due(self._aggregates.values()),
            "measures": lambda: parking.measure(self.metrics),
            "outboxes": lambda: measure_outboxes(
                [aggregate.documents for aggregate in self._aggregates.values()], self.metrics
            ),
            "purge": lambda: _again_and_again(parking.forget),
            **{name: partial(_again_and_again, task) for name, task in regularly.items()},
        }

    def _publishers(self) -> Iterable[Publisher]:
        yield InOrder(self.settings.kafka)
        if any(topic.publisher == self.name and topic.compacted for topic in topics()):
            yield Fenced(
                self.settings.kafka, self.name, self.journal, lambda entry: (now() - entry["at"]).total_seconds()
            )

    def _relay(self, publisher: Publisher) -> Relay:
        outboxes = {
            name: OutboxSource(aggregate.documents, aggregate.decider.source)
            for name, aggregate in self._aggregates.items()
        }
        relay = Relay(outboxes, self.journal, publisher, self.metrics)
        self._relays.subscribe(relay)
        return relay

    async def _prepare(self) -> None:
        for name, aggregate in self._aggregates.items():
            await aggregate.documents.prepare(aggregate.unique, *self._indexes[name])
        for prepare in self._prepared:
            await prepare()


async def _again_and_again(task: Task) -> None:
    while True:
        await task()
        await asyncio.sleep(REGULARLY_SECONDS)


async def asyncapi(service: str) -> JSONResponse:
    """The AsyncAPI document of a service."""
    return JSONResponse(document(service))


@asynccontextmanager
async def _lifespan(
    tasks: Tasks, measured: Callable[[], AbstractAsyncContextManager[object]], _: FastAPI
) -> AsyncIterator[None]:
    async with measured():
        running = asyncio.create_task(tasks.run())
        log.info("service_started")
        yield
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        log.info("service_stopped")


def run(name: str, kind: type[settings.Settings], build: Callable[[settings.Settings], FastAPI]) -> None:
    """The process of one service, until SIGTERM or SIGINT; exit code 2 when its settings are wrong."""
    given = settings.load(kind)
    logs.configure(name, given.log_format, access=given.access_log)
    export_spans(name, str(given.otlp_endpoint) if given.otlp_endpoint else None)
    app = build(given)
    collect_rarely()
    serve(ServerConfig(app, (given.host, given.port), given.patience_seconds, given.max_connections))


def collect_rarely() -> None:
    """Has the garbage collector pass over what was there at the start, and not run within every batch."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
