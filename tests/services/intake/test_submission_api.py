"""From what is missing to the package that is published, and what the company then sees of its course."""

from hashlib import sha256
from uuid import uuid5

import pytest

from shared.clock import now
from shared.contracts.intake import ApplicationSubmitted, CompanyProfileUpdated, CompanyUsersChanged
from shared.contracts.pip_id import pip_id
from shared.contracts.review import Clock
from shared.programme.calendar import elapsed, today
from tests.support.builders.applicant import (
    CATALOGUE,
    KINDS,
    Applicant,
    Json,
    answer,
    business_number,
    completed,
    eligibility,
    joined,
    registered,
    signed,
    site,
    submitted,
    upload,
)
from tests.support.builders.packages import LINES
from tests.support.builders.review_messages import QUESTION, approved, denied, membership, progressed, returned
from tests.support.servers.bus import until
from tests.support.servers.served import Person, Served, application_of

ATTESTATION = signed()["attestation"]
PROFILE_GAPS = ("contact", "lines_of_business", "headquarters_country", "language")


async def lacking(person: Person, company: Applicant) -> dict[str, dict[str, str]]:
    """What the dashboard lists as missing in each section: the code by its path; each with its sentences."""
    dashboard = await person.does(f"GET {company.path}/dashboard")
    sections = [*dashboard["sections"], dashboard["documents"]]
    for section in sections:
        assert (section["percent"] == 100) is (section["missing"] == [])
        assert all(lack["text"]["en"] != lack["text"]["fr"] for lack in section["missing"])
        assert section["title"].keys() == {"en", "fr"}
    return {section["name"]: {lack["where"]: lack["code"] for lack in section["missing"]} for section in sections}


async def shown(company: Applicant, part: str) -> Json:
    """One part of the dashboard, once there is anything to show."""
    read: Json = {}

    async def so() -> bool:
        read.update(await company.owner.does(f"GET {company.path}/dashboard"))
        return read[part] is not None

    await until(so)
    return dict(read[part])


@pytest.fixture(scope="module")
async def applicant(intake: Served) -> Applicant:
    """One that stays under review, whoever else reads or changes it."""
    return await submitted(intake)


# --- what is missing ------------------------------------------------------------------------------


async def test_a_new_company_lacks_almost_everything_and_reads_where(intake: Served) -> None:
    company = await registered(intake)
    lacks = await lacking(company.owner, company)
    assert lacks["company_profile"] == {f"profile/{field}": "field_required" for field in PROFILE_GAPS}
    assert lacks["users"] == {
        f"users/{role}": "role_open" for role in ("proxy_account_owner", "full_access_user", "read_only_user")
    }
    assert set(lacks["application_profile"].values()) == {"answer_required"}
    assert lacks["security_profile"] == {"divisions": "division_required"}
    assert "documents?kind=signing_authority" in lacks["documents"]

    refused = await company.owner.asks(f"POST {company.path}/submission", signed())
    assert (refused.status_code, refused.json()["code"]) == (409, "incomplete")
    everything = {where: code for section in lacks.values() for where, code in section.items()}
    assert {error["where"]: error["code"] for error in refused.json()["errors"]} == everything


async def test_every_step_leaves_less_to_do_or_shows_what_is_next(intake: Served) -> None:
    company = await registered(intake)
    owner, path = company.owner, company.path
    await owner.does(f"PUT {path}/profile", {**company.profile, "carrier_codes": {}})
    await answer(owner, path, *eligibility(insolvent=True))
    await owner.does(f"PUT {path}/unused-roles/read_only_user")
    lacks = await lacking(owner, company)
    assert lacks["company_profile"] == {"profile/carrier_codes/highway": "field_required"}
    assert lacks["users"].keys() == {"users/proxy_account_owner", "users/full_access_user"}
    assert lacks["application_profile"] == {"eligibility/insolvent": "explanation_required"}
    assert lacks["security_profile"] == {
        "divisions": "division_required",
        f"divisions?line={LINES[0]}": "line_without_division",
    }
    assert "documents?kind=seal_procedure" in lacks["documents"]

    division = (await owner.does(f"POST {path}/divisions", site()))["id"]
    await owner.does(
        f"PUT {path}/divisions/{division}/answers/CS-01", {"response": "described", "text": "Signed in 2024."}
    )
    await upload(owner, path, kind="seal_procedure")
    lacks = await lacking(owner, company)
    answers = lacks["security_profile"]
    assert answers.pop(f"divisions/{division}/answers/CS-01") == "evidence_required"
    assert set(answers.values()) == {"answer_required"}
    assert "documents?kind=seal_procedure" not in lacks["documents"]


