"""Consents over HTTP: previewed, given by the owner, withdrawn by owner or proxy, and consumed by other services."""

from datetime import UTC, datetime

import pytest
import time_machine

from shared.contracts.intake import CompanyProfileUpdated, ConsentGiven, ConsentWithdrawn
from shared.contracts.mra_exchange import PartnerRecord
from shared.contracts.pip_id import pip_id
from shared.contracts.review import MembershipCancelled, MembershipEvent, MembershipSuspended
from tests.support.builders.applicant import CATALOGUE, Applicant, Json, consent, joined, registered
from tests.support.builders.review_messages import membership
from tests.support.servers.bus import until
from tests.support.servers.served import Person, Served

SIGNATURE = consent(language="fr")
SUSPENDED = MembershipSuspended.model_validate(membership("suspended").model_dump())
CANCELLED = MembershipCancelled.model_validate(membership("cancelled").model_dump())


@pytest.fixture
async def company(intake: Served) -> Applicant:
    """A company with a complete profile."""
    made = await registered(intake)
    await made.owner.does(f"PUT {made.path}/profile", made.profile)
    return made


async def consents(company: Applicant) -> Json:
    return await company.owner.does(f"GET {company.path}/consents")


async def standing(company: Applicant) -> list[str]:
    """The administrations that the company consents to inform, as its dashboard shows."""
    return list((await company.owner.does(f"GET {company.path}/dashboard"))["consents"])


async def previewed(company: Applicant, event: MembershipEvent, intake: Served) -> Json:
    """The preview, once the company's membership is mirrored."""
    await intake.consumes(company.id, event)

    async def mirrored() -> bool:
        shown = (await company.owner.does(f"GET {company.path}/dashboard"))["membership"]
        return shown is not None and shown["status"] == event.status

    await until(mirrored)
    return dict((await consents(company))["preview"])


# --- what is shown --------------------------------------------------------------------------------


async def test_who_consents_reads_the_text_in_the_language_asked_for_and_every_administration_in_both(
    company: Applicant,
) -> None:
    form = CATALOGUE.consent
    for language, text in (("en", form.text.en), ("fr", form.text.fr)):
        read = (await company.owner.asks(f"GET {company.path}/consents", headers={"Accept-Language": language})).json()
        assert read["text"] == {
            "version": form.version,
            "language": language,
            "title": getattr(form.title, language),
            "text": text,
        }
    choices = read["choices"]
    assert {choice["administration"] for choice in choices} == {
        "US",
        "JP",
        "KR",
        "SG",
        "MX",
        "IL",
        "AU",
        "HK",
        "NZ",
        "PE",
        "EU",
    }
    assert all(
        choice["name"].keys() == {"en", "fr"} and choice["in_force"] and not choice["consent"] for choice in choices
    )
    [japan] = [choice for choice in choices if choice["administration"] == "JP"]
    assert (japan["programme"], japan["programme_name"]) == (
        "AEO",
        {"en": "Authorized Economic Operators (AEO)", "fr": "Opérateurs économiques agréés (OEA)"},
    )
    assert len(read["elements"]) == 5


async def test_before_membership_the_preview_shows_what_is_known(company: Applicant) -> None:
    known = {"name": company.profile["legal_name"], "address": company.profile["address"]}
    assert (await consents(company))["preview"] == known


async def test_of_a_member_the_preview_is_the_record_that_partners_get(intake: Served, company: Applicant) -> None:
    active = membership("active")
    shown = await previewed(company, active, intake)
    assert shown == {
        "name": company.profile["legal_name"],
        "address": company.profile["address"],
        "status": "AUTHORISED",
        "dates": {"member_since": active.member_since.isoformat(), "member_until": None},
        "identifiers": {"pip": pip_id(str(company.id))},
    }
    assert shown.keys() == PartnerRecord.model_fields.keys()
    [declared] = await intake.publishes(CompanyProfileUpdated, company.id)
    assert declared.profile.model_dump(mode="json") == company.profile


async def test_the_preview_follows_the_membership_and_the_profile(intake: Served, company: Applicant) -> None:
    await previewed(company, membership("active"), intake)
    moved = {**company.profile, "legal_name": "Boreal Cartage Ltd."}
    await company.owner.does(f"PUT {company.path}/profile", moved)
    suspended = await previewed(company, SUSPENDED, intake)
    assert (suspended["name"], suspended["status"]) == ("Boreal Cartage Ltd.", "SUSPENDED")
    assert (await previewed(company, CANCELLED, intake)).keys() == {"name", "address"}


# --- giving and withdrawing -----------------------------------------------------------------------


async def test_a_consent_is_published_with_all_that_stand_and_without_its_signatory(
    intake: Served, company: Applicant
) -> None:
    for administration in ("US", "JP"):
        await company.owner.does(f"PUT {company.path}/consents/{administration}", SIGNATURE)
    assert await standing(company) == ["US", "JP"]
    first, second = await intake.publishes(ConsentGiven, company.id, 2)
    assert (first.administration, first.text_version, first.language) == ("US", CATALOGUE.consent.version, "fr")
    assert [consent.administration for consent in first.in_force] == ["US"]
    assert [consent.administration for consent in second.in_force] == ["US", "JP"]
    signed = (company.owner.urn, SIGNATURE["name"], SIGNATURE["title"])
    assert [word for word in signed if word in first.model_dump_json()] == []
    kept = {choice["administration"]: choice["consent"] for choice in (await consents(company))["choices"]}
    assert (kept["US"]["signatory"], kept["US"]["name"], kept["US"]["title"]) == signed
    assert kept["KR"] is None


