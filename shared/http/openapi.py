"""The OpenAPI document for client developers: operations by name, problems by code, an example of every value."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import groupby
from typing import Any, TypeVar, get_args

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import RouteContext, iter_route_contexts
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from shared.errors import RefusedWith
from shared.handling import Receipt
from shared.http.guard import TRADER, guard_of
from shared.http.problems import Problem, Problems, problem
from shared.http.routes import body_of
from shared.model import Json

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
MEDIA_TYPE = "application/problem+json"
SCHEMAS = "#/components/schemas"
CODES = "#/components/examples"
OF_A_COMMAND = {"Idempotency-Key", "If-Match"}
EXAMPLES = {
    "uuid": "00000000-0000-4000-8000-000000000001",
    "date": "2027-03-11",
    "date-time": "2027-03-11T14:30:00Z",
    "email": "sam.roy@example.com",
}


def refuses(*codes: str) -> Callable[[Endpoint], Endpoint]:
    """Declares the codes with which an endpoint itself may refuse; those of `at_the_edge` are added."""

    def declare(endpoint: Endpoint) -> Endpoint:
        endpoint.refusals = codes  # type: ignore[attr-defined]
        return endpoint

    return declare


def refused_by(endpoint: Callable[..., Any] | None) -> tuple[str, ...]:
    """The codes that an endpoint declares."""
    return getattr(endpoint, "refusals", ())


def described(app: FastAPI, problems: Problems) -> Callable[[], Json]:
    """A function that makes the document of an app on first call: it takes 5 MB that most processes never need."""
    framework_made = app.openapi

    @cache
    def document() -> Json:
        return _completed(framework_made(), app, problems)

    return document


def _completed(document: Json, app: FastAPI, problems: Problems) -> Json:
    schemas = document["components"]["schemas"]
    refusal = Problem.model_json_schema(ref_template=f"{SCHEMAS}/{{model}}")
    schemas |= {**refusal.pop("$defs"), "Problem": refusal}
    document["components"]["examples"] = {code: _example(code, problems) for code in sorted(problems)}
    for route in iter_route_contexts(app.routes):
        for method in (route.methods or ()) if getattr(route, "include_in_schema", False) else ():
            operation = document["paths"][route.path_format][method.lower()]
            if route.response_model is not Receipt:
                _drop(operation, OF_A_COMMAND)
            _leave_out_null(operation.get("parameters", ()))
            operation["responses"].pop("422", None)
            operation["responses"] |= _answers({*at_the_edge(route), *refused_by(route.endpoint)}, problems)
    _exemplify(document)
    return document


def at_the_edge(route: RouteContext) -> Iterator[str]:
    """The codes with which the edge may refuse a request, before or beside its endpoint."""
    guard, body = guard_of(route.dependant), body_of(route)
    yield "internal"
    if guard:
        yield from ("malformed", "unauthorised", "unavailable", "version_newer")
    if guard and TRADER not in guard.roles:
        yield "role_not_allowed"
    if route.dependant.path_params:
        yield "not_found"
    if body != "none":
        yield from ("too_large", "too_slow")
    if body == "json":
        yield "media_type_unsupported"
    yield from _refused_before(route.dependant)
    for given in (*route.dependant.body_params, *route.dependant.query_params, *route.dependant.path_params):
        yield from read_with(given.field_info)
    if route.response_model is Receipt:
        yield from ("key_reused", "package_too_large", "stale", "too_many_keys")


def _refused_before(dependant: Dependant) -> Iterator[str]:
    """The codes that dependencies of an endpoint declare."""
    for dependency in dependant.dependencies:
        yield from (*refused_by(dependency.call), *_refused_before(dependency))


def read_with(part: Any) -> Iterator[str]:
    """The codes with which a type, a field, or anything within them may be refused when it is read."""
    if isinstance(part, RefusedWith):
        yield from part.codes
    elif isinstance(part, FieldInfo):
        for inner in (part.annotation, *part.metadata):
            yield from read_with(inner)
    elif isinstance(part, type) and issubclass(part, BaseModel):
        for field in part.model_fields.values():
            yield from read_with(field)
    for inner in get_args(part):
        yield from read_with(inner)


def _drop(operation: Json, headers: Iterable[str]) -> None:
    kept = [parameter for parameter in operation.pop("parameters", ()) if parameter["name"] not in headers]
    operation |= {"parameters": kept} if kept else {}


def _leave_out_null(parameters: Iterable[Json]) -> None:
    """What need not be sent has no null beside: neither a query nor a header can say it."""
    for parameter in parameters:
        schema = parameter["schema"]
        kinds = [kind for kind in schema.pop("anyOf", ()) if kind.get("type") != "null"]
        schema |= kinds[0] if len(kinds) == 1 else {"anyOf": kinds} if kinds else {}


def _answers(codes: Iterable[str], problems: Problems) -> dict[str, Json]:
    def status(code: str) -> int:
        return problems[code].status

    ranked = sorted(codes, key=lambda code: (status(code), code))
    return {str(number): _answer(tuple(same), problems) for number, same in groupby(ranked, status)}


def _answer(codes: tuple[str, ...], problems: Problems) -> Json:
    """One schema for all refusals, and an example for each code: a client reads codes that came after it was made."""
    content = {
        "schema": {"$ref": f"{SCHEMAS}/Problem"},
        "examples": {code: {"$ref": f"{CODES}/{code}"} for code in codes},
    }
    sentences = "\n".join(f"- `{code}`: {problems[code].en}" for code in codes)
    return {"description": sentences, "content": {MEDIA_TYPE: content}}


def _example(code: str, problems: Problems) -> Json:
    return {"summary": problems[code].en, "value": problem(code, problems[code], "en").model_dump(mode="json")}


def _exemplify(node: Any) -> None:
    """Gives every id, day, moment and address without an example the same one.

    A constant text becomes a list of one: where it does not fit, generators try the next of a choice.
    """
    if isinstance(node, dict):
        if node.get("type") == "string" and node.get("format") in EXAMPLES and "examples" not in node:
            node["examples"] = [EXAMPLES[node["format"]]]
        if node.get("type") == "string" and "const" in node:
            node["enum"] = [node.pop("const")]
        node = list(node.values())
    for value in node if isinstance(node, list) else ():
        _exemplify(value)
