"""What the edge knows of every route before it reads a request: whom it admits, and which body it takes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from re import Pattern
from typing import Any, Literal

from fastapi import FastAPI
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Header, Path
from fastapi.routing import RouteContext, iter_route_contexts

from shared.http.guard import Guard, guard_of
from shared.http.language import language_of_page

OPERATIONS = "/operations"
Body = Literal["none", "json", "form", "multipart", "file"]


@dataclass(frozen=True)
class Bounds:
    """The most bytes that a body may have: JSON or a form, a file, or both together in a form with a file.

    What operators send is bounded as a file.
    """

    json: int
    file: int

    def of(self, route: "EdgeRoute") -> int:
        """The bound of a body that is sent to this route."""
        if route.body == "multipart":
            return self.json + self.file
        return self.json if route.body in {"json", "form"} and not route.path.startswith(OPERATIONS) else self.file


@dataclass(frozen=True)
class EdgeRoute:
    """One route. `path` is its template, `guard` is None where anybody gets an answer."""

    route: RouteContext
    path: str
    pattern: Pattern[str]
    guard: Guard | None
    body: Body

    @cached_property
    def query(self) -> frozenset[str]:
        """The names of its query parameters, each of which is taken once."""
        dependant = getattr(self.route, "dependant", None)
        fields = get_flat_params(dependant) if dependant else ()
        return frozenset(field.alias for field in fields if not isinstance(field.field_info, Path | Header))

    @cached_property
    def own_methods(self) -> frozenset[str]:
        """The methods that its endpoint takes."""
        return frozenset(self.route.methods or {"GET"})

    @cached_property
    def methods(self) -> frozenset[str]:
        """The methods that it is asked with: HEAD wherever GET is."""
        return self.own_methods | {"HEAD"} if "GET" in self.own_methods else self.own_methods


def edge_routes(app: FastAPI) -> tuple[EdgeRoute, ...]:
    """Every route of an app, in the order in which the framework tries them."""
    return tuple(
        EdgeRoute(
            route=route,
            path=str(route.path),
            pattern=route.path_regex,
            guard=guard_of(getattr(route, "dependant", None)),
            body=body_of(route),
        )
        for route in iter_route_contexts(app.routes)
    )


def matching(routes: Iterable[EdgeRoute], path: str) -> Iterator[EdgeRoute]:
    """The routes at this path, whatever their methods."""
    return (route for route in routes if route.pattern.match(path))


def body_of(route: Any) -> Body:
    """Which body a route takes: one that a model reads is JSON, one that its document alone describes is a file.

    A page that is sent something takes a form, and its document says so where a file goes with it.
    """
    if getattr(route, "body_field", None):
        return "json"
    is_described = "requestBody" in (getattr(route, "openapi_extra", None) or {})
    if language_of_page(str(route.path)) and "POST" in (route.methods or ()):
        return "multipart" if is_described else "form"
    return "file" if is_described else "none"
