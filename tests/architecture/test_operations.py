"""What client developers work from: operations by name, the codes with which they refuse, and lists page by page."""

import re
from collections.abc import Iterator

import pytest

from shared.http.problems import load
from shared.http.routes import OPERATIONS
from shared.model import Json
from tests.support.built import app_of
from tests.support.references import found
from tests.support.source import SERVICES

UNPAGED = {"/catalogue", "/service-standard", "/policies"}  # reference data, which grow with releases alone


def operations(service: str) -> Iterator[tuple[str, Json]]:
    for path, methods in app_of(service).openapi()["paths"].items():
        yield from ((path, operation) for operation in methods.values())


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
def test_every_operation_has_a_name_a_tag_and_a_sentence(service: str) -> None:
    names = [operation["operationId"] for _, operation in operations(service)]
    assert len(names) == len(set(names))
    assert [name for name in names if not re.fullmatch(r"[a-z]+(_[a-z]+)+", name)] == []
    for path, operation in operations(service):
        assert operation["summary"], path
        assert operation["description"].rstrip().endswith("."), path
        assert len(operation["tags"]) == 1, path


@pytest.mark.parametrize("service", SERVICES)
def test_lists_are_paged_in_one_way(service: str) -> None:
    """Whatever is read of many companies comes page by page; what is read of one is bounded (programme 2.1)."""
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
    success, *_ = (answer for status, answer in operation["responses"].items() if status < "300")
    schema: Json | None = success.get("content", {}).get("application/json", {}).get("schema")
    return schema
