"""Site validation as it runs: what officers and the company may see, and that nothing of another company is found."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from shared.clock import now
from shared.contracts.types import CompanyRole
from tests.support.builders.review import withdrawn
from tests.support.builders.site_validation import PACKAGE, REQUIREMENT, reviewed, risk_assessed, small_package
from tests.support.builders.validating import (
    ACTION,
    ADVICE,
    HELD,
    LATER,
    PLAN,
    SOON,
    WISH,
    YESTERDAY,
    address,
    day,
    held,
    opened,
    planned,
    team,
)
from tests.support.servers.served import ANYBODY, INTAKE_URL, Person, Served, application_of

RESPONSE = {"text": "A new padlock is in place."}


@pytest.fixture
async def company(site_validation: Served, sacha: Person, maude: Person) -> UUID:
    """A company whose validation is open, with a visit to its yard today; Maude owns its account."""
    made = uuid4()
    for event in (team(maude), PACKAGE, reviewed(), risk_assessed()):
        await site_validation.consumes(made, event)
    await sacha.sees(address(made), status="open")
    await sacha.does(f"POST {address(made)}/visits", {**PLAN, "on": day()})
    await maude.sees(f"/companies/{made}/validation")
    return made


async def visit_of(sacha: Person, company: UUID) -> str:
    """The id of its only visit."""
    [visit] = (await sacha.does(f"GET {address(company)}"))["visits"]
    return str(visit["visit_id"])


async def finding_of(sacha: Person, company: UUID, observation: Mapping[str, object] = ACTION) -> str:
    """The id of what was found at its only visit."""
    await sacha.does(f"POST {address(company)}/visits/{await visit_of(sacha, company)}/record", HELD)
    return str((await sacha.does(f"POST {address(company)}/findings", observation))["id"])


# --- officers -------------------------------------------------------------------------------------


async def test_an_officer_sees_what_to_verify_and_where_the_evidence_is(sacha: Person, company: UUID) -> None:
    read = await sacha.does(f"GET {address(company)}")
    [answer, *_] = read["divisions"][0]["answers"]
    assert (answer["requirement_id"], answer["judgement"]["advice"]) == (REQUIREMENT, "Show the log on the day.")
    assert {document["link"].rpartition("/")[0] for document in read["documents"]} == {f"{INTAKE_URL}/documents"}
    assert (read["risk"]["outcome"], read["contact"]["name"]) == ("acceptable", "Idris Halvorsen")
    assert (read["next_visit_on"], read["proposed_due_on"]) == (day(), day(90))


async def test_a_queue_is_read_by_status_page_by_page(site_validation: Served, sacha: Person, company: UUID) -> None:
    collecting = [uuid4() for _ in range(5)]
    for another in collecting:
        await site_validation.consumes(another, PACKAGE)
        await sacha.sees(address(another), status="collecting")
    await site_validation.consumes(collecting[0], withdrawn())
    await sacha.sees(address(collecting[0]), status="closed")

    statuses = ("collecting", "open", "closed")
    pages = {status: await sacha.pages(f"/validations?status={status}", "validations") for status in statuses}
    ids = {status: [row["application_id"] for row in rows] for status, rows in pages.items()}
    assert ids["collecting"] == sorted(ids["collecting"])
    assert set(ids["collecting"]) >= {str(application_of(company)) for company in collecting[1:]}
    assert str(application_of(collecting[0])) in set(ids["closed"]) - set(ids["collecting"])
    assert str(application_of(company)) in ids["open"]
    assert (await sacha.does("GET /validations"))["validations"] == pages["open"]


async def test_a_queue_is_read_by_the_days_of_visits_to_come(site_validation: Served, sacha: Person) -> None:
    soon, later, cancelled = uuid4(), uuid4(), uuid4()
    for company, on in ((soon, SOON), (later, LATER), (cancelled, SOON)):
        visit = await planned(sacha, await opened(site_validation, sacha, company), on)
    await sacha.does(f"DELETE {visit}")
    for days, expected in (
        (f"visit_from={SOON}&visit_until={SOON}", {soon}),
        (f"visit_from={SOON}", {soon, later}),
        (f"visit_from={YESTERDAY}&visit_until={YESTERDAY}", set()),
    ):
        rows = await sacha.pages(f"/validations?{days}", "validations")
        ids = {row["application_id"] for row in rows}
        assert ids & {str(application_of(company)) for company in (soon, later, cancelled)} == {
            str(application_of(company)) for company in expected
        }
        assert all(row["next_visit_on"] for row in rows)
    refused = await sacha.asks(f"GET /validations?visit_from={LATER}&visit_until={SOON}")
    assert (refused.status_code, refused.json()["code"]) == (422, "period_reversed")
    assert refused.json()["field"] == "query.visit_until"


async def test_a_queue_is_read_by_overdue_actions_which_the_calendar_makes(
    site_validation: Served, sacha: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, settled = uuid4(), uuid4()
    for company in (late, settled):
        await sacha.does(f"POST {await held(site_validation, sacha, company)}/findings", ACTION)
    await sacha.does(f"POST {address(settled)}/conclusion", {"outcome": "failed", "reason": "No fence."})
    assert (await sacha.does("GET /validations?overdue=true"))["validations"] == []

    monkeypatch.setattr("shared.timers.now", lambda: now() + timedelta(days=91))
    await sacha.sees(address(late), overdue_actions=1)
    rows = await sacha.pages("/validations?overdue=true", "validations")
    assert str(application_of(late)) in {row["application_id"] for row in rows}
    assert (await sacha.does(f"GET {address(settled)}"))["overdue_actions"] == 0


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "status=absent",
        "after=me",
        "company=me",
        "overdue=perhaps",
        "visit_from=soon",
        "visit_until=2026-02-30",
    ],
)
async def test_a_queue_that_cannot_be_asked_for(sacha: Person, query: str) -> None:
    assert await sacha.refused(f"GET /validations?{query}") == "422 malformed"


# --- the company ----------------------------------------------------------------------------------


async def test_the_company_sees_visits_and_findings_but_no_note_and_no_score(
    sacha: Person, maude: Person, company: UUID
) -> None:
    await sacha.does(f"POST {address(company)}/visits/{await visit_of(sacha, company)}/record", HELD)
    await sacha.does(f"POST {address(company)}/findings", ACTION)
    read = await maude.does(f"GET /companies/{company}/validation")
    assert read.keys() == {"application_id", "visits", "findings"}
    [finding] = read["findings"]
    assert finding.keys() == {
        *("finding_id", "division_id", "requirement_id", "requirement", "kind", "state", "text"),
        *("due_on", "overdue", "responses"),
    }
    assert (finding["text"], finding["due_on"], finding["state"]) == (ACTION["text"], ACTION["due_on"], "open")
    assert finding["requirement"].keys() == {"en", "fr"}
    assert ACTION["note"] in (await sacha.asks(f"GET {address(company)}")).text


async def test_the_company_sees_nothing_while_its_validation_is_not_open(
    site_validation: Served, sacha: Person, maude: Person, company: UUID
) -> None:
    await site_validation.consumes(company, small_package(submission=2))
    await sacha.sees(address(company), status="collecting", submission=2)
    assert await maude.refused(f"GET /companies/{company}/validation") == "404 not_found"


async def test_who_may_only_read_reads(site_validation: Served, sacha: Person, company: UUID) -> None:
    idris = site_validation.person("idris")
    await site_validation.consumes(company, team(idris, role="read_only_user"))
    await idris.sees(f"/companies/{company}/validation")
    visit = f"/companies/{company}/visits/{await visit_of(sacha, company)}"
    assert await idris.refused(f"POST {visit}/confirmation") == "403 role_not_allowed"
    assert await idris.refused(f"POST {visit}/another-day", WISH) == "403 role_not_allowed"
    assert (
        await idris.refused(f"POST /companies/{company}/findings/{uuid4()}/responses", RESPONSE)
        == "403 role_not_allowed"
    )


@pytest.mark.parametrize("role", ["account_owner", "proxy_account_owner", "full_access_user"])
async def test_who_may_answer_confirms_a_visit_and_responds_to_a_finding(
    site_validation: Served, sacha: Person, company: UUID, role: CompanyRole
) -> None:
    idris = site_validation.person("idris")
    await site_validation.consumes(company, team(idris, role=role))
    await idris.sees(f"/companies/{company}/validation")
    await idris.does(f"POST /companies/{company}/visits/{await visit_of(sacha, company)}/confirmation")
    await idris.does(f"POST /companies/{company}/findings/{await finding_of(sacha, company)}/responses", RESPONSE)
    [read] = (await idris.does(f"GET /companies/{company}/validation"))["findings"]
    assert (read["state"], read["responses"]) == (
        "responded",
        [{"text": RESPONSE["text"], "documents": [], "given_on": day(), "rejection": None}],
    )


async def test_what_asks_for_no_action_is_not_answered(sacha: Person, maude: Person, company: UUID) -> None:
    finding = await finding_of(sacha, company, ADVICE)
    assert (
        await maude.refused(f"POST /companies/{company}/findings/{finding}/responses", RESPONSE)
        == "409 no_action_required"
    )


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body.text"),
        ({**RESPONSE, "documents": [{"document_id": str(uuid4())}]}, "body.documents.0.sha256"),
        ({**RESPONSE, "documents": [{"document_id": str(uuid4()), "sha256": "beef"}]}, "body.documents.0.sha256"),
        ({**RESPONSE, "documents": [{"document_id": str(uuid4()), "sha256": "5f" * 32}] * 21}, "body.documents"),
    ],
)
async def test_a_malformed_response_names_its_field(
    maude: Person, company: UUID, body: dict[str, object], field: str
) -> None:
    request = f"POST /companies/{company}/findings/{uuid4()}/responses"
    assert await maude.refused(request, body) == "422 malformed"
    assert (await maude.asks(request, body)).json()["field"] == field


async def test_who_has_left_the_team_finds_nothing(site_validation: Served, maude: Person, company: UUID) -> None:
    idris = site_validation.person("idris")
    await site_validation.consumes(company, team(idris, role="proxy_account_owner"))
    await idris.sees(f"/companies/{company}/validation")
    assert await maude.refused(f"GET /companies/{company}/validation") == "404 not_found"


async def test_another_company_is_not_found_by_its_id_its_visit_or_its_finding(
    site_validation: Served, sacha: Person, maude: Person, company: UUID
) -> None:
    other, stranger, visit = uuid4(), site_validation.person("stranger"), await visit_of(sacha, company)
    for event in (team(stranger), PACKAGE, reviewed(), risk_assessed()):
        await site_validation.consumes(other, event)
    await stranger.sees(f"/companies/{other}/validation")
    assert await stranger.refused(f"GET /companies/{company}/validation") == "404 not_found"
    for whose in (company, other, uuid4()):
        assert await stranger.refused(f"POST /companies/{whose}/visits/{visit}/confirmation") == "404 not_found"
        assert await stranger.refused(f"POST /companies/{whose}/visits/{visit}/another-day", WISH) == "404 not_found"
    assert [visit["state"] for visit in (await maude.does(f"GET /companies/{company}/validation"))["visits"]] == [
        "planned"
    ]

    finding = await finding_of(sacha, company)
    for whose in (company, other, uuid4()):
        assert (
            await stranger.refused(f"POST /companies/{whose}/findings/{finding}/responses", RESPONSE) == "404 not_found"
        )
    assert [
        finding["responses"] for finding in (await maude.does(f"GET /companies/{company}/validation"))["findings"]
    ] == [[]]


async def test_a_visit_that_was_held_or_is_unknown_cannot_be_arranged(
    sacha: Person, maude: Person, company: UUID
) -> None:
    visit = await visit_of(sacha, company)
    await sacha.does(f"POST {address(company)}/visits/{visit}/record", HELD)
    own = f"/companies/{company}/visits"
    assert await maude.refused(f"POST {own}/{visit}/confirmation") == "409 visit_held"
    assert await maude.refused(f"POST {own}/{visit}/another-day", WISH) == "409 visit_held"
    assert await maude.refused(f"POST {own}/{uuid4()}/confirmation") == "404 not_found"
    assert await maude.refused(f"POST {own}/{visit}/another-day", {"reason": ""}) == "422 malformed"


async def test_who_is_admitted(site_validation: Served) -> None:
    officers, readers = {"site_officer"}, {"site_officer", "decision_officer"}
    assert await site_validation.admits() == {
        "GET /validations": readers,
        "GET /validations/{application_id}": readers,
        "POST /validations/{application_id}/visits": officers,
        "PUT /validations/{application_id}/visits/{visit_id}": officers,
        "DELETE /validations/{application_id}/visits/{visit_id}": officers,
        "POST /validations/{application_id}/visits/{visit_id}/record": officers,
        "POST /validations/{application_id}/findings": officers,
        "POST /validations/{application_id}/findings/{finding_id}/acceptance": officers,
        "POST /validations/{application_id}/findings/{finding_id}/rejection": officers,
        "POST /validations/{application_id}/conclusion": officers,
        "POST /validations/{application_id}/waiver": {"decision_officer"},
        "GET /companies/{company_id}/validation": ANYBODY,
        "POST /companies/{company_id}/visits/{visit_id}/confirmation": ANYBODY,
        "POST /companies/{company_id}/visits/{visit_id}/another-day": ANYBODY,
        "POST /companies/{company_id}/findings/{finding_id}/responses": ANYBODY,
    }
