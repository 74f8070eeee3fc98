"""Companies of 0.3.0 announce their users once to services that did not know them (docs/decisions/0032)."""

import asyncio
from collections.abc import Iterable
from uuid import UUID, uuid5

import pytest
import structlog

from services.intake.api import announcing
from services.intake.api.announcing import announce_all
from services.intake.domain.company.announcing import ANNOUNCED, UsersAnnounced
from services.intake.views import company as views
from services.intake.views.company import Companies
from shared.contracts.intake import CompanyUsersChanged
from shared.model import Json
from shared.relays import Relays
from shared.store.client import Database
from shared.store.documents import Documents
from shared.store.journal import chained
from tests.support.builders.applicant import business_number
from tests.support.builders.deciding import live
from tests.support.builders.intake import COMPANIES, COMPLETE, UNANNOUNCED, announce, company_in, register
from tests.support.builders.packages import COMPANY
from tests.support.samples.golden import read

OF_BEFORE = read("states/companies.registered.preparing.v1.json")
IDS = [uuid5(COMPANY, f"company/{number}") for number in range(7)]


def stored(company_id: UUID, state: Json) -> Json:
    """A company as its release left it; no two have one business number or document."""
    profile = {**state["profile"], "business_number": business_number()}
    own = {"company_id": str(company_id), "profile": profile, "documents": []}
    return {"_id": str(company_id), "version": 3, "sequence": 12, "state": {**state, **own}, "outbox": [], "head": ""}


async def of_before(database: Database, ids: Iterable[UUID]) -> Companies:
    """Companies that 0.3.0 stored, and one that is known by messages alone."""
    await database["companies"].insert_many(stored(company_id, OF_BEFORE) for company_id in ids)
    await database["companies"].insert_one({"_id": "0", "version": 1, "sequence": 0, "state": {"status": "absent"}})
    return replica(database)


def replica(database: Database) -> Companies:
    return Companies(COMPANIES, Documents(database, "companies"), Relays(), unique=dict(views.UNIQUE))


async def outboxes(companies: Companies) -> dict[str, list[Json]]:
    return await companies.documents.outboxes([*map(str, IDS), "0"])


def published(outbox: list[Json]) -> list[str]:
    return [entry["message"]["topic"] for entry in outbox if entry["message"]]


def test_a_company_announces_its_users_once() -> None:
    facts = COMPANIES.decide(announce(), UNANNOUNCED)
    assert facts == (UsersAnnounced(announced=ANNOUNCED),)
    after, again = live(COMPANIES, [announce(), announce()], UNANNOUNCED)
    assert again == facts
    assert after == UNANNOUNCED.model_copy(update={"announced": ANNOUNCED})
    outgoing = COMPANIES.publish(facts[0], after)
    assert outgoing
    assert (outgoing.topic, outgoing.type) == ("pip.team", "pip.CompanyUsersChanged.v2")
    message = CompanyUsersChanged.read(outgoing.body or "")
    assert [(user.subject, user.role) for user in message.users] == [(u.subject, u.role) for u in UNANNOUNCED.users]


@pytest.mark.parametrize("life", [(), (register(),), COMPLETE])
def test_who_registers_now_has_announced_and_who_is_unknown_has_nobody(life: tuple[object, ...]) -> None:
    assert live(COMPANIES, [*life, announce()])[1] == live(COMPANIES, life)[1]  # type: ignore[misc]


def test_every_way_to_other_users_goes_to_the_teams() -> None:
    company, facts = company_in("complete"), live(COMPANIES, COMPLETE)[1]
    topics = {fact.kind: out.topic for fact in facts if (out := COMPANIES.publish(fact, company))}
    assert topics == dict.fromkeys(("company_registered", "user_added"), "pip.team")


async def test_companies_of_before_announce_once_though_two_replicas_sweep(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcing, "AT_ONCE", 3)
    companies = await of_before(database, IDS)
    with structlog.testing.capture_logs() as logs:
        await asyncio.gather(announce_all(companies), announce_all(replica(database)))
        await announce_all(companies)
    kept = await outboxes(companies)
    assert {company_id: published(outbox) for company_id, outbox in kept.items()} == {
        str(company_id): ["pip.team"] for company_id in IDS
    }
    assert all(outbox[0]["hash"] == chained("", outbox[0]) for outbox in kept.values())
    assert {line["event"] for line in logs} == {"companies_announced"}
    assert await companies.documents.ids("", 9, views.UNANNOUNCED) == []


async def test_one_that_cannot_now_stops_no_other(database: Database) -> None:
    companies = await of_before(database, IDS)
    for wrong, number in (({"halted": True}, 0), ({"state.v": 99}, 1), ({"state.users": "nobody"}, 2)):
        await database["companies"].update_one({"_id": str(IDS[number])}, {"$set": wrong})
    with structlog.testing.capture_logs() as logs:
        await announce_all(companies)
    assert {line["event"] for line in logs} == {
        "announcement_held",
        "announcement_failed",
        "companies_announced",
    }
    assert set(await outboxes(companies)) == set(map(str, IDS[3:]))
    await database["companies"].update_one({"_id": str(IDS[0])}, {"$unset": {"halted": ""}})
    await announce_all(companies)
    assert set(await outboxes(companies)) == set(map(str, (IDS[0], *IDS[3:])))


async def test_the_sweep_finds_them_by_an_index(database: Database) -> None:
    companies = await of_before(database, IDS)
    await companies.documents.prepare(companies.unique, views.INDEXES)
    found = database["companies"].find({**views.UNANNOUNCED, "_id": {"$gt": ""}}).sort("_id").limit(3)
    assert "COLLSCAN" not in str(plan := await found.explain())
    assert "state.announced" in str(plan["queryPlanner"]["winningPlan"])
