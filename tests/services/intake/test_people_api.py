"""The company's people over HTTP: roles that change, users who go, and ownership that changes hands."""

from typing import Any
from uuid import uuid4

import pytest

from shared.contracts.intake import CompanyUsersChanged
from tests.support.builders.applicant import CATALOGUE, Applicant, joined, newcomer, reference, registered, signature
from tests.support.servers.served import Person, Served

ACCEPTED = signature(CATALOGUE.ownership)


@pytest.fixture
async def company(intake: Served) -> Applicant:
    return await registered(intake)


async def roles(person: Person, company: Applicant) -> dict[str, str]:
    """Who has which role, as this person reads it."""
    return {user["subject"]: user["role"] for user in (await person.does(f"GET {company.path}"))["users"]}


async def offered(intake: Served, company: Applicant, role: str = "full_access_user") -> Person:
    """Somebody to whom the owner offers ownership."""
    successor = await joined(intake, company, role)
    await company.owner.does(f"POST {company.path}/ownership-offer", {"urn": successor.urn})
    return successor


# --- users ----------------------------------------------------------------------------------------


async def test_a_role_changes_and_the_change_is_published(intake: Served, company: Applicant) -> None:
    full = await joined(intake, company, "full_access_user")
    await company.owner.does(f"PUT {company.path}/users/{full.urn}/role", {"role": "proxy_account_owner"})
    assert (await full.does(f"GET {company.path}/dashboard"))["role"] == "proxy_account_owner"
    published = (await intake.publishes(CompanyUsersChanged, company.id, 3))[-1]
    assert [user.role for user in published.users] == ["account_owner", "proxy_account_owner"]


async def test_to_a_removed_user_the_company_is_no_longer_there(intake: Served, company: Applicant) -> None:
    proxy, full = [await joined(intake, company, role) for role in ("proxy_account_owner", "full_access_user")]
    await proxy.does(f"DELETE {company.path}/users/{full.urn}")
    assert await full.refused(f"GET {company.path}") == "404 not_found"
    assert (await full.does("GET /me"))["companies"] == []
    published = (await intake.publishes(CompanyUsersChanged, company.id, 4))[-1]
    assert {user.subject for user in published.users} == {company.owner.urn, proxy.urn}


async def test_whom_nobody_can_change_or_remove(company: Applicant) -> None:
    owner = f"{company.path}/users/{company.owner.urn}"
    assert await company.owner.refused(f"PUT {owner}/role", {"role": "read_only_user"}) == "409 owner_must_transfer"
    assert await company.owner.refused(f"DELETE {owner}") == "409 owner_must_transfer"
    assert (
        await company.owner.refused(f"PUT {company.path}/users/U123/role", {"role": "read_only_user"})
        == "409 unknown_user"
    )
    assert await company.owner.refused(f"DELETE {company.path}/users/U123") == "409 unknown_user"
    assert (
        await company.owner.refused(f"PUT {company.path}/users/U123/role", {"role": "account_owner"}) == "422 malformed"
    )


@pytest.mark.parametrize("urn", ["banana", "a/b", "..", "U123"])
async def test_a_reference_that_no_person_has_is_refused(company: Applicant, urn: str) -> None:
    for request, body in (
        (f"POST {company.path}/users", newcomer(urn)),
        (f"POST {company.path}/ownership-offer", {"urn": urn}),
    ):
        assert await company.owner.refused(request, body) == "422 reference_number_invalid"
    assert list(await roles(company.owner, company)) == [company.owner.urn]


# --- ownership ------------------------------------------------------------------------------------


async def test_who_accepts_owns_the_company_and_the_former_owner_is_proxy(intake: Served, company: Applicant) -> None:
    successor = await offered(intake, company, "read_only_user")
    dashboard = await successor.does(f"GET {company.path}/dashboard")
    assert dashboard["offer"]["successor"] == successor.urn
    assert [banner["code"] for banner in dashboard["banners"]] == ["ownership_offered"]

    await successor.does(f"POST {company.path}/ownership-offer/acceptance", ACCEPTED)
    assert await roles(successor, company) == {company.owner.urn: "proxy_account_owner", successor.urn: "account_owner"}
    assert (await company.owner.does(f"GET {company.path}/dashboard"))["offer"] is None
    published = (await intake.publishes(CompanyUsersChanged, company.id, 3))[-1]
    assert {user.subject: user.role for user in published.users} == await roles(successor, company)
    assert await company.owner.refused(f"DELETE {company.path}/users/{successor.urn}") == "409 owner_must_transfer"


