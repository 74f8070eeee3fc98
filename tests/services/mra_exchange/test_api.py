"""Mutual recognition as it runs: what partners get of a member, by topic and over HTTP.

Every test has administrations of its own, so that each partner's members are those of one test.
"""

from typing import Any
from uuid import uuid4

import pytest

from shared.contracts.review import MembershipCancelled, MembershipSuspended
from tests.support.builders.packages import address
from tests.support.builders.review import declared
from tests.support.builders.sharing import (
    ENDED,
    RECORD,
    SINCE,
    gone,
    joined,
    member,
    member_path,
    number,
    partner,
    partner_records,
    revoked,
)
from tests.support.servers.served import ANYBODY, Person, Served


async def changes(customs: Person, cursor: str | None = None) -> tuple[dict[str, dict[str, Any]], str]:
    """What has changed, by PIP number, read in the smallest pages, and the cursor to come back with."""
    found: dict[str, dict[str, Any]] = {}
    while True:
        page = await customs.does("GET /partner/changes?limit=1" + (f"&after={cursor}" if cursor else ""))
        found |= {change["pip"]: change for change in page["changes"]}
        cursor = str(page["next"])
        if not page["more"]:
            return found, cursor


# --- partners -------------------------------------------------------------------------------------


async def test_a_consented_partner_gets_five_elements_and_no_other_partner_anything(mra_exchange: Served) -> None:
    company = uuid4()
    await joined(mra_exchange, company, "US")
    us, jp = partner(mra_exchange, "US"), partner(mra_exchange, "JP")
    record = await us.does(f"GET {member_path(company)}")
    assert record.keys() == RECORD
    assert (record["name"], record["identifiers"]) == ("Boreal Drayage Ltd.", {"pip": number(company)})
    assert record["dates"] == {"member_since": str(SINCE), "member_until": None}
    assert await us.does("GET /partner/members") == {"members": [record], "next": None}
    assert (await changes(us))[0] == {number(company): {"pip": number(company), "n": 1, "record": record}}

    assert await jp.does("GET /partner/members") == {"members": [], "next": None}
    assert (await changes(jp))[0] == {}
    assert await jp.refused(f"GET {member_path(company)}") == "404 not_found"


async def test_a_partner_gets_on_its_topic_what_it_reads_over_http_and_the_withdrawal_as_a_tombstone(
    mra_exchange: Served,
) -> None:
    company = uuid4()
    await joined(mra_exchange, company, "MX")
    mx = partner(mra_exchange, "MX")
    [shared] = await partner_records(mra_exchange, "MX", company, 1)
    assert (await mx.asks(f"GET {member_path(company)}")).content == shared.value
    assert str(company) not in str(shared)

    await mra_exchange.consumes(company, revoked("MX"))
    [*_, ended] = await partner_records(mra_exchange, "MX", company, 2)
    assert (ended.value, int(dict(ended.headers)["ce_sequence"])) == (None, 2)
    assert await mx.does("GET /partner/members") == {"members": [], "next": None}


async def test_a_partner_follows_status_name_and_address_and_nothing_else(mra_exchange: Served) -> None:
    company = uuid4()
    await joined(mra_exchange, company, "KR")
    moved = declared(3).profile.model_copy(update={"address": address("4 Airport Road")})
    for event in (
        declared(2, operating_name="Boreal Nord", headquarters_country="FR"),
        declared(3).model_copy(update={"profile": moved}),
    ):
        await mra_exchange.consumes(company, event)
    kr = partner(mra_exchange, "KR")
    await kr.sees(member_path(company), address=moved.address.model_dump(mode="json"))
    await mra_exchange.consumes(company, member(MembershipSuspended, "suspended"))
    await kr.sees(member_path(company), status="SUSPENDED")
    await mra_exchange.consumes(company, member(MembershipCancelled, "cancelled"))
    revoked = await kr.sees(member_path(company), status="REVOKED")
    assert revoked["dates"]["member_until"] == str(ENDED)
    assert (await changes(kr))[0][number(company)]["n"] == 4


