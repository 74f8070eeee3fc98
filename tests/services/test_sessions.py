"""Every service of a portal signs people in, and takes their roles from the session as far as its work needs them."""

from functools import cache
from importlib import import_module

import pytest
from fastapi import FastAPI

from shared.http.state import ServiceState
from shared.programme.roles import OPERATOR, PARTNER, ROLES
from tests.support.builders.sessions import SESSION
from tests.support.built import SETTINGS, routes, settings_of
from tests.support.servers.served import SESSION_KEY
from tests.support.source import SERVICES

TAKEN = dict.fromkeys(SERVICES, ROLES) | {"mra_exchange": {PARTNER, OPERATOR}}


@cache
def with_pages(service: str) -> FastAPI:
    """The service as part of a portal, built and not started."""
    portal = {"public_url": "https://portal.example.ca", "session_keys": [SESSION_KEY]}
    app: FastAPI = import_module(f"services.{service}.main").build(
        settings_of(service).model_validate(SETTINGS | portal)
    )
    return app


@pytest.mark.parametrize("service", SERVICES)
def test_people_sign_in_at_every_service(service: str) -> None:
    served = {route.path: route.methods for route in routes(with_pages(service)) if "/session/" in str(route.path)}
    assert served == {
        "/session/sign-in": {"GET"},
        "/session/signed-in": {"GET"},
        "/session/renew": {"GET"},
        "/session/signed-out": {"GET"},
        "/session/sign-out": {"POST"},
    }


@pytest.mark.parametrize("service", SERVICES)
def test_what_speaks_to_other_countries_takes_no_officers_role_from_a_session(service: str) -> None:
    sessions = ServiceState.of(with_pages(service)).sessions
    assert sessions
    assert sessions.caller(SESSION.model_copy(update={"roles": tuple(ROLES)})).roles == TAKEN[service]
