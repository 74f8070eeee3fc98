"""Nobody acts as an officer on a company of which it is a user, or reads there what officers write (programme 3.7)."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import APIRouter, FastAPI

from services.review.api.deps import CaseReviewer
from shared.contracts.intake import ApplicationSubmitted
from shared.contracts.review import ApplicationApproved
from shared.http.guard import allow
from shared.http.openapi import at_the_edge, refused_by
from shared.model import Json
from shared.programme.roles import OFFICERS
from tests.support.builders.example_requests import requests
from tests.support.builders.settling import Ids, sample_event, settle
from tests.support.built import admitted, app_of, routes
from tests.support.servers.backing import Broker
from tests.support.servers.bus import until
from tests.support.servers.served import OF_OFFICERS, ROLES, Person, Served, application_of, at_work
from tests.support.servers.serving import Issuer
from tests.support.source import SERVICES

COUNTED = {"intake": (1, 0), "review": (14, 2), "risk": (1, 2), "site_validation": (9, 1), "mra_exchange": (0, 0)}
ASKED = ("intake", *OF_OFFICERS)
REFUSED = {"not_impartial", "team_unknown"}
WITH_MEMBERS = {"review": (ApplicationSubmitted, ApplicationApproved)}
Operation = tuple[str, str, set[str]]


def of_officers(app: FastAPI) -> Iterator[Operation]:
    """What officers alone are admitted to, but for lists: each operation, with the codes that refuse it."""
    for route in routes(app):
        if admitted(route) and admitted(route) <= set(OFFICERS):
            for method in (route.methods or set()) - (set() if route.dependant.path_params else {"GET"}):
                yield method.lower(), str(route.path_format), {*at_the_edge(route), *refused_by(route.endpoint)}


def commands(app: FastAPI) -> list[Operation]:
    return [operation for operation in of_officers(app) if operation[0] != "get"]


def reads(app: FastAPI) -> list[Operation]:
    return [operation for operation in of_officers(app) if operation[0] == "get"]


def unheeding(app: FastAPI, *, knows_itself: bool = False) -> list[str]:
    """The officers' operations that do not look whose officer it is; a company in intake knows its users itself."""
    needed = REFUSED - ({"team_unknown"} if knows_itself else set())
    found = [(method, path) for method, path, codes in commands(app) if not needed <= codes]
    found += [(method, path) for method, path, codes in reads(app) if "not_impartial" not in codes]
    return [f"{method} {path}" for method, path in found]


# --- the law --------------------------------------------------------------------------------------


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_of_officers_looks_whose_officer_it_is(service: str) -> None:
    app = app_of(service)
    assert unheeding(app, knows_itself=service == "intake") == []
    assert (len(commands(app)), len(reads(app))) == COUNTED[service]


def test_an_operation_that_does_not_look_is_found() -> None:
    router = APIRouter()

    @router.post("/cases/{application_id}/verdict")
    async def give(application_id: UUID, call: CaseReviewer) -> None: ...

    @router.post("/cases/{application_id}/favour", dependencies=[allow("review_officer")])
    async def favour(application_id: UUID) -> None: ...

    @router.get("/cases/{application_id}/notes", dependencies=[allow(*OFFICERS)])
    async def notes(application_id: UUID) -> None: ...

    app = FastAPI()
    app.include_router(router)
    assert unheeding(app) == ["post /cases/{application_id}/favour", "get /cases/{application_id}/notes"]


# --- on real wires --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scene:
    """A service with two companies: `insider` is a user of the first, and nothing is known of the second's users."""

    name: str
    served: Served
    company: UUID
    ours: Ids
    unknown: Ids
    insider: Person
    officer: Person

    async def answers(self, person: Person, operations: list[Operation], ids: Ids) -> dict[str, set[str]]:
        """The code of every refusal, or the status, by operation."""
        document, found = app_of(self.name).openapi(), dict[str, set[str]]()
        for method, path, _ in operations:
            asked = [await self._asked(person, request) for request in requests(document, path, method, ids)]
            found[f"{method} {path}"] = {code(answer) for answer in asked}
        return found

    async def _asked(self, person: Person, request: Json) -> httpx.Response:
        headers = {name: value for name, value in request["headers"].items() if name == "Content-Type"}
        return await person.client.request(**request | {"headers": {**person.headers, **headers}})


def code(answer: httpx.Response) -> str:
    return str(answer.json()["code"]) if answer.is_error else str(answer.status_code)


@pytest.fixture(scope="module", params=ASKED)
async def scene(request: pytest.FixtureRequest, broker: Broker, mongo_url: str, issuer: Issuer) -> AsyncIterator[Scene]:
    name = request.param
    async with at_work(name, broker, mongo_url, issuer) as served:
        insider, officer = (served.person(subject, *ROLES) for subject in ("insider", "officer"))
        company, nobodys = uuid4(), uuid4()
        ours = await settle(name, served, insider, company)
        if name in OF_OFFICERS:
            served.introduced.add(nobodys)  # never
            for kind in WITH_MEMBERS.get(name, (ApplicationSubmitted,)):
                await served.consumes(nobodys, sample_event(kind))
        application = application_of(nobodys)
        unknown = {**ours, "company_id": str(nobodys), "application_id": str(application)}
        yield Scene(name, served, UUID(ours["company_id"]), ours, unknown, insider, officer)


async def test_before_the_users_are_known_officers_read_and_do_not_act(scene: Scene) -> None:
    if scene.name == "intake":
        return
    operations = commands(app_of(scene.name))

    async def refused_alike() -> bool:
        answers = await scene.answers(scene.officer, operations, scene.unknown)
        return set().union(*answers.values()) == {"team_unknown"}

    await until(refused_alike)
    read = await scene.answers(scene.officer, reads(app_of(scene.name)), scene.unknown)
    assert set().union(*read.values()) & REFUSED == set()


async def test_another_officer_acts_and_a_user_of_the_company_does_not(scene: Scene) -> None:
    """Also where the officer became a user later."""
    app = app_of(scene.name)
    operations = [*reads(app), *commands(app)]
    if scene.name in OF_OFFICERS:
        await scene.served.introduces(scene.company, "urn-owner")
        before = await scene.answers(scene.insider, reads(app), scene.ours)
        assert set().union(*before.values()) & REFUSED == set()
        await scene.served.introduces(scene.company, "urn-owner", scene.insider.urn)
    own = await scene.answers(scene.insider, operations, scene.ours)
    assert own == {f"{method} {path}": {"not_impartial"} for method, path, _ in operations}
    others = await scene.answers(scene.officer, operations, scene.ours)
    assert set().union(*others.values()) & REFUSED == set()


async def test_both_refusals_are_written_in_both_languages(scene: Scene) -> None:
    method, path, _ = commands(app_of(scene.name))[0]
    [request, *_] = requests(app_of(scene.name).openapi(), path, method, scene.ours)
    asked = f"{method.upper()} {request['url']}"
    if scene.name in OF_OFFICERS:
        await scene.served.introduces(scene.company, "urn-owner", scene.insider.urn)
    assert await scene.insider.refused(asked, request.get("json")) == "403 not_impartial"
    if scene.name in OF_OFFICERS:
        asked = asked.replace(scene.ours["application_id"], scene.unknown["application_id"])
        asked = asked.replace(scene.ours["company_id"], scene.unknown["company_id"])
        assert await scene.officer.refused(asked, request.get("json")) == "503 team_unknown"
        answer = await scene.officer.asks(asked, request.get("json"))
        assert int(answer.headers["Retry-After"]) > 0
