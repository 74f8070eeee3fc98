"""No refusal passes in any test that its aggregate, or the document of its endpoint, does not declare.

Nor does a problem whose field is none of the request.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response
from fastapi.dependencies.utils import get_flat_params
from pydantic import BaseModel

from shared.decider import Decider, Refusals
from shared.errors import Refused
from shared.http.call import Call
from shared.http.openapi import at_the_edge, refused_by
from shared.http.problems import Answers
from shared.http.routes import body_of

ANYWHERE = {  # of the router and of admission, and of stand-ins that are away behind open endpoints
    "host_unknown",
    "length_ambiguous",
    "method_not_allowed",
    "unavailable",
}
undeclared: list[str] = []  # what is found, until the test in which it came has failed of it


@dataclass(frozen=True)
class Declared:
    """A decide with what it declares."""

    decide: Callable[[Any, Any], tuple[Any, ...]]
    refuses: Refusals

    def __call__(self, command: Any, state: Any) -> tuple[Any, ...]:
        try:
            return self.decide(command, state)
        except Refused as refused:
            if refused.code not in self.refuses.get(type(command), ()):
                undeclared.append(f"{type(command).__name__} is refused with {refused.code}")
            raise


def hold_declared() -> None:
    """From now on every decider that is made holds to REFUSES, and every endpoint to what its document declares."""
    made, handle, answer = Decider.__init__, Call.handle, Answers._problem  # noqa: SLF001 - what every problem passes

    def make(decider: Any, *fields: Any, **named: Any) -> None:
        made(decider, *fields, **named)
        object.__setattr__(decider, "decide", Declared(decider.decide, decider.refuses))

    async def handled(call: Call, aggregate: Any, aggregate_id: str, command: Any, *created: Any, **named: Any) -> Any:
        route = call.http.scope["route"]
        refused = set(aggregate.decider.refuses.get(type(command), ()))
        if is_documented(route):
            undeclared.extend(f"{route.name} does not declare {code}" for code in refused - {*declared(route)})
        return await handle(call, aggregate, aggregate_id, command, *created, **named)

    def answered(answers: Answers, request: Request, code: str, **named: Any) -> Response:
        route = request.scope.get("route")
        if is_documented(route) and code not in {*declared(route), *ANYWHERE}:
            undeclared.append(f"{getattr(route, 'name', route)} does not declare {code}")
        if is_documented(route) and hasattr(route, "dependant") and not stands(named.get("field"), route, code):
            undeclared.append(f"{getattr(route, 'name', route)} has no {named['field']}, which a problem {code} names")
        return answer(answers, request, code, **named)

    Decider.__init__ = make  # type: ignore[assignment, method-assign]
    Call.handle = handled  # type: ignore[assignment, method-assign]
    Answers._problem = answered  # type: ignore[assignment, method-assign]  # noqa: SLF001


def is_documented(route: Any) -> bool:
    """Whether a route is an endpoint; a page has words for every code, and its fields are those of a form."""
    return bool(getattr(route, "include_in_schema", False))


def declared(route: Any) -> tuple[str, ...]:
    """The codes in the document of an endpoint."""
    return (*at_the_edge(route), *refused_by(route.endpoint))


def stands(field: str | None, route: Any, code: str) -> bool:
    """Whether the field of a problem is one of the route's requests; what is malformed may be unknown to it."""
    part, _, rest = (field or "header").partition(".")
    name = rest.partition(".")[0]
    match part:
        case "header":
            return True
        case "path" | "query":
            return code == "malformed" or name in {given.alias for given in get_flat_params(route.dependant)}
        case "body":
            return body_of(route) != "none" and (code == "malformed" or not name or name in fields_of_body(route))
        case _:
            return False


def fields_of_body(route: Any) -> set[str]:
    """The fields of a JSON body; of a file there are none."""
    models = [given.field_info.annotation for given in route.dependant.body_params]
    return {name for model in models if issubclass(model, BaseModel) for name in model.model_fields}