# --- submitting -----------------------------------------------------------------------------------


async def test_what_the_owner_submits_is_what_is_published(intake: Served) -> None:
    company = await completed(intake, divisions=2)
    owner, path = company.owner, company.path
    proxy = await joined(intake, company, "proxy_account_owner")
    spare = (await upload(owner, path)).json()["id"]
    assert not any((await lacking(proxy, company)).values())
    ready = {person.urn: (await person.does(f"GET {path}/dashboard"))["can_submit"] for person in (owner, proxy)}
    assert ready == {owner.urn: True, proxy.urn: False}
    assert await proxy.refused(f"POST {path}/submission", signed()) == "403 owner_only"

    await owner.does(f"POST {path}/submission", signed())
    await proxy.sees(f"{path}/dashboard", status="under_review", can_submit=False)
    [package] = await intake.publishes(ApplicationSubmitted, company.id)
    assert (package.application_id, package.submission, package.kind) == (application_of(company.id), 1, "initial")
    assert package.profile.model_dump(mode="json") == company.profile
    assert [given.model_dump(mode="json") for given in package.eligibility] == eligibility()
    assert package.attestation.model_dump(mode="json") == ATTESTATION
    assert (package.terms_version, package.catalogue_version) == (CATALOGUE.terms.version, CATALOGUE.version)
    given = await owner.does(f"GET {path}")
    assert [division.model_dump(mode="json") for division in package.divisions] == given["divisions"]
    assert {document.kind for document in package.documents} == set(KINDS)
    released = {document["document_id"] for document in given["documents"] if document["released"]}
    assert (
        {str(document.document_id) for document in package.documents}
        == released
        == {document["document_id"] for document in given["documents"]} - {spare}
    )


async def test_a_draft_that_is_not_submitted_does_not_leave(intake: Served, applicant: Applicant) -> None:
    await applicant.owner.does(f"PUT {applicant.path}/profile", {**applicant.profile, "operating_name": "Boreal Nord"})
    await joined(intake, applicant, "read_only_user")
    await intake.publishes(CompanyUsersChanged, applicant.id, 5)
    [declared] = await intake.publishes(CompanyProfileUpdated, applicant.id)
    assert (declared.revision, declared.profile.model_dump(mode="json")) == (1, applicant.profile)


async def test_officers_keep_what_they_were_given_though_the_company_removes_it(
    intake: Served, applicant: Applicant
) -> None:
    given, *_ = (await applicant.owner.does(f"GET {applicant.path}"))["documents"]
    await applicant.owner.does(f"DELETE {applicant.path}/documents/{given['document_id']}")
    assert given not in (await applicant.owner.does(f"GET {applicant.path}"))["documents"]
    opened = await intake.person("noor", "review_officer").asks(f"GET /documents/{given['document_id']}")
    assert sha256(opened.content).hexdigest() == given["sha256"]


# --- what stands against it -----------------------------------------------------------------------


async def test_what_is_not_signed_is_not_submitted(intake: Served) -> None:
    company = await completed(intake)
    for unsigned, code, field in (
        (signed(attests_truth=False), "attestation_required", "body.attests_truth"),
        (
            signed(attestation={**ATTESTATION, "text_version": "1999-01"}),
            "text_version_outdated",
            "body.attestation.text_version",
        ),
        (signed(terms_version="1999-01"), "text_version_outdated", "body.terms_version"),
    ):
        assert await company.owner.refused(f"POST {company.path}/submission", unsigned) == f"409 {code}"
        assert (await company.owner.asks(f"POST {company.path}/submission", unsigned)).json()["field"] == field
    await company.owner.sees(f"{company.path}/dashboard", status="preparing", can_submit=True)


