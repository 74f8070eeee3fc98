"""A refusal that nobody declares is found wherever it comes."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts

from shared.errors import Refused
from shared.http.call import Call
from shared.http.openapi import refuses
from shared.http.problems import Answers, load
from tests.support.builders.deciding import refusal
from tests.support.builders.toys import announce, tally
from tests.support.declaring import undeclared

UNDECLARED = replace(tally(), refuses={})


def found() -> list[str]:
    """What was found in this test; it is meant, and does not fail it."""
    names = undeclared.copy()
    undeclared.clear()
    return names


def app(*declared: str, field: str | None = None) -> FastAPI:
    """One endpoint, which refuses with `unknown_policy`, and may name a field."""
    router = APIRouter()

    @router.get("/refused")
    @refuses(*declared)
    async def refused() -> None:
        raise Refused("unknown_policy", field=field)

    made = FastAPI()
    made.include_router(router)
    Answers(load("services.risk")).register(made)
    return made


async def asked(made: FastAPI) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(made), base_url="http://alone") as http:
        assert (await http.get("/refused")).json()["code"] == "unknown_policy"


def test_a_decision_that_refuses_with_what_it_does_not_declare_is_found() -> None:
    assert refusal(UNDECLARED, announce(padding="refuse me"), UNDECLARED.absent) == "not_found"
    assert found() == ["Announce is refused with not_found"]


async def test_an_endpoint_that_answers_with_what_it_does_not_declare_is_found() -> None:
    await asked(app("unknown_policy"))
    assert found() == []
    await asked(app())
    assert found() == ["refused does not declare unknown_policy"]


async def test_an_endpoint_that_does_not_declare_what_its_command_may_meet_is_found() -> None:
    route = next(route for route in iter_route_contexts(app().routes) if route.name == "refused")
    call: Any = SimpleNamespace(http=SimpleNamespace(scope={"route": route}))
    aggregate: Any = SimpleNamespace(decider=tally())
    with pytest.raises(AttributeError):  # nothing else of a call is there
        await Call.handle(call, aggregate, "a", announce())
    assert found() == ["refused does not declare not_found"]


@pytest.mark.parametrize("field", ["Range", "body.range", "query.range", "path.range"])
async def test_a_field_that_no_request_has_is_found(field: str) -> None:
    await asked(app("unknown_policy", field=field))
    [line] = found()
    assert line.startswith("refused has no ")


async def test_a_header_is_a_field_of_any_request() -> None:
    await asked(app("unknown_policy", field="header.Range"))
    assert found() == []
