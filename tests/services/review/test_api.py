"""Review as it runs: a package is consumed, judged and decided on, a membership managed, and all is published."""

from uuid import UUID, uuid4

import pytest

from shared.contracts.pip_id import pip_id
from shared.contracts.review import (
    ApplicationApproved,
    ApplicationProgressed,
    MembershipActivated,
    MembershipCancelled,
    MembershipReinstated,
    MembershipSuspended,
    SecurityProfileReviewed,
)
from tests.support.builders.packages import YARD
from tests.support.builders.review import (
    DOCUMENT,
    EVIDENCE,
    MUST,
    PACKAGE,
    approved,
    declared,
    left,
    risk_assessed,
    site_validated,
    visits_scheduled,
    withdrawn,
)
from tests.support.builders.reviewing import ACCEPTED, MET, address, judged, opened
from tests.support.servers.served import STRANGER, Person, Served, application_of

UNMET = {"verdict": "not_met", "advice": "Fence the north side."}
NOTED = {"verdict": "met", "advice": "Train the night shift too.", "note": "They seem in a hurry."}
NOTICE = {"message": "A seal was broken.", "note": "Told by the terminal."}


async def in_risk_assessment(review: Served, officer: Person, company: UUID) -> str:
    """The address of a case that was found to meet the requirements."""
    case = await opened(review, officer, company)
    await judged(officer, case)
    await officer.does(f"POST {case}/conclusion", {"outcome": "meets"})
    return case


async def member(review: Served, ines: Person, company: UUID) -> str:
    """The address of a membership that has begun."""
    await review.consumes(company, approved())
    await ines.sees(f"/memberships/{company}", status="active")
    return f"/memberships/{company}"


# --- the way of an application --------------------------------------------------------------------


async def test_a_package_is_judged_approved_and_leads_to_a_membership(
    review: Served, noor: Person, ines: Person
) -> None:
    """Source A6: approve and activate benefits (programme 6.13)."""
    company = uuid4()
    case = await opened(review, noor, company)
    await noor.does(f"PUT {case}/judgements/{YARD}/{MUST}", NOTED)
    await judged(noor, case)
    await noor.does(f"POST {case}/conclusion", {"outcome": "meets"})
    await noor.sees(case, status="risk_assessment", answers_to_judge=[], documents_to_judge=[])

    await review.consumes(company, risk_assessed())
    await noor.sees(case, status="site_validation")
    await review.consumes(company, visits_scheduled())
    assert (await noor.sees(case, stage="site_validation"))["risk"]["outcome"] == "acceptable"
    await review.consumes(company, site_validated())
    await ines.sees(case, status="decision_pending", basis="passed", stage="decision")

    await ines.does(f"POST {case}/approval")
    await noor.sees(case, status="approved")
    membership = await ines.sees(f"/memberships/{company}", status="active")
    assert (membership["pip_id"], membership["application_id"]) == (pip_id(str(company)), str(application_of(company)))
    assert {"en", "fr"} == {language for benefit in membership["benefits"] for language in benefit["name"]}


async def test_the_judgement_and_the_course_are_published_without_any_note(
    review: Served, noor: Person, ines: Person
) -> None:
    company = uuid4()
    case = await opened(review, noor, company)
    await noor.does(f"PUT {case}/judgements/{YARD}/{MUST}", NOTED)
    await judged(noor, case)
    await noor.does(f"POST {case}/conclusion", {"outcome": "meets"})
    for event, status in ((risk_assessed(), "site_validation"), (site_validated(), "decision_pending")):
        await review.consumes(company, event)
        await noor.sees(case, status=status)
    await ines.does(f"POST {case}/approval")

    [reviewed] = await review.publishes(SecurityProfileReviewed, company)
    assert [judgement.advice for judgement in reviewed.judgements if judgement.advice] == [NOTED["advice"]]
    assert NOTED["note"] not in reviewed.model_dump_json()
    [decision] = await review.publishes(ApplicationApproved, company)
    assert (decision.application_id, decision.submission, decision.validated_on) == (
        application_of(company),
        1,
        site_validated().concluded_on,
    )
    stages = [progress.stage for progress in await review.publishes(ApplicationProgressed, company, 5)]
    assert stages == ["under_review", "risk_assessment", "site_validation", "decision", "approved"]
    [activated] = await review.publishes(MembershipActivated, company)
    assert (activated.pip_id, activated.status, activated.message) == (pip_id(str(company)), "active", None)


