"""Risk as it runs: what it consumes, what its officers see and decide, and what it then publishes."""

from uuid import UUID, uuid4

import pytest

from shared.contracts.review import ApplicationDenied
from shared.contracts.risk import RiskAssessed
from tests.support.builders.packages import COMPANY, eligibility, package, profile
from tests.support.builders.review import withdrawn
from tests.support.builders.risk import APPLICATION, AT, DRAFT, POLICY, reviewed
from tests.support.servers.served import Person, Served, application_of

READERS = {"risk_officer", "decision_officer"}
RULING = {"outcome": "acceptable", "reason": "The debt was paid in January."}
INDEBTED = package(eligibility=eligibility(crown_debt=True))
DENIED = ApplicationDenied(
    company_id=COMPANY,
    application_id=APPLICATION,
    submission=1,
    grounds=("profile",),
    message="Two musts are not met.",
    denied_on=AT.date(),
)


@pytest.fixture(scope="module")
def rui(risk: Served) -> Person:
    return risk.person("rui", "risk_officer")


def address(company: UUID) -> str:
    return f"/assessments/{application_of(company)}"


async def referred(risk: Served, rui: Person, company: UUID) -> str:
    """The address of an assessment that waits for an officer."""
    await risk.consumes(company, INDEBTED)
    await risk.consumes(company, reviewed())
    await rui.sees(address(company), status="referred")
    return address(company)


async def test_a_clear_case_is_decided_by_policy_and_published(risk: Served, rui: Person) -> None:
    company = uuid4()
    await risk.consumes(company, package())
    collecting = await rui.sees(address(company), status="collecting")
    assert (collecting["legal_name"], collecting["score"], collecting["decision"]) == (
        "Boreal Drayage Ltd.",
        None,
        None,
    )

    await risk.consumes(company, reviewed())
    assessed = await rui.sees(address(company), status="assessed")
    assert (assessed["decision"]["outcome"], assessed["decision"]["decided_by"]) == ("acceptable", "policy")
    [published] = await risk.publishes(RiskAssessed, company)
    assert (published.outcome, published.band, published.decided_by) == ("acceptable", "low", "policy")


async def test_what_is_not_clear_waits_for_an_officer_who_decides_with_a_reason(risk: Served, rui: Person) -> None:
    company = uuid4()
    assessment = await referred(risk, rui, company)
    assert str(application_of(company)) in [
        row["application_id"] for row in (await rui.does("GET /assessments"))["assessments"]
    ]
    [rule] = (await rui.does(f"GET {assessment}"))["score"]["rules"]
    assert rule["rule_id"] == "crown_debt"
    assert rule["explanation"].keys() == {"en", "fr"}

    await rui.does(f"POST {assessment}/decision", RULING)
    decided = await rui.does(f"GET {assessment}")
    assert (decided["status"], decided["decision"]["reason"]) == ("assessed", RULING["reason"])
    [published] = await risk.publishes(RiskAssessed, company)
    assert (published.outcome, published.decided_by, published.band) == ("acceptable", "officer", "medium")
    assert RULING["reason"] not in published.model_dump_json()


async def test_an_adverse_fact_leads_to_unacceptable_in_whatever_order_it_is_consumed(
    risk: Served, rui: Person
) -> None:
    company = uuid4()
    await risk.consumes(company, reviewed())
    await rui.sees(address(company), status="collecting", legal_name=None)
    await risk.consumes(company, package(eligibility=eligibility(convictions=True)))
    await rui.sees(address(company), status="assessed")
    [published] = await risk.publishes(RiskAssessed, company)
    assert (published.outcome, published.band, published.submission) == ("unacceptable", "high", 1)


async def test_a_message_that_comes_again_changes_nothing(risk: Served, rui: Person) -> None:
    company = uuid4()
    await risk.consumes(company, package(), sequence=1)
    await risk.consumes(company, package(), sequence=1)
    await risk.consumes(company, withdrawn(), sequence=2)
    await rui.sees(address(company), status="closed")
    assert (await rui.asks(f"GET {address(company)}")).headers["etag"].startswith('"2-')


