"""What is decided of a request by its head alone, before a byte of its body is read."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message

from fastapi import Request as HttpRequest
from starlette.exceptions import HTTPException

from shared.errors import Refused, Unavailable
from shared.http.authenticate import authenticate, caller_of_over
from shared.http.hosts import Hosts
from shared.http.identity import Caller
from shared.http.prefix import path_within
from shared.http.routes import Bounds, EdgeRoute, matching


@dataclass(frozen=True)
class Admitted:
    """A request that goes on: to which route, from whom, and how many bytes its body may have.

    `is_over`: the session of the caller is, so that a form is kept for later and nothing else is done.
    """

    route: EdgeRoute
    caller: Caller | None
    most_bytes: int
    is_over: bool


class Admission:
    """Admits requests: the host first, then route and method, then the caller, and the form of the body last."""

    def __init__(self, routes: Sequence[EdgeRoute], bounds: Bounds, hosts: Hosts, most_at_once: int) -> None:
        self._routes = routes
        self._bounds = bounds
        self._hosts = hosts
        self._most_at_once = most_at_once
        self._at_work: dict[str, int] = {}

    async def admit(self, request: HttpRequest) -> Admitted:
        """Raises Refused, HTTPException for what the framework would refuse too, or Unavailable."""
        if not self._hosts.include(request.headers.get("host")):
            raise Refused("host_unknown", field="header.Host")
        if "content-length" in request.headers and "transfer-encoding" in request.headers:
            raise Refused("length_ambiguous", field="header.Transfer-Encoding")
        route = self._route(request)
        request.scope["route"] = route.route
        over = caller_of_over(request) if route.guard and route.body in {"form", "multipart"} else None
        caller = over or (await authenticate(request) if route.guard else None)
        if route.guard and caller:
            route.guard.role_of(caller)
        require_form(request, route)
        bound = self._bounds.of(route)
        if route.body != "none" and int(request.headers.get("content-length", 0)) > bound:
            raise HTTPException(413)
        return Admitted(route, caller, bound, is_over=over is not None)

    @contextmanager
    def at_work(self, caller: Caller | None) -> Iterator[None]:
        """Counts a request of a caller while it runs. Raises Unavailable above the bound, of all or of one caller."""
        if caller is None:
            yield
            return
        mine = self._at_work.get(caller.subject, 0)
        if sum(self._at_work.values()) >= self._most_at_once or mine >= self._most_at_once // 2:
            raise Unavailable("busy")
        self._at_work[caller.subject] = mine + 1
        try:
            yield
        finally:
            self._at_work[caller.subject] -= 1
            if not self._at_work[caller.subject]:
                del self._at_work[caller.subject]

    def _route(self, request: HttpRequest) -> EdgeRoute:
        there = list(matching(self._routes, path_within(request)))
        if not there:
            raise HTTPException(404)
        for route in (*(route for route in there if request.method in route.own_methods), *there):
            if request.method in route.methods:
                return route
        raise HTTPException(405, headers={"Allow": ", ".join(sorted({m for route in there for m in route.methods}))})


def require_form(request: HttpRequest, route: EdgeRoute) -> None:
    """Refuses a body of another media type than the route takes, and what is given twice."""
    takes = {"json": is_json, "form": is_form, "multipart": is_multipart}.get(route.body)
    if takes and has_body(request) and not takes(request.headers.get("content-type", "")):
        raise Refused("media_type_unsupported", field="header.Content-Type")
    for name in request.query_params if route.guard else ():
        if len(request.query_params.getlist(name)) != 1:
            raise repeated(f"query.{name}" if name in route.query else "query")
    for header in ("Idempotency-Key", "Content-Type") if route.guard else ():
        if len(request.headers.getlist(header)) > 1:
            raise repeated(f"header.{header}")


def repeated(field: str) -> Refused:
    """The refusal of what is taken once and given several times."""
    return Refused("malformed", field=field, details=({"where": field, "code": "repeated"},))


def has_body(request: HttpRequest) -> bool:
    """Whether a request says that a body follows."""
    return request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers


def is_json(content_type: str) -> bool:
    """Whether a media type is JSON."""
    kind, subtype = media_type(content_type)
    return kind == "application" and (subtype == "json" or subtype.endswith("+json"))


def is_form(content_type: str) -> bool:
    """Whether a media type is that of a form without files."""
    return media_type(content_type) == ("application", "x-www-form-urlencoded")


def is_multipart(content_type: str) -> bool:
    """Whether a media type is that of a form with files."""
    return media_type(content_type) == ("multipart", "form-data")


def media_type(content_type: str) -> tuple[str, str]:
    """Type and subtype, compared as RFC 9110 has it: without parameters, in whatever case."""
    message = Message()
    message["content-type"] = content_type
    return message.get_content_maintype(), message.get_content_subtype()
