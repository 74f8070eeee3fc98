"""Intake as a company's people meet it: they register and prepare an application, and a refusal changes nothing."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from shared.contracts.intake import CompanyUsersChanged, UserRole
from tests.support.builders.applicant import (
    CATALOGUE,
    Applicant,
    answer,
    business_number,
    consent,
    eligibility,
    joined,
    newcomer,
    profile,
    reference,
    registered,
    registration,
)
from tests.support.builders.applicant import site as yard
from tests.support.builders.packages import address
from tests.support.servers.served import Served

STATEMENT = {"response": "described", "text": "Signed in 2024."}
HERE = address("1 Quay Street").model_dump(mode="json")
ABROAD = {"lines": ["Elbchaussee 4"], "city": "Hamburg", "country": "DE"}


@pytest.fixture
async def company(intake: Served) -> Applicant:
    return await registered(intake)


async def divided(company: Applicant) -> str:
    """The address of a new division."""
    return f"{company.path}/divisions/{(await company.owner.does(f'POST {company.path}/divisions', yard()))['id']}"


# --- what a company prepares ----------------------------------------------------------------------


async def test_who_registers_a_company_owns_it(intake: Served, company: Applicant) -> None:
    row = {"company_id": str(company.id), "legal_name": company.profile["legal_name"], "role": "account_owner"}
    assert await company.owner.does("GET /me") == {"urn": company.owner.urn, "companies": [row], "next": None}
    [published] = await intake.publishes(CompanyUsersChanged, company.id)
    assert published.users == (UserRole(subject=company.owner.urn, role="account_owner"),)


async def test_whom_the_owner_adds_works_for_the_company_and_the_role_alone_is_published(
    intake: Served, company: Applicant
) -> None:
    await company.owner.does(f"PUT {company.path}/unused-roles/read_only_user")
    full = await joined(intake, company, "full_access_user")
    [row] = (await full.does("GET /me"))["companies"]
    assert (row["company_id"], row["role"]) == (str(company.id), "full_access_user")
    await full.does(f"POST {company.path}/users", newcomer(reference(), "read_only_user"))
    assert (await full.does(f"GET {company.path}"))["unused_roles"] == []

    published = await intake.publishes(CompanyUsersChanged, company.id, 4)
    assert [user.role for user in published[-1].users] == ["account_owner", "full_access_user", "read_only_user"]
    assert "okoro" not in published[-1].model_dump_json().lower()


async def test_who_works_for_many_companies_reads_them_page_by_page(intake: Served) -> None:
    agent = intake.person(f"agent {uuid4()}")
    companies = [(await registered(intake, agent)).id for _ in range(5)]
    read = await agent.pages("/me?", "companies")
    assert [row["company_id"] for row in read] == sorted(map(str, companies))
    for query in ("limit=0", "limit=101", "after=me", "company=me"):
        assert await agent.refused(f"GET /me?{query}") == "422 malformed"


async def test_what_is_prepared_is_read_as_it_was_given(company: Applicant) -> None:
    owner, answers = company.owner, eligibility()
    await owner.does(f"PUT {company.path}/profile", company.profile)
    await answer(owner, company.path, *answers)
    division = await divided(company)
    await owner.does(f"PUT {division}/answers/CS-01", STATEMENT)
    await owner.does(f"PUT {division}", yard(name="The other yard"))
    read = await owner.does(f"GET {company.path}")
    assert (read["profile"], read["eligibility"]) == (company.profile, answers)
    [shown] = read["divisions"]
    assert shown["name"] == "The other yard"
    assert shown["answers"] == [{"requirement_id": "CS-01", **STATEMENT, "evidence": []}]

    await owner.does(f"DELETE {division}")
    assert (await owner.does(f"GET {company.path}"))["divisions"] == []


async def test_everybody_reads_the_catalogue_and_the_service_standard_in_both_languages(intake: Served) -> None:
    catalogue = await intake.nobody.does("GET /catalogue")
    assert catalogue["version"] == CATALOGUE.version
    assert {"en", "fr"} == {language for requirement in catalogue["requirements"] for language in requirement["text"]}
    assert (await intake.nobody.does("GET /service-standard"))["standard_days"] == 180


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"business_number": "910000018"}, "422 business_number_invalid", "body.business_number"),
        ({"address": {**ABROAD, "country": "CA"}}, "422 region_and_postal_code_required", "body.address"),
        ({"address": ABROAD}, "409 country_not_eligible", "body.address.country"),
        ({"attests_signing_authority": False}, "409 attestation_required", "body.attests_signing_authority"),
        ({"legal_name": " "}, "422 malformed", "body.legal_name"),
        ({"legal_name": "\u200b"}, "422 malformed", "body.legal_name"),
        ({"legal_name": "Boreal\r\nLtd."}, "422 characters_not_allowed", "body.legal_name"),
        ({"business_number": "000000000"}, "422 business_number_invalid", "body.business_number"),
        ({"business_number": "  "}, "422 business_number_invalid", "body.business_number"),
        ({"address": {**HERE, "country": "ZZ"}}, "422 country_unknown", "body.address.country"),
        ({"address": {**HERE, "region": "Q"}}, "422 region_unknown", "body.address.region"),
        ({"address": {**HERE, "postal_code": "48226"}}, "422 postal_code_invalid", "body.address.postal_code"),
        ({"language": "de"}, "422 malformed", "body.language"),
        ({"owner": "me"}, "422 malformed", "body.owner"),
        ({"owner": {"family_name": "Roy"}}, "422 malformed", "body.owner.email"),
    ],
)
async def test_who_may_not_be_registered(intake: Served, changes: dict[str, Any], refusal: str, field: str) -> None:
    zoe, body = intake.person(f"zoe {uuid4()}"), registration(**changes)
    assert await zoe.refused("POST /companies", body) == refusal
    assert (await zoe.asks("POST /companies", body)).json()["field"] == field
    assert (await zoe.does("GET /me"))["companies"] == []


async def test_of_two_companies_with_one_business_number_one_is_registered(intake: Served) -> None:
    body, people = registration(), [intake.person(f"zoe {uuid4()}") for _ in range(2)]
    answers = await asyncio.gather(*(person.asks("POST /companies", body) for person in people))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert [answer.json()["field"] for answer in answers if answer.is_client_error] == ["body.business_number"]
    loser = people[answers[0].is_success]
    assert await loser.refused("POST /companies", body) == "409 business_number_taken"
    assert (await loser.does("GET /me"))["companies"] == []

    await loser.does("POST /companies", {**body, "business_number": business_number()})


@pytest.mark.parametrize(
    ("request_", "body", "field"),
    [
        ("GET /companies/mine", None, "path.company_id"),
        ("PUT {path}/profile", {"legal_name": "Boreal"}, "body.business_number"),
        ("PUT {path}/profile", profile(contact=profile()["contact"] | {"email": "nowhere"}), "body.contact.email"),
        ("PUT {path}/profile", profile(lines_of_business=["smuggler"]), "body.lines_of_business.0"),
        ("PUT {path}/profile", profile(pip_id="CAPIP"), "body.pip_id"),
        ("POST {path}/users", newcomer(reference(), "account_owner"), "body.role"),
        ("POST {path}/users", {**newcomer(reference()), "email": "nowhere"}, "body.email"),
        ("PUT {path}/unused-roles/account_owner", None, "path.role"),
        ("PUT {path}/eligibility/crown_debt", {"explanation": "None."}, "body.value"),
        ("PUT {path}/eligibility/crown_debt", {"value": True, "explanation": ""}, "body.explanation"),
        ("POST {path}/divisions", yard(lines_of_business=[]), "body.lines_of_business"),
        ("POST {path}/divisions", yard(answers=[]), "body.answers"),
        ("PUT {path}/divisions/yard/answers/CS-01", STATEMENT, "path.division_id"),
        ("PUT {path}/divisions/{id}/answers/CS-01", {**STATEMENT, "response": "perhaps"}, "body.response"),
        ("PUT {path}/divisions/{id}/answers/CS-01", {"response": "not_applicable"}, "body.text"),
        ("POST {path}/documents?kind=evidence", None, "query.name"),
        ("POST {path}/submission", {"attests_truth": True}, "body.attestation"),
        ("POST {path}/documents?kind=evidence&name=plan.pdf&valid_until=soon", None, "query.valid_until"),
        ("PUT {path}/consents/US", {"attests": True}, "body.text_version"),
        ("PUT {path}/consents/US", {**consent(), "name": ""}, "body.name"),
    ],
)
async def test_a_malformed_request_names_its_field(
    company: Applicant, request_: str, body: dict[str, Any] | None, field: str
) -> None:
    request = request_.format(path=company.path, id=company.id)
    assert await company.owner.refused(request, body) == "422 malformed"
    assert field in {error["where"] for error in (await company.owner.asks(request, body)).json()["errors"]}


async def test_a_body_that_is_no_json_or_too_large(company: Applicant) -> None:
    owner, path = company.owner, f"{company.path}/eligibility/insolvent"
    broken, odd, deep = b'{"value": ', b'{"value": "\xff"}', b"[" * 100_000
    for content, status, code in (
        *((body, 422, "malformed") for body in (broken, odd, deep)),
        (b" " * 1_000_001, 413, "too_large"),
    ):
        answer = await owner.client.put(
            path, content=content, headers={**owner.headers, "Content-Type": "application/json"}
        )
        assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (status, code, "body")
    assert (await owner.does(f"GET {company.path}"))["eligibility"] == []


async def test_what_a_company_cannot_do_changes_nothing(intake: Served, company: Applicant) -> None:
    owner, division = company.owner, await divided(company)
    full = await joined(intake, company, "full_access_user")
    other = await registered(intake)
    before = await owner.asks(f"GET {company.path}")
    for request, body, refusal in (
        (f"PUT {company.path}/profile", {**company.profile, "address": ABROAD}, "409 country_not_eligible"),
        (f"PUT {company.path}/profile", other.profile, "409 business_number_taken"),
        (
            f"PUT {company.path}/profile",
            {**company.profile, "courier": True, "lines_of_business": []},
            "409 courier_not_a_carrier",
        ),
        (f"PUT {company.path}/eligibility/favourite_colour", {"value": True}, "409 question_unknown"),
        *(
            (f"PUT {company.path}/eligibility/{question}", {"value": value}, "422 answer_unfitting")
            for question, value in (("insolvent", 1), ("movements_12_months", True), ("last_movement_on", ["CA"]))
        ),
        (f"POST {company.path}/users", newcomer(full.urn), "409 already_user"),
        (f"PUT {company.path}/unused-roles/full_access_user", None, "409 role_in_use"),
        (f"PUT {company.path}/divisions/{uuid4()}", yard(), "409 unknown_division"),
        (f"DELETE {company.path}/divisions/{uuid4()}", None, "409 unknown_division"),
        (f"PUT {company.path}/divisions/{uuid4()}/answers/CS-01", STATEMENT, "409 unknown_division"),
        (f"PUT {division}/answers/XX-99", STATEMENT, "409 requirement_not_binding"),
        (f"PUT {division}/answers/CS-01", {**STATEMENT, "evidence": [str(uuid4())]}, "409 unknown_document"),
        (f"DELETE {company.path}/documents/{uuid4()}", None, "409 unknown_document"),
        (f"PATCH {company.path}/profile", company.profile, "405 method_not_allowed"),
    ):
        assert await owner.refused(request, body) == refusal
    after = await owner.asks(f"GET {company.path}")
    assert (after.json(), after.headers["etag"]) == (before.json(), before.headers["etag"])


async def test_a_company_has_at_most_fifty_users(company: Applicant) -> None:
    for number in range(49):
        await company.owner.does(f"POST {company.path}/users", newcomer(reference(f"user {number}")))
    last = newcomer(reference("user 50"))
    assert await company.owner.refused(f"POST {company.path}/users", last) == "409 too_many_users"


# --- once, and on what was read -------------------------------------------------------------------


async def test_a_repeated_registration_makes_one_company(intake: Served) -> None:
    zoe, body, keyed = intake.person(f"zoe {uuid4()}"), registration(), {"Idempotency-Key": "register Boreal"}
    first, again = [await zoe.asks("POST /companies", body, keyed) for _ in range(2)]
    assert (first.status_code, first.json(), first.headers["etag"]) == (
        again.status_code,
        again.json(),
        again.headers["etag"],
    )
    assert len((await zoe.does("GET /me"))["companies"]) == 1
    assert await zoe.refused("POST /companies", {**body, "legal_name": "Austral"}, keyed) == "422 key_reused"
    assert (await intake.person(f"abe {uuid4()}").does("POST /companies", registration(), keyed))["id"] != first.json()[
        "id"
    ]


async def test_a_repeated_command_takes_effect_once(company: Applicant) -> None:
    keyed = {"Idempotency-Key": "the yard"}
    first, again = [await company.owner.does(f"POST {company.path}/divisions", yard(), keyed) for _ in range(2)]
    assert first == again
    assert (
        await company.owner.refused(f"POST {company.path}/divisions", yard(name="Another"), keyed) == "422 key_reused"
    )
    assert [division["division_id"] for division in (await company.owner.does(f"GET {company.path}"))["divisions"]] == [
        first["id"]
    ]


async def test_of_two_who_change_what_they_have_read_one_is_refused(company: Applicant) -> None:
    request = f"PUT {company.path}/profile"
    read = {"If-Match": (await company.owner.asks(f"GET {company.path}")).headers["etag"]}
    drafts = [{**company.profile, "operating_name": name} for name in ("Boreal Nord", "Boreal Sud")]
    answers = await asyncio.gather(*(company.owner.asks(request, draft, read) for draft in drafts))
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    assert await company.owner.refused(request, company.profile, read) == "412 stale"
    assert await company.owner.refused(request, company.profile, {"If-Match": "soon"}) == "422 malformed"
    await company.owner.does(request, company.profile, {"If-Match": "*"})
    assert (await company.owner.does(f"GET {company.path}"))["profile"] == company.profile


async def test_the_same_request_again_changes_nothing(company: Applicant) -> None:
    first, again = [await company.owner.asks(f"PUT {company.path}/profile", company.profile) for _ in range(2)]
    assert first.headers["etag"] == again.headers["etag"] == '"2"'


async def test_many_divisions_added_at_once_are_all_there(company: Applicant) -> None:
    streets = [f"{number} Kestrel Way" for number in range(8)]
    bodies = [yard(address=address(street).model_dump(mode="json")) for street in streets]
    await asyncio.gather(*(company.owner.does(f"POST {company.path}/divisions", body) for body in bodies))
    divisions = (await company.owner.does(f"GET {company.path}"))["divisions"]
    assert sorted(division["address"]["lines"][0] for division in divisions) == streets
