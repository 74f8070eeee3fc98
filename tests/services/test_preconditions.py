"""`If-Match: *` asks that something be there: no command of any service creates under it (RFC 9110, 13.1.1)."""

import pytest

from shared.http import envelope
from tests.support.builders.scenes import commanding, every_command, request_for, scene_of
from tests.support.mistakes import Mistake
from tests.support.servers.edges import Edge, edge_of

COMMANDS = list(every_command())
NAMING = [(service, name) for service, name in COMMANDS if commanding(service)[name].dependant.path_params]
ANYTHING = {"If-Match": "*"}


async def answered(edge: Edge, name: str, headers: dict[str, str]) -> tuple[int, list[str]]:
    """The status of the answer to a command, and the facts to which it leads."""
    request = request_for(edge.service, commanding(edge.service)[name], scene_of(edge.service).named(name))
    edge.facts.clear()
    answer = await edge.asks(request | {"headers": request["headers"] | headers}, key="once")
    return answer.status_code, list(edge.facts)


async def created_where_nothing_is(service: str, name: str) -> list[str]:
    """What comes of a command that expects something where nothing is."""
    with edge_of(service, scene_of(service).caller(name)) as edge:
        status, facts = await answered(edge, name, ANYTHING)
        return facts if status >= 400 else ["obeyed", *facts]


async def as_good(service: str, name: str) -> bool:
    """Whether a command has an effect somewhere in a life; then it has the same where something must be there."""
    scene = scene_of(service)
    with edge_of(service, scene.caller(name)) as edge:
        for stand in scene.stands:
            edge.set(stand)
            freely = await answered(edge, name, {})
            if freely[1]:
                edge.set(stand)
                assert await answered(edge, name, ANYTHING) == freely
                return True
    return False


def test_every_command_is_tried() -> None:
    assert len(COMMANDS) >= 44


@pytest.mark.parametrize(("service", "name"), COMMANDS)
async def test_nothing_is_created_where_something_must_be_there(service: str, name: str) -> None:
    assert await created_where_nothing_is(service, name) == []


async def test_whatever_is_there_is_as_good_as_its_tag() -> None:
    effects = [await as_good(service, name) for service, name in NAMING]
    assert effects.count(True) >= 37


async def test_a_company_that_is_registered_over_nothing_is_found() -> None:
    taking = (envelope, "expected_sequences", "return _OF_WHATEVER_IS_THERE", "return range(2)")
    with Mistake("what is not there is taken", "preconditions", (taking,)).made():
        found = [name for service, name in COMMANDS if await created_where_nothing_is(service, name)]
    assert found == ["register_company"]