async def test_a_profile_that_does_not_meet_waits_for_a_decision(review: Served, noor: Person, ines: Person) -> None:
    company = uuid4()
    case = await opened(review, noor, company)
    await judged(noor, case, answer=UNMET, document={"accepted": False, "note": "Not signed."})
    assert await noor.refused(f"POST {case}/conclusion", {"outcome": "meets"}) == "409 must_not_met"
    await noor.does(f"POST {case}/conclusion", {"outcome": "does_not_meet"})
    await ines.sees(case, status="decision_pending", basis="profile")
    assert (await review.publishes(SecurityProfileReviewed, company))[0].outcome == "does_not_meet"
    assert await ines.refused(f"POST {case}/approval") == "409 not_approvable"


async def test_a_judgement_is_replaced_by_the_next(review: Served, noor: Person) -> None:
    case = await opened(review, noor, uuid4())
    for opinion in (UNMET, MET):
        await noor.does(f"PUT {case}/judgements/{YARD}/{MUST}", opinion)
    division = (await noor.does(f"GET {case}"))["divisions"][0]
    assert division["answers"][0]["judgement"] == {"verdict": "met", "advice": None, "note": None}


async def test_a_withdrawn_application_is_closed_once_however_often_it_is_published(
    review: Served, noor: Person
) -> None:
    company = uuid4()
    for event, sequence in ((PACKAGE, 1), (PACKAGE, 1), (withdrawn(), 2), (withdrawn(), 2)):
        await review.consumes(company, event, sequence)
    await noor.sees(address(company), status="withdrawn")
    assert [progress.stage for progress in await review.publishes(ApplicationProgressed, company, 2)] == [
        "under_review",
        "withdrawn",
    ]
    assert await noor.refused(f"PUT {address(company)}/assignment", {"officer": noor.urn}) == "409 case_closed"


# --- memberships ----------------------------------------------------------------------------------


async def test_a_membership_rests_runs_again_and_is_cancelled(review: Served, ines: Person) -> None:
    company = uuid4()
    membership = await member(review, ines, company)
    for act, kind, status in (
        ("suspension", MembershipSuspended, "suspended"),
        ("reinstatement", MembershipReinstated, "active"),
        ("cancellation", MembershipCancelled, "cancelled"),
    ):
        await ines.does(f"POST {membership}/{act}", NOTICE)
        assert bool((await ines.sees(membership, status=status))["benefits"]) is (status == "active")
        [published] = await review.publishes(kind, company)
        assert (published.status, published.message, bool(published.benefits)) == (
            status,
            NOTICE["message"],
            status == "active",
        )
    for act in ("suspension", "reinstatement"):
        assert await ines.refused(f"POST {membership}/{act}", NOTICE) == "409 membership_ended"


async def test_a_member_that_leaves_has_withdrawn_and_its_declared_profile_is_shown(
    review: Served, ines: Person
) -> None:
    """Source B: a voluntary programme (programme 6.14)."""
    company = uuid4()
    membership = await member(review, ines, company)
    await review.consumes(company, declared(2, operating_name="Boreal Nord"))
    await review.consumes(company, left())
    ended = await ines.sees(membership, status="withdrawn")
    assert (ended["profile"]["operating_name"], ended["benefits"]) == ("Boreal Nord", [])


async def test_a_company_that_never_was_a_member(review: Served, ines: Person) -> None:
    company = uuid4()
    await review.introduces(company, STRANGER)
    assert await ines.refused(f"GET /memberships/{company}") == "404 not_found"
    for act in ("suspension", "reinstatement", "cancellation"):
        assert await ines.refused(f"POST /memberships/{company}/{act}", NOTICE) == "409 no_membership"
        assert await ines.refused(f"POST /memberships/{uuid4()}/{act}", NOTICE) == "404 not_found"


# --- what is refused ------------------------------------------------------------------------------


async def test_only_the_assignee_judges(review: Served, noor: Person) -> None:
    case = await opened(review, noor, uuid4())
    felix = review.person("felix", "review_officer")
    for request, body in (
        (f"PUT {case}/judgements/{YARD}/{MUST}", MET),
        (f"PUT {case}/documents/{DOCUMENT}/judgement", ACCEPTED),
        (f"POST {case}/conclusion", {"outcome": "meets"}),
    ):
        assert await felix.refused(request, body) == "403 not_your_case"