@pytest.mark.parametrize("ended_by", ["the owner", "the successor"])
async def test_an_offer_is_taken_back_or_declined(intake: Served, company: Applicant, ended_by: str) -> None:
    successor = await offered(intake, company)
    if ended_by == "the owner":
        await company.owner.does(f"DELETE {company.path}/ownership-offer")
    else:
        await successor.does(f"POST {company.path}/ownership-offer/refusal")
    assert await successor.refused(f"POST {company.path}/ownership-offer/acceptance", ACCEPTED) == "409 no_offer"
    assert (await roles(successor, company))[company.owner.urn] == "account_owner"


@pytest.mark.parametrize(
    ("signed", "code", "field"),
    [
        ({"attests": False}, "attestation_required", "body.attests"),
        ({"text_version": "1999-01"}, "text_version_outdated", "body.text_version"),
    ],
)
async def test_ownership_is_not_accepted_without_a_signature(
    intake: Served, company: Applicant, signed: dict[str, Any], code: str, field: str
) -> None:
    successor = await offered(intake, company)
    request = f"POST {company.path}/ownership-offer/acceptance"
    assert await successor.refused(request, ACCEPTED | signed) == f"409 {code}"
    assert (await successor.asks(request, ACCEPTED | signed)).json()["field"] == field
    assert (await roles(successor, company))[company.owner.urn] == "account_owner"


async def test_ownership_is_offered_to_one_other_user_at_a_time(intake: Served, company: Applicant) -> None:
    offer = f"POST {company.path}/ownership-offer"
    assert await company.owner.refused(f"DELETE {company.path}/ownership-offer") == "409 no_offer"
    for urn in (reference(), company.owner.urn):
        assert await company.owner.refused(offer, {"urn": urn}) == "409 not_a_user"
    successor = await offered(intake, company)
    assert await company.owner.refused(offer, {"urn": successor.urn}) == "409 offer_open"
    other = await joined(intake, company, "read_only_user")
    assert await other.refused(f"POST {company.path}/ownership-offer/acceptance", ACCEPTED) == "409 no_offer"
    assert await other.refused(f"POST {company.path}/ownership-offer/refusal") == "409 no_offer"


async def test_of_two_answers_to_an_offer_one_counts(intake: Served, company: Applicant) -> None:
    successor, keyed = await offered(intake, company), {"Idempotency-Key": "accept"}
    first, again = [
        await successor.does(f"POST {company.path}/ownership-offer/acceptance", ACCEPTED, keyed) for _ in range(2)
    ]
    assert first == again
    assert await successor.refused(f"POST {company.path}/ownership-offer/refusal") == "409 no_offer"


# --- a company whose owner is gone ----------------------------------------------------------------


async def test_an_officer_recovers_a_company_and_all_its_people_read_when_and_why(
    intake: Served, company: Applicant
) -> None:
    heir, reader = [await joined(intake, company, role) for role in ("full_access_user", "read_only_user")]
    officer = intake.person("dana", "decision_officer")
    evidence = "The owner left in May; letter of the board of 2026-06-01."
    await officer.does(f"POST {company.path}/ownership-recovery", {"urn": heir.urn, "evidence": evidence})
    for person in (heir, reader, company.owner):
        dashboard = await person.does(f"GET {company.path}/dashboard")
        assert (dashboard["recovery"]["evidence"], dashboard["recovery"].keys()) == (
            evidence,
            {"recovered_at", "evidence"},
        )
        assert [banner["code"] for banner in dashboard["banners"]] == ["ownership_recovered"]
    assert await roles(reader, company) == {
        company.owner.urn: "proxy_account_owner",
        heir.urn: "account_owner",
        reader.urn: "read_only_user",
    }


async def test_what_an_officer_cannot_recover(intake: Served, company: Applicant) -> None:
    officer, request = intake.person("dana", "decision_officer"), f"POST {company.path}/ownership-recovery"
    full = await joined(intake, company, "full_access_user")
    assert await officer.refused(request, {"urn": reference(), "evidence": "A letter."}) == "409 unknown_user"
    assert await officer.refused(request, {"urn": full.urn}) == "409 reason_required"
    assert await officer.refused(request, {"urn": full.urn, "evidence": " "}) == "422 malformed"
    assert (
        await officer.refused(f"POST /companies/{uuid4()}/ownership-recovery", {"urn": full.urn, "evidence": "It."})
        == "404 not_found"
    )
    assert await intake.person("noor", "review_officer").refused(request, {"urn": full.urn}) == "403 role_not_allowed"
    assert await full.refused(request, {"urn": full.urn, "evidence": "I say so."}) == "403 role_not_allowed"
    assert (await roles(full, company))[company.owner.urn] == "account_owner"
