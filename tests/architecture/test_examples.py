"""An API has an example of every value that it takes, and the service reads them all."""

from importlib import import_module
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from shared.errors import Unavailable
from shared.http.identity import Caller
from shared.http.state import ServiceState
from tests.support.builders.example_requests import Unexemplified, example, requests
from tests.support.built import SETTINGS, settings_of
from tests.support.servers.served import ROLES
from tests.support.source import SERVICES

TOKEN = {"Authorization": "Bearer anything"}


class Away:
    """What stands behind the endpoints, and is away: a request that comes so far has been read."""

    def __getattr__(self, name: str) -> object:
        raise Unavailable(name)


class Anybody:
    """An issuer that gives everybody every role."""

    async def caller(self, _token: str) -> Caller:
        return Caller("anybody", frozenset(ROLES), "US")


def alone(service: str) -> FastAPI:
    """The service as `main` builds it, without anything behind its endpoints."""
    app: FastAPI = import_module(f"services.{service}.main").build(settings_of(service).model_validate(SETTINGS))
    away: Any = Away()
    identity: Any = Anybody()
    ServiceState(identity, audit_log=away, health=away, deps=away, operations=away).attach(app)
    return app


@pytest.mark.parametrize("service", SERVICES)
async def test_every_value_has_an_example_that_the_service_reads(service: str) -> None:
    app = alone(service)
    document = app.openapi()
    operations = [(path, method) for path, methods in document["paths"].items() for method in methods]
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://localhost", headers=TOKEN
    ) as http:
        for path, method in operations:
            for request in requests(document, path, method):
                answer = await http.request(**request)
                assert answer.json()["code"] == "unavailable", f"{method} {path}: {answer.text}"


def test_a_value_without_an_example_is_found() -> None:
    schema = {"type": "object", "properties": {"reason": {"type": "string"}}}
    with pytest.raises(Unexemplified, match=r"body\.reason"):
        example(schema, {}, "body")