async def test_what_a_case_under_review_does_not_allow(review: Served, noor: Person, ines: Person) -> None:
    case = await opened(review, noor, uuid4())
    before = await noor.does(f"GET {case}")
    for request, body, refusal in (
        (f"PUT {case}/judgements/{YARD}/XX-99", MET, "409 unknown_answer"),
        (f"PUT {case}/judgements/{YARD}/{MUST}", {"verdict": "not_met"}, "409 reason_required"),
        (f"PUT {case}/documents/{EVIDENCE}/judgement", ACCEPTED, "409 unknown_document"),
        (f"PUT {case}/documents/{DOCUMENT}/judgement", {"accepted": False}, "409 reason_required"),
        (f"POST {case}/conclusion", {"outcome": "meets"}, "409 not_all_judged"),
        (f"POST {case}/conclusion", {"outcome": "does_not_meet"}, "409 not_all_judged"),
    ):
        assert await noor.refused(request, body) == refusal
    assert await ines.refused(f"POST {case}/approval") == "409 not_approvable"
    assert await noor.does(f"GET {case}") == before


async def test_a_document_that_is_not_accepted_is_missing(review: Served, noor: Person) -> None:
    """Source A3: documents missing (programme 6.7)."""
    case = await opened(review, noor, uuid4())
    await judged(noor, case, document={"accepted": False, "advice": "The signature is missing."})
    assert await noor.refused(f"POST {case}/conclusion", {"outcome": "meets"}) == "409 document_not_accepted"


async def test_what_is_concluded_is_judged_no_more(review: Served, noor: Person, ines: Person) -> None:
    case = await in_risk_assessment(review, noor, uuid4())
    assert await noor.refused(f"PUT {case}/judgements/{YARD}/{MUST}", UNMET) == "409 not_under_review"
    assert await noor.refused(f"POST {case}/conclusion", {"outcome": "meets"}) == "409 not_under_review"
    assert await ines.refused(f"POST {case}/approval") == "409 not_approvable"


async def test_a_case_that_nobody_has_submitted(noor: Person, ines: Person) -> None:
    case = address(uuid4())
    for request, body in (
        (f"GET {case}", None),
        (f"PUT {case}/assignment", {"officer": noor.urn}),
        (f"PUT {case}/judgements/{YARD}/{MUST}", MET),
        (f"PUT {case}/documents/{DOCUMENT}/judgement", ACCEPTED),
        (f"POST {case}/conclusion", {"outcome": "meets"}),
    ):
        assert await noor.refused(request, body) == "404 not_found"
    assert await ines.refused(f"POST {case}/approval") == "404 not_found"


@pytest.mark.parametrize(
    ("request_", "body", "field"),
    [
        ("PUT {case}/assignment", {}, "body.officer"),
        ("PUT {case}/judgements/{yard}/{must}", {"verdict": "perhaps"}, "body.verdict"),
        ("PUT {case}/judgements/{yard}/{must}", {**MET, "score": 3}, "body.score"),
        ("PUT {case}/judgements/yard/{must}", MET, "path.division_id"),
        ("PUT {case}/documents/{yard}/judgement", {"accepted": "perhaps"}, "body.accepted"),
        ("POST {case}/conclusion", {"outcome": "waived"}, "body.outcome"),
    ],
)
async def test_a_malformed_command_names_its_field(
    review: Served, noor: Person, request_: str, body: dict[str, object], field: str
) -> None:
    request = request_.format(case=await opened(review, noor, uuid4()), yard=YARD, must=MUST)
    assert await noor.refused(request, body) == "422 malformed"
    assert (await noor.asks(request, body)).json()["field"] == field


@pytest.mark.parametrize("act", ["suspension", "reinstatement", "cancellation"])
async def test_a_message_to_the_member_is_required(review: Served, ines: Person, act: str) -> None:
    company = uuid4()
    await review.introduces(company, STRANGER)
    request = f"POST /memberships/{company}/{act}"
    assert await ines.refused(request, {}) == "422 malformed"
    assert (await ines.asks(request, {})).json()["field"] == "body.message"


async def test_a_command_takes_effect_once_and_on_what_the_officer_has_read(review: Served, noor: Person) -> None:
    case = await opened(review, noor, uuid4())
    request = f"PUT {case}/judgements/{YARD}/{MUST}"
    read = (await noor.asks(f"GET {case}")).headers["etag"]
    keyed = {"If-Match": read, "Idempotency-Key": "judge the first answer"}
    first, again = [await noor.asks(request, MET, keyed) for _ in range(2)]
    assert first.json() == again.json()
    assert first.headers["etag"] == again.headers["etag"] != read
    assert await noor.refused(request, UNMET, keyed) == "422 key_reused"
    assert await noor.refused(request, UNMET, {"If-Match": read}) == "412 stale"
