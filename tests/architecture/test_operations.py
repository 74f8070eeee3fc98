"""What client developers work from: operations by name, the codes with which they refuse, and lists page by page."""

import json
import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI

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
def test_every_code_stands_with_its_status_sentence_and_example(service: str) -> None:
    problems, document = load(f"services.{service}"), app_of(service).openapi()
    for path, operation in operations(service):
        answers = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
        for status, answer in answers.items():
            content = answer["content"]["application/problem+json"]
            examples = {code: found(document, example["$ref"]) for code, example in content["examples"].items()}
            assert content["schema"] == {"$ref": "#/components/schemas/Problem"}, path
            assert {problems[code].status for code in examples} == {int(status)}, path
            for code, example in examples.items():
                assert f"- `{code}`: {problems[code].en}" in answer["description"].split("\n"), path
                assert (example["summary"], example["value"]["code"]) == (problems[code].en, code), path


@pytest.mark.parametrize("service", SERVICES)
def test_every_body_has_a_name_and_no_parameter_is_null(service: str) -> None:
    assert nameless(app_of(service).openapi()) == []


@pytest.mark.parametrize("service", SERVICES)
def test_no_text_is_a_constant(service: str) -> None:
    """A generator that finds another value where a choice begins with a constant refuses the whole answer."""
    assert '"const": "' not in json.dumps(app_of(service).openapi())


def test_bodies_and_parameters_are_found() -> None:
    documents = [app_of(service).openapi() for service in SERVICES]
    assert len([schema for document in documents for schema in bodies(document)]) >= 1000
    assert len([schema for document in documents for schema in parameters(document)]) >= 280


def test_what_generators_cannot_name_is_found() -> None:
    app = FastAPI()

    async def forgotten(limit: int | None = None) -> dict[str, int]:
        return {"limit": limit or 0}

    app.get("/forgotten")(forgotten)
    found_there = nameless(app.openapi() | {"components": {"schemas": {"Form-Input": {}}}})
    assert found_there == ["Form-Input", "get /forgotten 200 application/json", "get /forgotten limit"]


def nameless(document: Json) -> list[str]:
    """What generators call after the place where it stands, and the arguments that they let be null."""
    names = [name for name in document["components"]["schemas"] if not re.fullmatch("[A-Z][A-Za-z]+", name)]
    unnamed = [where for where, schema in bodies(document) if schema.get("type") == "object" or "allOf" in schema]
    nullable = [where for where, schema in parameters(document) if {"type": "null"} in schema.get("anyOf", ())]
    return [*names, *unnamed, *nullable]


def bodies(document: Json) -> Iterator[tuple[str, Json]]:
    """Every schema of a body, asked or answered, and where it stands."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for name, part in {"body": operation.get("requestBody", {}), **operation["responses"]}.items():
                for kind, content in part.get("content", {}).items():
                    yield f"{method} {path} {name} {kind}", content["schema"]


def parameters(document: Json) -> Iterator[tuple[str, Json]]:
    """Every schema of a parameter, and where it stands."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for parameter in operation.get("parameters", ()):
                yield f"{method} {path} {parameter['name']}", parameter["schema"]


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