async def test_a_closed_assessment_keeps_nothing_of_the_company(risk: Served, rui: Person) -> None:
    company = uuid4()
    assessment = await referred(risk, rui, company)
    await risk.consumes(company, DENIED)
    closed = await rui.sees(assessment, status="closed")
    assert [closed[field] for field in ("legal_name", "declared", "score", "decision")] == [None] * 4
    assert await rui.refused(f"POST {assessment}/decision", RULING) == "409 assessment_closed"


async def test_what_the_state_does_not_allow(risk: Served, rui: Person) -> None:
    collecting, assessed = uuid4(), uuid4()
    await risk.consumes(collecting, package())
    await rui.sees(address(collecting), status="collecting")
    await risk.consumes(assessed, package())
    await risk.consumes(assessed, reviewed())
    before = await rui.sees(address(assessed), status="assessed")
    assert await rui.refused(f"POST {address(collecting)}/decision", RULING) == "409 not_assessed_yet"
    assert await rui.refused(f"POST {address(assessed)}/decision", RULING) == "409 already_decided"
    assert await rui.does(f"GET {address(assessed)}") == before


async def test_what_nobody_has_submitted_is_not_found(rui: Person) -> None:
    assert await rui.refused(f"GET {address(uuid4())}") == "404 not_found"
    assert await rui.refused(f"POST {address(uuid4())}/decision", RULING) == "404 not_found"


async def test_a_queue_is_read_by_status_page_by_page(risk: Served, rui: Person) -> None:
    waiting, done = [uuid4() for _ in range(5)], uuid4()
    for company in waiting:
        await referred(risk, rui, company)
    await risk.consumes(done, package())
    await risk.consumes(done, reviewed())
    await rui.sees(address(done), status="assessed")
    queues = {
        status: await rui.pages(f"/assessments?status={status}", "assessments") for status in ("referred", "assessed")
    }
    ids = [row["application_id"] for row in queues["referred"]]
    assert ids == sorted(ids)
    assert set(ids) >= {str(application_of(company)) for company in waiting}
    assert str(application_of(done)) in {row["application_id"] for row in queues["assessed"]} - set(ids)


async def test_a_queue_is_read_by_band(risk: Served, rui: Person) -> None:
    high, low = uuid4(), uuid4()
    await risk.consumes(high, package(eligibility=eligibility(bankruptcy=True)))
    await risk.consumes(low, package())
    for company in (high, low):
        await risk.consumes(company, reviewed())
        await rui.sees(address(company), status="assessed")
    rows = await rui.pages("/assessments?status=assessed&band=high", "assessments")
    assert {row["band"] for row in rows} == {"high"}
    assert {str(application_of(high)), str(application_of(low))} & {row["application_id"] for row in rows} == {
        str(application_of(high))
    }


async def test_a_queue_is_read_by_how_a_name_begins(risk: Served, rui: Person) -> None:
    mark = f"Éclair {uuid4().hex[:6]}"
    for name in (f"{mark} Ltd.", f"{mark} Rail", "Boreal Drayage Ltd."):
        company = uuid4()
        await risk.consumes(company, package(profile=profile(legal_name=name)))
        await rui.sees(address(company), status="collecting")
    rows = await rui.pages(f"/assessments?status=collecting&name={mark.upper().replace('É', 'e')}", "assessments", 1)
    assert sorted(row["legal_name"] for row in rows) == [f"{mark} Ltd.", f"{mark} Rail"]
    assert await rui.refused("GET /assessments?name=%23") == "422 name_not_searchable"


async def test_what_another_version_would_make_of_a_submission_is_shown_and_changes_nothing(
    risk: Served, rui: Person
) -> None:
    company = uuid4()
    assessment = await referred(risk, rui, company)
    before = await rui.asks(f"GET {assessment}")
    tried = await rui.does(f"GET {assessment}/what-if?policy={DRAFT.version}")
    assert (tried["scored"]["policy_version"], tried["what_if"]["policy_version"]) == (POLICY.version, DRAFT.version)
    [debt] = tried["rules"]
    assert debt["scored"] == before.json()["score"]["rules"][0]
    assert (debt["what_if"]["points"], debt["what_if"]["explanation"]["fr"]) == (
        debt["scored"]["points"],
        "L\N{RIGHT SINGLE QUOTATION MARK}entreprise déclare une dette non réglée envers la Couronne.",
    )
    after = await rui.asks(f"GET {assessment}")
    assert (after.json(), after.headers["etag"]) == (before.json(), before.headers["etag"])

    await rui.does(f"POST {assessment}/decision", RULING)
    await rui.does(f"GET {assessment}/what-if?policy={DRAFT.version}")
    [published] = await risk.publishes(RiskAssessed, company)
    assert published.policy_version == POLICY.version