async def test_never_not_consented_and_ended_look_alike(mra_exchange: Served) -> None:
    """No word and no length shows a partner whether somebody is a member (programme 5.13)."""
    elsewhere, ended = uuid4(), uuid4()
    await joined(mra_exchange, elsewhere, "IL")
    await joined(mra_exchange, ended, "SG")
    await mra_exchange.consumes(ended, revoked("SG"))
    sg = partner(mra_exchange, "SG")
    await gone(sg, member_path(ended))
    answers = [await sg.asks(f"GET {member_path(company)}") for company in (uuid4(), elsewhere, ended)]
    passing = {"correlation", "x-correlation-id", "date"}
    bodies = [{name: value for name, value in answer.json().items() if name not in passing} for answer in answers]
    headers = [{name: value for name, value in answer.headers.items() if name not in passing} for answer in answers]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert bodies == bodies[:1] * 3
    assert headers == headers[:1] * 3


async def test_members_are_read_page_by_page_without_those_that_have_ended(mra_exchange: Served) -> None:
    ended, *companies = sorted((uuid4() for _ in range(6)), key=number)
    for company in (ended, *companies):
        await joined(mra_exchange, company, "NZ")
    await mra_exchange.consumes(ended, revoked("NZ"))
    nz = partner(mra_exchange, "NZ")
    await gone(nz, member_path(ended))
    records = await nz.pages("/partner/members?", "members")
    assert [record["identifiers"]["pip"] for record in records] == list(map(number, companies))


async def test_changes_are_read_from_where_a_partner_was(mra_exchange: Served) -> None:
    ends, rests, stays = uuid4(), uuid4(), uuid4()
    for company in (ends, rests, stays):
        await joined(mra_exchange, company, "PE", "HK")
    pe = partner(mra_exchange, "PE")
    beginning, cursor = await changes(pe)
    assert {pip: change["n"] for pip, change in beginning.items()} == {
        number(company): 1 for company in (ends, rests, stays)
    }

    await mra_exchange.consumes(ends, revoked("PE", "HK"))
    await mra_exchange.consumes(rests, member(MembershipSuspended, "suspended"))
    await pe.sees(member_path(rests), status="SUSPENDED")
    await gone(pe, member_path(ends))
    since, _ = await changes(pe, cursor)
    assert since[number(ends)] == {"pip": number(ends), "n": 2, "ended": True}
    assert (since[number(rests)]["n"], since[number(rests)]["record"]["status"]) == (2, "SUSPENDED")
    assert {pip for pip, change in since.items() if change["n"] > 1} == {number(ends), number(rests)}
    assert number(ends) not in (await changes(pe))[0]
    assert len(await partner(mra_exchange, "HK").pages("/partner/members?", "members")) == 3


@pytest.mark.parametrize(
    "query", ["members?limit=0", "members?limit=501", "members?pip=me", "changes?limit=0", "changes?after=me"]
)
async def test_what_a_partner_cannot_ask_for(mra_exchange: Served, query: str) -> None:
    assert await partner(mra_exchange, "US").refused(f"GET /partner/{query}") == "422 malformed"


@pytest.mark.parametrize("administration", [None, "CA", "us", "XX"])
async def test_a_partner_of_no_known_administration_is_refused(
    mra_exchange: Served, administration: str | None
) -> None:
    stranger = mra_exchange.person("stranger", "partner", administration=administration)
    for request in ("GET /partner/members", f"GET {member_path(uuid4())}", "GET /partner/changes"):
        assert await stranger.refused(request) == "403 role_not_allowed"


async def test_who_is_admitted(mra_exchange: Served) -> None:
    assert await mra_exchange.admits() == {
        "GET /companies/{company_id}/disclosures": ANYBODY,
        "GET /partner/members": {"partner"},
        "GET /partner/members/{pip}": {"partner"},
        "GET /partner/changes": {"partner"},
    }
