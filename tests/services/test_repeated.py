"""A parameter of the query that comes twice is refused at every route that asks who calls (decision 0022)."""

import pytest
from fastapi.routing import RouteContext

from shared.http import admission
from shared.http.identity import Caller
from tests.support.built import admitted, app_of, routes
from tests.support.mistakes import Mistake
from tests.support.servers.edges import edge_of
from tests.support.servers.served import ROLES
from tests.support.source import SERVICES

GUARDED = [(service, route) for service in SERVICES for route in routes(app_of(service)) if admitted(route)]


async def refused(service: str, route: RouteContext) -> bool:
    """Whether a request is refused for the parameter that it has twice."""
    method = next(iter(route.methods or ()))
    with edge_of(service, Caller("maude", frozenset(ROLES), administration="US")) as edge:
        answer = await edge.asks(
            {"method": method, "url": f"{route.path_format}?limit=1&limit=2", "headers": {}}, key="once"
        )
    return answer.status_code == 422 and (method == "HEAD" or answer.json()["errors"][0]["code"] == "repeated")


def test_every_guarded_route_is_tried() -> None:
    assert len(GUARDED) >= 115


@pytest.mark.parametrize(("service", "route"), GUARDED, ids=[f"{name} {route.name}" for name, route in GUARDED])
async def test_a_parameter_that_comes_twice_is_refused(service: str, route: RouteContext) -> None:
    assert await refused(service, route)


async def test_an_edge_that_takes_the_last_of_two_is_found() -> None:
    taking = (admission, "require_form", "!= 1", "> 2")
    with Mistake("one of two values counts", "repeated", (taking,)).made():
        assert not await refused(*GUARDED[0])
