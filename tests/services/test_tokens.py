"""A good token of another company's owner or another partner opens nothing of ours at any route (programme 1.1)."""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from shared.clock import now
from shared.model import Json
from shared.store.client import Database, connect
from tests.support.builders.example_requests import requests
from tests.support.builders.settling import Ids, settle
from tests.support.built import admitted, app_of, routes
from tests.support.servers.backing import Broker
from tests.support.servers.bus import until
from tests.support.servers.served import ROLES, Person, at_work
from tests.support.servers.serving import Issuer
from tests.support.source import SERVICES

LATER = datetime.max.replace(tzinfo=UTC)
OUTDATED = {"If-Match": '"0"'}
OTHERS: dict[str, set[str]] = {"another company's owner": set(), "another partner": {"partner"}}
Asked = tuple[set[str], Json]


@dataclass(frozen=True)
class Neighbours:
    """A service with our company and another: all ids of ours, those that only ours has, and who is not of ours."""

    name: str
    database: Database
    us: Person
    officer: Person
    ours: Ids
    ours_alone: Ids
    their_company: str
    others: dict[str, Person]

    def asked(self, ids: Ids, *, named: bool = True) -> Iterator[Asked]:
        """Requests that name something, with these ids, or that name nothing; each with the roles that may ask it."""
        app = app_of(self.name)
        described = (route for route in routes(app) if admitted(route) and getattr(route, "include_in_schema", False))
        for route in described:
            for method in (route.methods or ()) if bool(route.dependant.path_params) is named else ():
                for request in requests(app.openapi(), str(route.path_format), method.lower(), ids):
                    yield admitted(route), request

    async def kept(self) -> dict[str, list[Json]]:
        """All that is stored, but for what operators have done, officers have read, and people have attempted."""
        collections = set(await self.database.list_collection_names()) - {"acts", "attempts"}
        return {
            collection: await self.database[collection].find().sort("_id").to_list(None) for collection in collections
        }

    async def is_at_rest(self) -> bool:
        """Whether nothing is left to send, and no timer is due."""
        stored = [document for collection in (await self.kept()).values() for document in collection]
        return not any(document.get("outbox") or (document.get("due") or LATER) <= now() for document in stored)


@pytest.fixture(scope="module", params=SERVICES)
async def neighbours(
    request: pytest.FixtureRequest, broker: Broker, mongo_url: str, issuer: Issuer
) -> AsyncIterator[Neighbours]:
    service, database = request.param, connect(mongo_url, f"t{uuid4().hex}")
    async with at_work(service, broker, mongo_url, issuer, database.name) as served:
        us, they, officer = (
            served.person(subject, *ROLES, administration="US") for subject in ("we", "they", "officer")
        )
        ours, theirs = [await settle(service, served, owner, uuid4()) for owner in (us, they)]
        alone = {name: value for name, value in ours.items() if value != theirs[name]}
        others = {other: served.person("they", *roles, administration="KR") for other, roles in OTHERS.items()}
        both = Neighbours(service, database, us, officer, ours, alone, theirs["company_id"], others)
        await until(both.is_at_rest)
        yield both
    await database.client.drop_database(database.name)
    database.client.close()


async def answered(person: Person, request: Json, headers: Mapping[str, str] = {}) -> str:
    """Status and code of a refusal, as `404 not_found`, or what is read."""
    answer = await person.client.request(**request | {"headers": {**person.headers, **headers}})
    return f"{answer.status_code} {answer.json()['code']}" if answer.is_error else answer.text


async def named(person: Person, neighbours: Neighbours) -> set[str]:
    """The ids of ours that a person reads at routes which name nothing."""
    asked = [request | {"params": {}} for _, request in neighbours.asked({}, named=False)]
    answers = [await answered(person, request) for request in asked]
    return {value for value in neighbours.ours_alone.values() for text in answers if value in text}


async def test_nothing_of_ours_is_there_for_others_or_is_changed(neighbours: Neighbours) -> None:
    before = await neighbours.kept()
    for admitting, request in neighbours.asked(neighbours.ours):
        for other, roles in OTHERS.items():
            refusal = "404 not_found" if admitting & {"trader", *roles} else "403 role_not_allowed"
            assert await answered(neighbours.others[other], request) == refusal, f"{other}: {request}"
            assert await answered(neighbours.others[other], request, OUTDATED) == refusal, f"{other}: {request}"
            concerned = {await answered(person, request, OUTDATED) for person in (neighbours.us, neighbours.officer)}
            assert concerned - {refusal, "422 malformed"}, request
    assert await neighbours.kept() == before


async def test_nothing_of_ours_is_listed_for_others(neighbours: Neighbours) -> None:
    assert await named(neighbours.us, neighbours)
    for other in neighbours.others.values():
        assert await named(other, neighbours) == set()


async def test_under_their_company_ours_is_as_what_nobody_has(neighbours: Neighbours) -> None:
    owner = neighbours.others["another company's owner"]
    at_home = {**neighbours.ours, "company_id": neighbours.their_company}
    nobodys = {name: str(uuid4()) for name in neighbours.ours_alone if name != "company_id"}
    before = await neighbours.kept()
    for (_, request), (_, vain) in zip(neighbours.asked(at_home), neighbours.asked(at_home | nobodys), strict=True):
        if request["url"] != vain["url"]:
            assert await answered(owner, request) == await answered(owner, vain), request
    assert await neighbours.kept() == before
