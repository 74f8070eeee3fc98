"""Every day that is asked for, in every body and query, says whose day it is, and has a row in programme 9.4."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any

import pytest
from fastapi import FastAPI

from shared.contracts.types import CalendarDay
from shared.http.openapi import at_the_edge, read_with, refused_by
from shared.model import Json
from shared.programme.forms import Form
from tests.architecture import programme
from tests.support.built import app_of, routes
from tests.support.fields import Field, sent_to
from tests.support.references import found
from tests.support.source import SERVICES

FEWEST = 10  # days in all bodies and queries
APPS = {service: app_of(service) for service in SERVICES}


def days_of(app: FastAPI) -> list[Field]:
    return [field for field in sent_to(app) if field.reader.json_schema().get("format") == "date"]


def name_of(field: Field) -> str:
    return field.where.rpartition(".")[2].rpartition(" ")[2]


def ruled() -> dict[str, set[str]]:
    """The names of days in the table, each with the codes with which it is refused."""
    rows = programme.rows(programme.section("9.4"))
    return {name: set(programme.coded(row[3])) for row in rows for name in programme.coded(row[0])}


def undeclared(app: FastAPI) -> list[str]:
    """The days of a service without a row, and the codes of their rows that their endpoints do not declare."""
    endpoints = [route for route in routes(app) if hasattr(route, "dependant")]
    declared = {route.name: {*at_the_edge(route), *refused_by(route.endpoint)} for route in endpoints}
    rules = ruled()
    missing = {
        str(day): rules.get(name_of(day), {"no row"}) - declared[day.where.partition(" ")[0]] for day in days_of(app)
    }
    return [f"{day}: {sorted(codes)}" for day, codes in missing.items() if codes]


def asked(document: Json) -> Iterator[tuple[str, str]]:
    """Where a request takes a day, by the document of a service, and how the document describes it."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            for parameter in operation.get("parameters", ()):
                yield from _days(parameter["schema"], document, where, parameter.get("description", ""))
            yield from _days(operation.get("requestBody", {}).get("content", {}), document, where, "")


def _days(node: Any, document: Json, where: str, above: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        described = node.get("description", above)
        if "$ref" in node:
            yield from _days(found(document, node["$ref"]), document, where, described)
        elif node.get("format") == "date":
            yield where, described
        for name, inner in node.items():
            yield from _days(inner, document, f"{where} {name}", described if name == "anyOf" else "")
    elif isinstance(node, list):
        for inner in node:
            yield from _days(inner, document, where, above)


@pytest.mark.parametrize("service", SERVICES)
def test_every_day_has_its_rule_and_every_code_of_the_rule_is_declared(service: str) -> None:
    assert undeclared(APPS[service]) == []


def test_every_rule_has_its_day() -> None:
    days = [day for app in APPS.values() for day in days_of(app)]
    assert set(ruled()) == {name_of(day) for day in days}
    assert len(days) >= FEWEST


@pytest.mark.parametrize("service", SERVICES)
def test_every_day_is_described_as_one_in_ontario(service: str) -> None:
    assert [where for where, described in asked(APPS[service].openapi()) if "Ontario" not in described] == []


def periods(app: FastAPI) -> dict[str, list[str]]:
    """The forms of a service that ask for several days, each with the codes of all of them."""
    days = groupby(days_of(app), lambda day: day.where.rpartition(".")[0] or day.where.partition(" ")[0])
    asked_together = {form: list(fields) for form, fields in days}
    return {
        form: [code for field in fields for code in read_with(field.type)]
        for form, fields in asked_together.items()
        if len(fields) > 1
    }


def test_a_form_that_asks_for_two_days_refuses_the_second_before_the_first() -> None:
    found_there = {form: codes for app in APPS.values() for form, codes in periods(app).items()}
    assert {form for form, codes in found_there.items() if "period_reversed" not in codes} == set()
    assert len(found_there) >= 2


def test_no_path_names_a_day() -> None:
    given = [given for app in APPS.values() for route in routes(app) for given in _path_parameters(route)]
    assert given
    assert [parameter.alias for parameter in given if parameter.field_info.annotation is date] == []


def _path_parameters(route: Any) -> list[Any]:
    return list(getattr(getattr(route, "dependant", None), "path_params", ()))


# --- the tests of the test ------------------------------------------------------------------------


class Forgotten(Form):
    opened_on: CalendarDay


class Endless(Form):
    opened_on: CalendarDay
    closed_on: CalendarDay


@pytest.fixture
def forgetful() -> FastAPI:
    async def forgotten(body: Forgotten) -> None: ...

    app = FastAPI()
    app.post("/forgotten")(forgotten)
    return app


def test_a_day_without_a_rule_is_found(forgetful: FastAPI) -> None:
    assert undeclared(forgetful) == ["forgotten body.opened_on: ['no row']"]


def test_a_period_without_its_rule_is_found() -> None:
    async def endless(body: Endless) -> None: ...

    app = FastAPI()
    app.post("/endless")(endless)
    assert periods(app) == {"endless body": []}


def test_a_day_of_nowhere_is_found(forgetful: FastAPI) -> None:
    assert [text for _, text in asked(forgetful.openapi())] == [""]
