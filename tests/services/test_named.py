"""Whatever names nothing is refused, and another spelling never counts as done what it has not done."""

from collections.abc import Iterator
from urllib.parse import quote
from uuid import UUID

import pytest

from services.intake.domain.company import divisions
from tests.support.builders import intake
from tests.support.builders.packages import COMPANY
from tests.support.builders.scenes import commanding, every_command, method_of, request_for, scene_of
from tests.support.mistakes import Mistake
from tests.support.servers.edges import Edge, edge_of

NOBODYS = "00000000-0000-4000-8000-00000000dead"
NAMING = [(service, name) for service, name in every_command() if commanding(service)[name].dependant.path_params]
REPLACING = [(service, name) for service, name in NAMING if method_of(commanding(service)[name]) in {"PUT", "DELETE"}]


def others(name: str) -> Iterator[str]:
    """What is not this name: nothing at all, or the name in another spelling."""
    yield NOBODYS if _is_uuid(name) else "nothing"
    yield from sorted({name.lower(), name.upper(), name.title(), f"{name}x", name.replace("-", "")} - {name})


def _is_uuid(name: str) -> bool:
    try:
        UUID(name)
    except ValueError:
        return False
    return True


async def led_to(edge: Edge, name: str, **renamed: str) -> list[str] | None:
    """The facts to which a request leads, where it leads to any at its true names; None if it is refused."""
    scene, route = scene_of(edge.service), commanding(edge.service)[name]
    for stand in scene.stands:
        edge.set(stand)
        await edge.asks(request_for(edge.service, route, scene.named(name)), key="one")
        if edge.facts:
            break
    edge.set(stand)
    answer = await edge.asks(request_for(edge.service, route, {**scene.named(name), **renamed}), key="one")
    assert not answer.is_server_error
    return list(edge.facts) if answer.is_success else None


async def misled(service: str, name: str) -> list[str]:
    """Every wrong name of this route, by its parameter, that is obeyed though the true one leads to something else."""
    scene, wrong = scene_of(service), []
    with edge_of(service, scene.caller(name)) as edge:
        truly = await led_to(edge, name)
        for parameter in (field.alias for field in commanding(service)[name].dependant.path_params):
            for other in others(scene.named(name)[parameter]):
                facts = await led_to(edge, name, **{parameter: other})
                if facts is not None and facts != truly:
                    wrong.append(f"{parameter} {other}")
    return wrong


def test_every_put_and_delete_is_tried() -> None:
    assert len(REPLACING) >= 21
    assert len(NAMING) >= 43


@pytest.mark.parametrize(("service", "name"), REPLACING)
async def test_at_its_true_names_it_has_an_effect(service: str, name: str) -> None:
    with edge_of(service, scene_of(service).caller(name)) as edge:
        assert await led_to(edge, name)


@pytest.mark.parametrize(("service", "name"), NAMING)
async def test_what_names_nothing_is_refused(service: str, name: str) -> None:
    assert await misled(service, name) == []


@pytest.mark.parametrize("reference", ["banana", "a/b", "a//", "..", "../role", "b c?d#e%2F", "é\u200b"])
@pytest.mark.parametrize(
    ("method", "rest", "body"), [("DELETE", "", None), ("PUT", "/role", {"role": "read_only_user"})]
)
async def test_a_user_of_before_is_found_under_any_reference(
    reference: str, method: str, rest: str, body: dict[str, str] | None
) -> None:
    with edge_of("intake", scene_of("intake").caller("remove_user")) as edge:
        company = intake.company_in("complete")
        users = [
            user.model_copy(update={"subject": reference}) if user.subject == intake.FULL.subject else user
            for user in company.users
        ]
        edge.set({("companies", str(COMPANY)): company.model_copy(update={"users": tuple(users)})})
        named = quote(reference, safe="").replace(".", "%2E")
        request = {"method": method, "url": f"/companies/{COMPANY}/users/{named}{rest}", "json": body, "headers": {}}
        assert (await edge.asks(request, key="once")).is_success
        assert edge.facts


async def test_a_silent_receipt_for_what_is_not_there_is_found() -> None:
    silent = (divisions, "remove", "_known(company, command.division_id).division_id", "command.division_id")
    with Mistake("a division that is not there is removed", "named", (silent,)).made():
        assert f"division_id {NOBODYS}" in await misled("intake", "remove_division")
