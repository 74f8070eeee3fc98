"""The five services as `main` builds them, without a server. Tests compare them with the cards and tables."""

from functools import cache
from importlib import import_module
from types import ModuleType

from fastapi import FastAPI
from fastapi.routing import RouteContext, iter_route_contexts

from shared.bus.consumer import Consumer
from shared.bus.subscriptions import Subscriptions
from shared.contracts.event import Event
from shared.http.guard import guard_of
from shared.http.state import ServiceState
from shared.operations import Operations
from shared.settings import ServiceSettings
from shared.tasks import Tasks

NOWHERE = "http://127.0.0.1:9"
SETTINGS = {
    "kafka_bootstrap": "127.0.0.1:9",
    "mongo_url": "mongodb://127.0.0.1:9",
    "database": "nowhere",
    "issuers": [NOWHERE],
    "intake_url": NOWHERE,
}


def card(service: str) -> ModuleType:
    """What a service declares of itself: OWNS, SUBSCRIPTIONS, PUBLISHES."""
    return import_module(f"services.{service}")


def settings_of(service: str) -> type[ServiceSettings]:
    """The settings class of a service."""
    kind: type[ServiceSettings] = import_module(f"services.{service}.settings").Settings
    return kind


@cache
def app_of(service: str) -> FastAPI:
    """The service, built and not started."""
    app: FastAPI = import_module(f"services.{service}.main").build(settings_of(service).model_validate(SETTINGS))
    return app


def subscriptions_of(service: str) -> Subscriptions:
    """The messages that a service consumes, each with the function that makes commands of it."""
    subscriptions: Subscriptions = import_module(f"services.{service}.subscriptions").SUBSCRIPTIONS
    return subscriptions


def events_of(service: str) -> dict[str, type[Event]]:
    """The contracts of a service's messages to the others, by name, without those that only gather fields."""
    module = import_module(f"shared.contracts.{service}")
    events = [kind for kind in vars(module).values() if isinstance(kind, type) and issubclass(kind, Event)]
    own = [kind for kind in events if kind.__module__ == module.__name__]
    return {kind.__name__: kind for kind in own if not any(kind in other.__bases__ for other in own)}


def routes(app: FastAPI) -> list[RouteContext]:
    """Every route of an app, those of its routers included."""
    return list(iter_route_contexts(app.routes))


def admitted(route: RouteContext) -> set[str]:
    """The roles that the guard of a route admits; none if anybody gets an answer."""
    guard = guard_of(getattr(route, "dependant", None))
    return set(guard.roles) if guard else set()


def tasks_of(app: FastAPI) -> Tasks:
    tasks = ServiceState.of(app).health
    assert isinstance(tasks, Tasks)
    return tasks


def consumer_of(app: FastAPI) -> Consumer:
    bus = tasks_of(app).bus
    assert bus
    return bus


def operations_of(app: FastAPI) -> Operations:
    operations: Operations = ServiceState.of(app).operations
    return operations
