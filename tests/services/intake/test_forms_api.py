"""What people type at intake, over HTTP: read in one spelling, or refused with the reason (programme 9)."""

import json
from typing import Any
from unicodedata import normalize

import pytest

from tests.support.builders.applicant import Applicant, profile, registered
from tests.support.builders.applicant import site as yard
from tests.support.builders.packages import address
from tests.support.servers.served import Served

HERE = address("1 Quay Street").model_dump(mode="json")
CONTACT = profile()["contact"]


@pytest.fixture
async def company(intake: Served) -> Applicant:
    return await registered(intake)


async def test_the_same_profile_typed_in_another_way_changes_nothing(company: Applicant) -> None:
    written = company.profile | {"legal_name": "Évangéline Cartage Ltée"}
    number, place = written["business_number"], written["address"]
    typed = written | {
        "legal_name": " " + normalize("NFD", "Évangéline  Cartage\u200b Ltée"),
        "business_number": f"{number[:3]} {number[3:6]}-{number[6:]} RM 0001",
        "address": place | {"country": "ca", "region": "ca-on", "postal_code": "l5t2n7"},
        "contact": CONTACT | {"phone": "(905) 555-0142"},
    }
    first, again = [await company.owner.asks(f"PUT {company.path}/profile", body) for body in (written, typed)]
    assert first.headers["etag"] == again.headers["etag"] == '"2"'
    assert (await company.owner.does(f"GET {company.path}"))["profile"] == written


@pytest.mark.parametrize("typed", ["+1 905 555 0142 ext. 12", "905-555-0142 poste 12", "+1 905 555 0142 (12)"])
async def test_an_extension_is_kept_with_its_number(company: Applicant, typed: str) -> None:
    body = company.profile | {"contact": CONTACT | {"phone": typed}}
    await company.owner.does(f"PUT {company.path}/profile", body)
    assert (await company.owner.does(f"GET {company.path}"))["profile"]["contact"]["phone"] == "+1 905 555 0142 (12)"


async def test_an_address_in_puerto_rico_is_one_in_the_united_states(company: Applicant) -> None:
    given = {"lines": ["1 Calle San José"], "city": "San Juan", "postal_code": "00901", "country": "PR"}
    await company.owner.does(f"PUT {company.path}/profile", company.profile | {"address": given})
    kept = (await company.owner.does(f"GET {company.path}"))["profile"]["address"]
    assert kept == given | {"country": "US", "region": "PR"}


@pytest.mark.parametrize(
    ("request_", "body", "code", "field"),
    [
        ("profile", profile(contact=CONTACT | {"phone": "-------"}), "phone_invalid", "body.contact.phone"),
        ("profile", profile(headquarters_country="ZZ"), "country_unknown", "body.headquarters_country"),
        ("profile", profile(address=HERE | {"lines": ["1", "2", "3", "4"]}), "malformed", "body.address.lines"),
        ("profile", profile(address=HERE | {"postal_code": " "}), "malformed", "body.address.postal_code"),
        ("profile", profile(business_number="920000023RT0001"), "business_number_invalid", "body.business_number"),
        ("eligibility/last_movement_on", {"value": "2031-01-01"}, "date_in_future", "body.value.day"),
        ("eligibility/facilities_in", {"value": ["ZZ"]}, "country_unknown", "body.value.countries.0"),
        (
            "eligibility/crown_debt",
            {"value": True, "explanation": "Paid.\x00"},
            "characters_not_allowed",
            "body.explanation",
        ),
    ],
)
async def test_what_nobody_can_mean_is_refused_where_it_stands(
    company: Applicant, request_: str, body: dict[str, Any], code: str, field: str
) -> None:
    answer = await company.owner.asks(f"PUT {company.path}/{request_}", body)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, code, field)


@pytest.mark.parametrize(
    "given", [{}, *({name: CONTACT[name]} for name in CONTACT), *(CONTACT | {name: ""} for name in CONTACT)]
)
async def test_half_a_contact_is_refused_and_the_rest_of_the_profile_is_saved_without_it(
    company: Applicant, given: dict[str, str]
) -> None:
    answer = await company.owner.asks(f"PUT {company.path}/profile", company.profile | {"contact": given})
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (
        422,
        "contact_incomplete",
        "body.contact",
    )
    await company.owner.does(f"PUT {company.path}/profile", company.profile | {"contact": None})
    board = await company.owner.does(f"GET {company.path}/dashboard")
    assert "profile/contact" in [lack["where"] for section in board["sections"] for lack in section["missing"]]


async def test_the_field_of_a_problem_is_the_one_of_its_code(company: Applicant) -> None:
    both = company.profile | {"courier": "perhaps", "contact": CONTACT | {"phone": "-------"}}
    problem = (await company.owner.asks(f"PUT {company.path}/profile", both)).json()
    assert (problem["code"], problem["field"]) == ("phone_invalid", "body.contact.phone")
    assert {fault["where"] for fault in problem["errors"]} == {"body.courier", "body.contact.phone"}


async def test_a_name_with_what_deceives_is_refused_also_as_half_a_character(company: Applicant) -> None:
    headers = {**company.owner.headers, "Content-Type": "application/json"}
    for sign in ("\ud800", "\u202e", "\r\n"):
        content = json.dumps(yard(name=f"The yard {sign}")).encode()
        answer = await company.owner.client.post(f"{company.path}/divisions", content=content, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "characters_not_allowed")