async def test_the_proxy_withdraws_what_the_owner_gave_and_nothing_is_published_twice(
    intake: Served, company: Applicant
) -> None:
    proxy = await joined(intake, company, "proxy_account_owner")
    for administration in ("US", "US", "EU"):
        await company.owner.does(f"PUT {company.path}/consents/{administration}", SIGNATURE)
    for _ in range(2):
        await proxy.does(f"DELETE {company.path}/consents/US")
    await company.owner.does(f"DELETE {company.path}/consents/EU")
    assert await standing(company) == []
    given = await intake.publishes(ConsentGiven, company.id, 2)
    withdrawn = await intake.publishes(ConsentWithdrawn, company.id, 2)
    assert (
        [consent.administration for consent in given]
        == [consent.administration for consent in withdrawn]
        == ["US", "EU"]
    )
    assert [consent.consent_id for consent in given] == [consent.consent_id for consent in withdrawn]
    assert [[consent.administration for consent in event.in_force] for event in withdrawn] == [["EU"], []]


async def test_a_consent_that_is_given_again_is_another_consent(intake: Served, company: Applicant) -> None:
    for method, body in (("PUT", SIGNATURE), ("DELETE", None), ("PUT", SIGNATURE)):
        await company.owner.does(f"{method} {company.path}/consents/US", body)
    first, second = await intake.publishes(ConsentGiven, company.id, 2)
    assert first.consent_id != second.consent_id


async def test_a_repeated_key_consents_once(intake: Served, company: Applicant) -> None:
    request, keyed = f"{company.path}/consents/US", {"Idempotency-Key": "consent"}
    first = await company.owner.does(f"PUT {request}", SIGNATURE, keyed)
    await company.owner.does(f"DELETE {request}")
    assert await company.owner.does(f"PUT {request}", SIGNATURE, keyed) == first
    assert await standing(company) == []
    assert await company.owner.refused(f"PUT {request}", {**SIGNATURE, "language": "en"}, keyed) == "422 key_reused"
    stale = {"If-Match": '"1"'}
    assert await company.owner.refused(f"PUT {request}", SIGNATURE, stale) == "412 stale"
    assert len(await intake.publishes(ConsentGiven, company.id)) == 1


# --- what is refused ------------------------------------------------------------------------------


async def test_what_is_not_consented_to(intake: Served, company: Applicant) -> None:
    people: dict[str, Person] = {
        role: await joined(intake, company, role) for role in ("proxy_account_owner", "read_only_user")
    }
    for person, request, body, refusal in (
        (company.owner, "PUT {path}/consents/BR", SIGNATURE, "409 administration_unknown"),
        (company.owner, "PUT {path}/consents/US", {**SIGNATURE, "attests": False}, "409 attestation_required"),
        (
            company.owner,
            "PUT {path}/consents/US",
            {**SIGNATURE, "text_version": "1999-01"},
            "409 text_version_outdated",
        ),
        (company.owner, "PUT {path}/consents/US", {**SIGNATURE, "language": "de"}, "422 malformed"),
        (company.owner, "PUT {path}/consents/US", {**SIGNATURE, "everybody": True}, "422 malformed"),
        (people["proxy_account_owner"], "PUT {path}/consents/US", SIGNATURE, "403 owner_only"),
        (people["read_only_user"], "DELETE {path}/consents/US", None, "403 role_not_allowed"),
    ):
        assert await person.refused(request.format(path=company.path), body) == refusal
    assert await standing(company) == []


async def test_an_arrangement_that_is_not_in_force_cannot_be_chosen(intake: Served, company: Applicant) -> None:
    with time_machine.travel(datetime(2010, 7, 1, 12, tzinfo=UTC)):
        owner = intake.person(f"owner of {company.id}")
        early = await registered(intake, owner)
        assert {choice["administration"] for choice in (await consents(early))["choices"]} == {"US", "JP", "KR", "SG"}
        assert await owner.refused(f"PUT {early.path}/consents/MX", SIGNATURE) == "409 arrangement_not_in_force"
        await owner.does(f"PUT {early.path}/consents/US", SIGNATURE)


# --- what is repeated, and what names nothing ------------------------------------------------------


async def test_a_repeat_of_what_was_undone_since_is_answered_as_a_repeat(company: Applicant) -> None:
    consent, key = f"{company.path}/consents/US", {"Idempotency-Key": "consent to inform the US"}
    first = await company.owner.asks(f"PUT {consent}", SIGNATURE, key)
    await company.owner.does(f"DELETE {consent}")
    again = await company.owner.asks(f"PUT {consent}", SIGNATURE, key)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert [answer.headers.get("idempotent-replayed") for answer in (first, again)] == [None, "true"]
    assert await company.owner.refused(f"PUT {consent}", SIGNATURE, {"If-Match": again.headers["etag"]}) == "412 stale"
    assert await standing(company) == []


@pytest.mark.parametrize("code", ["nz", "Nz", "NewZealand"])
async def test_a_withdrawal_that_names_no_administration_is_refused(company: Applicant, code: str) -> None:
    await company.owner.does(f"PUT {company.path}/consents/NZ", SIGNATURE)
    assert await company.owner.refused(f"DELETE {company.path}/consents/{code}") == "409 administration_unknown"
    assert await standing(company) == ["NZ"]
