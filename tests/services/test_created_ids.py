"""What a command creates has an id of its aggregate, its person and their key, and is created once (decision 0021)."""

import re
from dataclasses import replace
from inspect import getsource
from typing import Any, cast
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.company import divisions
from shared.clock import now
from shared.http.call import Call
from shared.http.envelope import CommandHeaders
from shared.http.identity import Caller
from shared.programme.team import COLLECTION
from tests.support.builders.scenes import commanding, endpoint_of, every_command, request_for, scene_of
from tests.support.mistakes import Mistake
from tests.support.servers.edges import Edge, edge_of

UUIDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")  # of version 5: derived
CREATING = [
    (service, name)
    for service, name in every_command()
    if re.search(r"new_id\(|file_document\(", getsource(endpoint_of(commanding(service)[name])))
]
KEY = "site_plan-1"
OTHER = UUID("00000000-0000-4000-8000-0000000000b0")
THEIRS = {"company_id": str(OTHER), "application_id": str(OTHER)}


async def created(edge: Edge, name: str, key: str, **renamed: str) -> set[str]:
    """The derived ids that a request of this key adds to those that are known before, where it has an effect."""
    scene, route = scene_of(edge.service), commanding(edge.service)[name]
    request = request_for(edge.service, route, {**scene.named(name), **renamed})
    for stand in scene.stands:
        elsewhere = {(kind, next(iter(renamed.values()), known)): state for (kind, known), state in stand.items()}
        edge.set(elsewhere | {ref: state for ref, state in stand.items() if ref[0] == COLLECTION})
        await edge.asks(request, key)
        if edge.facts:
            return {*UUIDS.findall("".join(edge.facts))} - {*UUIDS.findall(f"{stand} {request}")}
    return set()


async def collisions(service: str, name: str) -> set[str]:
    """The ids that a person creates twice: under one key in two aggregates, or under two keys in one."""
    with edge_of(service, scene_of(service).caller(name)) as edge:
        ours, again = [await created(edge, name, key) for key in (KEY, "site_plan-2")]
        within = commanding(service)[name].dependant.path_params
        theirs = await created(edge, name, KEY, **THEIRS) if within else set()
        assert ours
        return ours & (again | theirs)


async def created_again(service: str, name: str) -> list[str]:
    """The facts to which a creating request leads once more, after its key has been forgotten."""
    with edge_of(service, scene_of(service).caller(name)) as edge:
        assert await created(edge, name, KEY)
        edge.documents.update({of: replace(kept, idempotency_keys=()) for of, kept in edge.documents.items()})
        edge.facts.clear()
        request = request_for(service, commanding(service)[name], scene_of(service).named(name))
        assert (await edge.asks(request, KEY)).is_success
        return edge.facts


def test_every_creating_command_is_known() -> None:
    assert {name for _, name in CREATING} >= {
        "register_company",
        "add_division",
        "upload_document",
        "give_consent",
        "ask_question",
        "plan_visit",
        "record_finding",
    }


@pytest.mark.parametrize(("service", "name"), [route for route in every_command() if route not in CREATING])
async def test_no_other_command_creates_an_id(service: str, name: str) -> None:
    with edge_of(service, scene_of(service).caller(name)) as edge:
        assert await created(edge, name, KEY) == set()


@pytest.mark.parametrize(("service", "name"), CREATING)
async def test_nothing_is_created_under_the_id_of_something_else(service: str, name: str) -> None:
    assert await collisions(service, name) == set()


@pytest.mark.parametrize(("service", "name"), CREATING)
async def test_under_an_id_that_exists_nothing_changes(service: str, name: str) -> None:
    assert await created_again(service, name) == []


async def test_ids_of_person_and_key_alone_are_found() -> None:
    alone = (Call, "new_id", "{person_and_key}/{within}/{kind}", "{person_and_key}/{kind}")
    with Mistake("the aggregate is no part of the id", "created ids", (alone,)).made():
        assert [name for service, name in CREATING if await collisions(service, name)] == [
            name for _, name in CREATING if name != "register_company"
        ]


async def test_what_is_created_twice_is_found() -> None:
    twice = (divisions, "add", "company.division(command.division_id)", "not company.divisions")
    with Mistake("a division is added once more", "created ids", (twice,)).made():
        assert await created_again("intake", "add_division")


PLACES = st.tuples(st.sampled_from("UV"), st.text("k/", max_size=3), st.sampled_from((OTHER, UUID(int=1))))


@given(st.sets(PLACES))
def test_person_key_and_aggregate_make_the_id(places: set[tuple[str, str, UUID]]) -> None:
    assert len({_call(person, key).new_id("question", within) for person, key, within in places}) == len(places)


def _call(person: str, key: str) -> Call:
    caller, nowhere = Caller(person, frozenset()), cast("Any", None)
    return Call(now(), caller.acting_as("trader"), caller, CommandHeaders(key), http=nowhere, response=nowhere)
