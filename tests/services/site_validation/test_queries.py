"""Site validation as it runs: what officers and the company see, who may, and that another company's anything is not there."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from shared.calendar import today
from shared.clock import now
from shared.contracts.intake import CompanyUsersChanged, UserRole
from shared.contracts.types import CompanyRole
from tests.support.app import ANYBODY, INTAKE_URL, Person, Served, application_of
from tests.support.packages import COMPANY, YARD
from tests.support.samples_review import withdrawn
from tests.support.samples_site_validation import PACKAGE, REQUIREMENT, reviewed, risk_assessed, small_package

TODAY = str(today(now()))
ACTION = {
    "division_id": str(YARD),
    "requirement_id": REQUIREMENT,
    "kind": "action_required",
    "text": "Replace the padlock.",
    "note": "The guard was asleep.",
    "due_on": str(today(now()) + timedelta(days=90)),
}
WISH = {"reason": "The yard is closed that week."}


@pytest.fixture(scope="module")
def sacha(site_validation: Served) -> Person:
    return site_validation.person("sacha", "site_officer")


@pytest.fixture(scope="module")
def maude(site_validation: Served) -> Person:
    return site_validation.person("maude")


@pytest.fixture
async def company(site_validation: Served, sacha: Person, maude: Person) -> UUID:
    """A company whose validation is open, with a visit to its yard today; Maude owns its account."""
    made = uuid4()
    for event in (team(maude), PACKAGE, reviewed(), risk_assessed()):
        await site_validation.hears(made, event)
    await sacha.sees(address(made), status="open")
    await sacha.does(f"POST {address(made)}/visits", {"division_ids": [str(YARD)], "on": TODAY})
    await maude.sees(f"/companies/{made}/validation")
    return made


def address(company: UUID) -> str:
    return f"/validations/{application_of(company)}"


def team(*people: Person, role: CompanyRole = "account_owner") -> CompanyUsersChanged:
    return CompanyUsersChanged(company_id=COMPANY, users=tuple(UserRole(subject=one.urn, role=role) for one in people))


async def visit_of(sacha: Person, company: UUID) -> str:
    """The id of its only visit."""
    [visit] = (await sacha.does(f"GET {address(company)}"))["visits"]
    return str(visit["visit_id"])


# --- officers -------------------------------------------------------------------------------------


async def test_an_officer_sees_what_to_verify_and_where_the_evidence_is(sacha: Person, company: UUID) -> None:
    read = await sacha.does(f"GET {address(company)}")
    [answer, *_] = read["divisions"][0]["answers"]
    assert (answer["requirement_id"], answer["judgement"]["advice"]) == (REQUIREMENT, "Show the log on the day.")
    assert {document["link"].rpartition("/")[0] for document in read["documents"]} == {f"{INTAKE_URL}/documents"}
    assert (read["risk"]["outcome"], read["contact"]["name"]) == ("acceptable", "Idris Halvorsen")
    assert (read["next_visit_on"], read["proposed_due_on"]) == (TODAY, ACTION["due_on"])


async def test_a_queue_is_read_by_status_page_by_page(site_validation: Served, sacha: Person, company: UUID) -> None:
    collecting = [uuid4() for _ in range(5)]
    for one in collecting:
        await site_validation.hears(one, PACKAGE)
        await sacha.sees(address(one), status="collecting")
    await site_validation.hears(collecting[0], withdrawn())
    await sacha.sees(address(collecting[0]), status="closed")

    statuses = ("collecting", "open", "closed")
    pages = {status: await sacha.pages(f"/validations?status={status}", "validations") for status in statuses}
    ids = {status: [row["application_id"] for row in rows] for status, rows in pages.items()}
    assert ids["collecting"] == sorted(ids["collecting"])
    assert set(ids["collecting"]) >= {str(application_of(one)) for one in collecting[1:]}
    assert str(application_of(collecting[0])) in set(ids["closed"]) - set(ids["collecting"])
    assert str(application_of(company)) in ids["open"]
    assert (await sacha.does("GET /validations"))["validations"] == pages["open"]


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "status=absent", "after=me", "company=me"])
async def test_a_queue_that_cannot_be_asked_for(sacha: Person, query: str) -> None:
    assert await sacha.refused(f"GET /validations?{query}") == "422 malformed"


# --- the company ----------------------------------------------------------------------------------


async def test_the_company_sees_visits_and_findings_but_no_note_and_no_score(sacha: Person, maude: Person, company: UUID) -> None:
    await sacha.does(f"POST {address(company)}/visits/{await visit_of(sacha, company)}/record", {"held_on": TODAY})
    await sacha.does(f"POST {address(company)}/findings", ACTION)
    read = await maude.does(f"GET /companies/{company}/validation")
    assert read.keys() == {"application_id", "visits", "findings"}
    [finding] = read["findings"]
    assert finding.keys() == {"finding_id", "division_id", "requirement_id", "kind", "state", "text", "due_on", "requirement"}
    assert (finding["text"], finding["due_on"], finding["state"]) == (ACTION["text"], ACTION["due_on"], "open")
    assert finding["requirement"].keys() == {"en", "fr"}
    assert ACTION["note"] in (await sacha.asks(f"GET {address(company)}")).text


async def test_the_company_sees_nothing_while_its_validation_is_not_open(
    site_validation: Served, sacha: Person, maude: Person, company: UUID
) -> None:
    await site_validation.hears(company, small_package(submission=2))
    await sacha.sees(address(company), status="collecting", submission=2)
    assert await maude.refused(f"GET /companies/{company}/validation") == "404 not_found"


async def test_who_may_only_read_reads(site_validation: Served, sacha: Person, company: UUID) -> None:
    idris = site_validation.person("idris")
    await site_validation.hears(company, team(idris, role="read_only_user"))
    await idris.sees(f"/companies/{company}/validation")
    visit = f"/companies/{company}/visits/{await visit_of(sacha, company)}"
    assert await idris.refused(f"POST {visit}/confirmation") == "403 role_not_allowed"
    assert await idris.refused(f"POST {visit}/another-day", WISH) == "403 role_not_allowed"


async def test_who_has_left_the_team_finds_nothing(site_validation: Served, maude: Person, company: UUID) -> None:
    idris = site_validation.person("idris")
    await site_validation.hears(company, team(idris, role="proxy_account_owner"))
    await idris.sees(f"/companies/{company}/validation")
    assert await maude.refused(f"GET /companies/{company}/validation") == "404 not_found"


async def test_another_company_is_not_found_by_its_id_nor_by_its_visit(
    site_validation: Served, sacha: Person, maude: Person, company: UUID
) -> None:
    other, stranger, visit = uuid4(), site_validation.person("stranger"), await visit_of(sacha, company)
    for event in (team(stranger), PACKAGE, reviewed(), risk_assessed()):
        await site_validation.hears(other, event)
    await stranger.sees(f"/companies/{other}/validation")
    assert await stranger.refused(f"GET /companies/{company}/validation") == "404 not_found"
    for whose in (company, other, uuid4()):
        assert await stranger.refused(f"POST /companies/{whose}/visits/{visit}/confirmation") == "404 not_found"
        assert await stranger.refused(f"POST /companies/{whose}/visits/{visit}/another-day", WISH) == "404 not_found"
    assert [one["state"] for one in (await maude.does(f"GET /companies/{company}/validation"))["visits"]] == ["planned"]


async def test_a_visit_that_was_held_or_is_unknown_cannot_be_arranged(sacha: Person, maude: Person, company: UUID) -> None:
    visit = await visit_of(sacha, company)
    await sacha.does(f"POST {address(company)}/visits/{visit}/record", {"held_on": TODAY})
    own = f"/companies/{company}/visits"
    assert await maude.refused(f"POST {own}/{visit}/confirmation") == "409 visit_held"
    assert await maude.refused(f"POST {own}/{visit}/another-day", WISH) == "409 visit_held"
    assert await maude.refused(f"POST {own}/{uuid4()}/confirmation") == "404 not_found"
    assert await maude.refused(f"POST {own}/{visit}/another-day", {"reason": ""}) == "422 malformed"


async def test_who_is_admitted(site_validation: Served) -> None:
    officers = {"site_officer"}
    assert await site_validation.admits() == {
        "GET /validations": officers,
        "GET /validations/{application_id}": officers,
        "POST /validations/{application_id}/visits": officers,
        "PUT /validations/{application_id}/visits/{visit_id}": officers,
        "DELETE /validations/{application_id}/visits/{visit_id}": officers,
        "POST /validations/{application_id}/visits/{visit_id}/record": officers,
        "POST /validations/{application_id}/findings": officers,
        "POST /validations/{application_id}/conclusion": officers,
        "GET /companies/{company_id}/validation": ANYBODY,
        "POST /companies/{company_id}/visits/{visit_id}/confirmation": ANYBODY,
        "POST /companies/{company_id}/visits/{visit_id}/another-day": ANYBODY,
    }