async def test_what_cannot_be_tried(risk: Served, rui: Person) -> None:
    collecting = uuid4()
    await risk.consumes(collecting, package())
    await rui.sees(address(collecting), status="collecting")
    assert await rui.refused(f"GET {address(collecting)}/what-if?policy={DRAFT.version}") == "409 not_assessed_yet"
    assert await rui.refused(f"GET {address(uuid4())}/what-if?policy={DRAFT.version}") == "404 not_found"
    assert await rui.refused(f"GET {address(collecting)}/what-if?policy=1999-12") == "404 unknown_policy"
    assert await rui.refused(f"GET {address(collecting)}/what-if") == "422 malformed"


async def test_every_version_of_the_policy_is_read_in_both_languages(rui: Person) -> None:
    read = (await rui.does("GET /policies"))["policies"]
    assert [(policy["version"], policy["from"]) for policy in read] == [
        ("2026-01", "2026-01-01"),
        ("2027-01", "2027-01-01"),
        ("2026-11-draft", None),
    ]
    assert all(policy["summary"].keys() == {"en", "fr"} for policy in read)
    assert read[0]["bands"] == [
        {"band": "low", "from": 0, "course": "acceptable"},
        {"band": "medium", "from": 25, "course": "refer"},
        {"band": "high", "from": 60, "course": "unacceptable"},
    ]


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "status=lost", "band=huge", "after=me", "assignee=rui"])
async def test_a_queue_that_cannot_be_asked_for(rui: Person, query: str) -> None:
    assert await rui.refused(f"GET /assessments?{query}") == "422 malformed"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"outcome": "acceptable"}, "body.reason"),
        ({**RULING, "outcome": "perhaps"}, "body.outcome"),
        ({**RULING, "reason": " "}, "body.reason"),
        ({**RULING, "score": 0}, "body.score"),
    ],
)
async def test_a_malformed_ruling_names_its_field_and_changes_nothing(
    risk: Served, rui: Person, body: dict[str, object], field: str
) -> None:
    assessment = await referred(risk, rui, uuid4())
    assert await rui.refused(f"POST {assessment}/decision", body) == "422 malformed"
    assert (await rui.asks(f"POST {assessment}/decision", body)).json()["field"] == field
    await rui.sees(assessment, status="referred")


async def test_a_ruling_is_made_once_and_on_what_the_officer_has_read(risk: Served, rui: Person) -> None:
    company = uuid4()
    assessment = await referred(risk, rui, company)
    read = (await rui.asks(f"GET {assessment}")).headers["etag"]
    assert await rui.refused(f"POST {assessment}/decision", RULING, {"If-Match": '"1"'}) == "412 stale"

    keyed = {"If-Match": read, "Idempotency-Key": "once"}
    answers = [await rui.asks(f"POST {assessment}/decision", RULING, keyed) for _ in range(2)]
    assert [answer.json() for answer in answers] == [{"id": str(application_of(company)), "sequence": 4}] * 2
    assert answers[1].headers["etag"] == '"4"'
    assert (
        await rui.refused(f"POST {assessment}/decision", {**RULING, "outcome": "unacceptable"}, keyed)
        == "422 key_reused"
    )
    assert len(await risk.publishes(RiskAssessed, company)) == 1


async def test_who_is_admitted(risk: Served) -> None:
    assert await risk.admits() == {
        "GET /assessments": READERS,
        "GET /assessments/{application_id}": READERS,
        "GET /assessments/{application_id}/what-if": {"risk_officer"},
        "GET /policies": READERS,
        "POST /assessments/{application_id}/decision": {"risk_officer"},
    }


async def test_whom_a_route_does_not_admit_reads_why(risk: Served) -> None:
    assert await risk.nobody.refused("GET /assessments") == "401 unauthorised"
    assert (
        await risk.person("ines", "decision_officer").refused(f"POST {address(uuid4())}/decision", RULING)
        == "403 role_not_allowed"
    )
