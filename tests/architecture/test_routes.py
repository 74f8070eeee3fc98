from collections.abc import Iterable
from typing import get_args

import pytest
from fastapi import APIRouter, FastAPI

from shared.http.guard import allow
from shared.programme.roles import Role
from tests.support.built import admitted, app_of, routes
from tests.support.source import SERVICES

OPEN_EVERYWHERE = {"/livez", "/readyz", "/asyncapi.json", "/openapi.json", "/docs", "/docs/{asset}"}
OF_CLIENTS = {
    "Response",
    "Request",
    "Client",
    "AuthenticatedClient",
    "Unset",
    "File",
    "HTTPStatus",
    "UUID",
    "Any",
    "Enum",
}
OPEN = {"intake": {"/catalogue", "/service-standard"}}


def unguarded(app: FastAPI) -> set[str]:
    """The paths at which anybody gets an answer."""
    return {str(route.path) for route in routes(app) if not admitted(route)}


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_is_guarded_or_listed(service: str) -> None:
    assert unguarded(app_of(service)) == OPEN_EVERYWHERE | OPEN.get(service, set())


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_open_only_reads(service: str) -> None:
    assert [
        route.path
        for route in routes(app_of(service))
        if not admitted(route) and (route.methods or set()) - {"GET", "HEAD"}
    ] == []


def test_the_guards_name_every_role_and_no_others() -> None:
    named = {role for service in SERVICES for route in routes(app_of(service)) for role in admitted(route)}
    assert named == set(get_args(Role))


@pytest.mark.parametrize("service", SERVICES)
def test_every_guarded_route_is_described(service: str) -> None:
    assert [route.path for route in routes(app_of(service)) if admitted(route) and not route.description] == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_body_is_json_or_the_file_itself(service: str) -> None:
    operations = [operation for path in app_of(service).openapi()["paths"].values() for operation in path.values()]
    taken = {kind for operation in operations for kind in operation.get("requestBody", {}).get("content", {})}
    assert taken == {"application/json"} | ({"application/octet-stream"} if service == "intake" else set())


@pytest.mark.parametrize("service", SERVICES)
def test_no_schema_has_a_name_that_generated_clients_import_themselves(service: str) -> None:
    assert clashing(app_of(service).openapi()["components"]["schemas"]) == set()


def clashing(schemas: Iterable[str]) -> set[str]:
    """Schemas that a generated client would define over what it imports, and those named after two modules."""
    return {name for name in schemas if name in OF_CLIENTS or "__" in name}


def test_a_schema_that_clashes_is_found() -> None:
    assert clashing(["Finding", "Request", "services__risk__Policy"]) == {"Request", "services__risk__Policy"}


def test_an_unguarded_route_is_found() -> None:
    router = APIRouter(prefix="/cases")
    router.add_api_route("/guarded", lambda: None, dependencies=[allow("operator")])
    router.add_api_route("/open", lambda: None)
    app = FastAPI(openapi_url=None)
    app.include_router(router)
    assert unguarded(app) == {"/cases/open"}
