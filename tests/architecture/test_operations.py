"""What client developers work from: operations by name, the codes with which they refuse, and lists page by page."""

import re
from collections.abc import Iterator
from types import FunctionType

import pytest
from fastapi.routing import RouteContext, iter_route_contexts

from shared.handling import Aggregate
from shared.http.middleware import OPERATIONS
from shared.http.openapi import at_the_edge, refused_by
from shared.http.problems import load
from shared.model import Json
from tests.architecture.refusals import Reading, refusals
from tests.support.built import app_of
from tests.support.references import found
from tests.support.source import SERVICES

UNPAGED = {"/catalogue", "/service-standard", "/policies"}  # reference data, which grow with releases alone
OF_ANY_ROLE = {"read_own_validation", "read_log"}  # everybody on the team may read these, so `require` names no roles
TAKEN = {"intake": {"business_number_taken"}}  # by unique indexes, for which the kernel alone refuses


def described(service: str) -> Iterator[RouteContext]:
    """The routes that stand in the document of a service."""
    return (
        route for route in iter_route_contexts(app_of(service).routes) if getattr(route, "include_in_schema", False)
    )


def operations(service: str) -> Iterator[tuple[str, Json]]:
    for path, methods in app_of(service).openapi()["paths"].items():
        yield from ((path, operation) for operation in methods.values())


@pytest.mark.parametrize("service", SERVICES)
def test_every_endpoint_declares_the_codes_with_which_it_may_refuse(service: str) -> None:
    known = set(load(f"services.{service}"))
    for route in described(service):
        assert isinstance(route.endpoint, FunctionType)
        declared, name = set(refused_by(route.endpoint)) - TAKEN.get(service, set()), route.endpoint.__name__
        reached = (refusals(route.endpoint) & known) - {"not_found", *at_the_edge(route)}
        assert declared == reached - ({"role_not_allowed"} if name in OF_ANY_ROLE else set()), name


def test_around_every_command_stands_what_every_command_declares() -> None:
    read = Reading(("shared.",), None)
    read.value(Aggregate.handle)
    assert read.codes == {"key_reused", "stale", "package_too_large"}


@pytest.mark.parametrize("service", SERVICES)
def test_every_code_stands_with_its_status_and_sentence(service: str) -> None:
    problems = load(f"services.{service}")
    for path, operation in operations(service):
        answers = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
        for status, answer in answers.items():
            code = answer["content"]["application/problem+json"]["schema"]["allOf"][1]["properties"]["code"]
            assert {problems[each].status for each in code["enum"]} == {int(status)}, path
            assert all(f"`{each}`: {problems[each].en}" in code["description"] for each in code["enum"]), path


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_has_a_name_a_place_and_a_sentence(service: str) -> None:
    names = [operation["operationId"] for _, operation in operations(service)]
    assert len(names) == len(set(names))
    assert [name for name in names if not re.fullmatch(r"[a-z]+(_[a-z]+)+", name)] == []
    for path, operation in operations(service):
        assert operation["summary"], path
        assert operation["description"].rstrip().endswith("."), path
        assert len(operation["tags"]) == 1, path


@pytest.mark.parametrize("service", SERVICES)
def test_lists_are_paged_in_one_way(service: str) -> None:
    """Whatever is read of many companies comes page by page; what is read of one is bounded (programme.md 2.1)."""
    document = app_of(service).openapi()
    for path, operation in operations(service):
        if path.startswith(OPERATIONS) or not (schema := answer(operation)):
            continue
        parts = found(document, schema["$ref"])["properties"] if "$ref" in schema else {}
        asked = {parameter["name"]: parameter["schema"] for parameter in operation.get("parameters", ())}
        lists = [name for name, part in parts.items() if part.get("type") == "array"]
        of_many = "{" not in path and bool(lists) and path not in UNPAGED
        assert schema.get("type") != "array", path
        assert ("next" in parts) == ({"after", "limit"} <= asked.keys()), path
        assert "next" in parts or not of_many, path
        assert asked["limit"]["maximum"] <= 500 if "next" in parts else True, path


def answer(operation: Json) -> Json | None:
    """The schema of what succeeds, if it is JSON."""
    (success,) = (answer for status, answer in operation["responses"].items() if status < "300")
    schema: Json | None = success.get("content", {}).get("application/json", {}).get("schema")
    return schema


def test_a_code_that_is_reached_is_found() -> None:
    assert {"no_visit_held", "validation_closed"} <= refusals(endpoint("site_validation", "conclude_validation"))
    assert "waiver_needs_low_risk" not in refusals(endpoint("site_validation", "conclude_validation"))
    assert {"owner_only", "role_not_allowed"} & refusals(endpoint("intake", "submit_application")) == {"owner_only"}


def endpoint(service: str, name: str) -> FunctionType:
    (endpoint,) = (route.endpoint for route in described(service) if route.name == name)
    assert isinstance(endpoint, FunctionType)
    return endpoint
