"""The five services as `main` builds them, without a server. Tests compare them with the cards and tables."""

from functools import cache
from importlib import import_module
from types import ModuleType

from fastapi import FastAPI

from shared.bus.subscriptions import Subscriptions
from shared.contracts.event import Event
from shared.settings import ServiceSettings

NOWHERE = "http://127.0.0.1:9"
TOLD = {
    "kafka_bootstrap": "127.0.0.1:9",
    "mongo_url": "mongodb://127.0.0.1:9",
    "database": "nowhere",
    "issuers": [NOWHERE],
    "intake_url": NOWHERE,
}


def card(service: str) -> ModuleType:
    """What a service says of itself: OWNS, SUBSCRIPTIONS, PUBLISHES."""
    return import_module(f"services.{service}")


def settings_of(service: str) -> type[ServiceSettings]:
    """The settings class of a service."""
    kind: type[ServiceSettings] = import_module(f"services.{service}.settings").Settings
    return kind


@cache
def app_of(service: str) -> FastAPI:
    """The service, built and not started."""
    app: FastAPI = import_module(f"services.{service}.main").build(settings_of(service).model_validate(TOLD))
    return app


def subscriptions_of(service: str) -> Subscriptions:
    """What a service hears, and which function makes commands of it."""
    hears: Subscriptions = import_module(f"services.{service}.subscriptions").SUBSCRIPTIONS
    return hears


def events_of(service: str) -> dict[str, type[Event]]:
    """The contracts of a service's messages to the others, by name, without those that only gather fields."""
    module = import_module(f"shared.contracts.{service}")
    events = [kind for kind in vars(module).values() if isinstance(kind, type) and issubclass(kind, Event)]
    own = [kind for kind in events if kind.__module__ == module.__name__]
    return {kind.__name__: kind for kind in own if not any(kind in other.__bases__ for other in own)}