async def test_who_may_not_apply_reads_every_reason(intake: Served) -> None:
    company = await completed(intake)
    changes = {
        "facilities_in": ["MX"],
        "last_movement_on": "2020-02-29",
        "carm_registered": False,
    }
    await answer(company.owner, company.path, *eligibility(**changes))
    reasons = ["no_facilities", "last_movement_too_old", "not_in_carm"]
    assert await company.owner.refused(f"POST {company.path}/submission", signed()) == "409 not_eligible"
    problem = (await company.owner.asks(f"POST {company.path}/submission", signed())).json()
    assert problem["errors"] == [{"where": "eligibility", "code": reason} for reason in reasons]
    dashboard = await company.owner.sees(f"{company.path}/dashboard", can_submit=False)
    assert [lack["code"] for lack in dashboard["against"]] == reasons
    assert all(lack["text"].keys() == {"en", "fr"} for lack in dashboard["against"])


async def test_while_an_application_is_under_review_no_other_begins_and_the_business_number_stands(
    intake: Served, applicant: Applicant
) -> None:
    owner, path = applicant.owner, applicant.path
    assert await owner.refused(f"POST {path}/submission", signed()) == "409 application_open"
    renumbered = {**applicant.profile, "business_number": business_number()}
    assert await owner.refused(f"PUT {path}/profile", renumbered) == "409 business_number_fixed"
    assert len(await intake.publishes(ApplicationSubmitted, applicant.id)) == 1


# --- the course -----------------------------------------------------------------------------------


async def test_the_company_sees_its_course_and_what_an_officer_asks(intake: Served) -> None:
    company = await submitted(intake)
    dashboard = f"{company.path}/dashboard"
    await intake.consumes(company.id, progressed("under_review"))
    course = await shown(company, "course")
    assert (course["stage"], course["title"]) == ("under_review", CATALOGUE.labels.stages["under_review"].model_dump())
    assert (course["due_on"], course["elapsed"]) == (
        "2026-09-22",
        elapsed(Clock.model_validate(course["clock"]), today(now())),
    )

    await intake.consumes(company.id, returned())
    await company.owner.sees(dashboard, status="returned", can_submit=False)
    assert (await lacking(company.owner, company))["security_profile"] == {f"questions/{QUESTION}": "reply_required"}
    assert await company.owner.refused(f"POST {company.path}/submission", signed()) == "409 incomplete"


async def test_who_was_denied_reads_why_and_may_apply_again(intake: Served) -> None:
    company = await submitted(intake)
    await intake.consumes(company.id, denied())
    outcome = (await company.owner.sees(f"{company.path}/dashboard", status="preparing", can_submit=True))["outcome"]
    assert (outcome["result"], outcome["message"]) == ("denied", "The yard is not fenced.")

    await company.owner.does(f"POST {company.path}/submission", signed())
    again = (await intake.publishes(ApplicationSubmitted, company.id, 2))[-1]
    assert (again.application_id, again.submission) == (uuid5(company.id, "application/2"), 1)
    assert (await company.owner.sees(f"{company.path}/dashboard", status="under_review"))["outcome"] is None
    assert len(await intake.publishes(CompanyProfileUpdated, company.id)) == 1


async def test_a_member_applies_no_more_and_what_it_changes_is_published_at_once(intake: Served) -> None:
    company = await submitted(intake)
    await intake.consumes(company.id, approved())
    await company.owner.sees(f"{company.path}/dashboard", status="preparing", can_submit=False)
    assert await company.owner.refused(f"POST {company.path}/submission", signed()) == "409 already_member"

    await intake.consumes(company.id, membership("active"))
    assert (await shown(company, "membership"))["pip_id"] == pip_id(str(company.id))
    assert await company.owner.refused(f"POST {company.path}/submission", signed()) == "409 already_member"

    changed = {**company.profile, "operating_name": "Boreal Nord"}
    await company.owner.does(f"PUT {company.path}/profile", changed)
    declared = (await intake.publishes(CompanyProfileUpdated, company.id, 2))[-1]
    assert (declared.revision, declared.profile.model_dump(mode="json")) == (2, changed)
