"""Questions replied, applications withdrawn and the programme left, with review on the other side of the bus."""

import pytest

from shared.contracts.intake import ApplicationSubmitted, ApplicationWithdrawn, ProgrammeLeft
from tests.support.builders.applicant import Applicant, Json, joined, signed, submitted, upload
from tests.support.builders.review_messages import (
    QUESTION,
    approved,
    denied,
    membership,
    progressed,
    returned,
    reviewed,
)
from tests.support.servers.bus import until
from tests.support.servers.served import Served, application_of

REPLY = {"text": "The president did."}


@pytest.fixture
async def company(intake: Served) -> Applicant:
    return await submitted(intake)


async def banners(company: Applicant) -> list[str]:
    return [banner["code"] for banner in (await company.owner.does(f"GET {company.path}/dashboard"))["banners"]]


async def becomes(company: Applicant, status: str) -> None:
    """Waits until this is the status of the membership."""

    async def so() -> bool:
        return status == ((await company.owner.does(f"GET {company.path}/dashboard"))["membership"] or {}).get("status")

    await until(so)


async def questions(company: Applicant) -> Json:
    return dict((await company.owner.does(f"GET {company.path}/dashboard"))["questions"])


# --- returned -------------------------------------------------------------------------------------


async def test_what_an_officer_asks_is_replied_and_goes_with_the_next_submission(
    intake: Served, company: Applicant
) -> None:
    owner, path, reply = company.owner, company.path, f"PUT {company.path}/questions/{QUESTION}/reply"
    assert await owner.refused(reply, REPLY) == "409 no_open_question"
    await intake.consumes(company.id, returned())
    await owner.sees(f"{path}/dashboard", status="returned")
    assert (await questions(company))["questions"][0]["reply"] is None
    assert await owner.refused(f"POST {path}/submission", signed()) == "409 incomplete"
    assert (
        await owner.refused(reply, {**REPLY, "documents": [str(application_of(company.id))]}) == "409 unknown_document"
    )

    letter = (await upload(owner, path)).json()["id"]
    await owner.does(reply, {"text": "See the letter."})
    await owner.does(reply, {**REPLY, "documents": [letter]})
    replied = await questions(company)
    assert (replied["answer_by"], replied["questions"][0]["reply"]) == ("2026-03-02", {**REPLY, "documents": [letter]})
    assert await owner.refused(f"DELETE {path}/documents/{letter}") == "409 document_in_use"

    await owner.does(f"POST {path}/submission", signed())
    again = (await intake.publishes(ApplicationSubmitted, company.id, 2))[-1]
    assert (again.application_id, again.submission) == (application_of(company.id), 2)
    assert [(str(reply.question_id), reply.text) for reply in again.replies] == [(str(QUESTION), REPLY["text"])]
    assert letter in {str(document.document_id) for document in again.documents}
    assert (await owner.does(f"GET {path}/dashboard"))["questions"] is None


# --- advised --------------------------------------------------------------------------------------


async def test_what_officers_advise_is_read_by_everybody_of_the_company(intake: Served, company: Applicant) -> None:
    reader = await joined(intake, company, "read_only_user")
    for event in (progressed("under_review"), reviewed("Fence it."), returned()):
        await intake.consumes(company.id, event)
    for person in (company.owner, reader):
        dashboard = await person.sees(f"{company.path}/dashboard", status="returned")
        assert [advice["text"] for advice in dashboard["course"]["advice"]] == ["Fence it.", "Fence it."]


# --- withdrawn ------------------------------------------------------------------------------------


async def test_a_withdrawn_application_is_closed_when_review_has_closed_it(intake: Served, company: Applicant) -> None:
    owner, path = company.owner, company.path
    first, again = [await owner.does(f"POST {path}/withdrawal") for _ in range(2)]
    assert first == again
    [published] = await intake.publishes(ApplicationWithdrawn, company.id)
    assert (published.application_id, published.submission) == (application_of(company.id), 1)
    await owner.sees(f"{path}/dashboard", status="withdrawing", can_submit=False)
    assert await owner.refused(f"POST {path}/submission", signed()) == "409 withdrawal_pending"

    await intake.consumes(company.id, progressed("withdrawn"))
    dashboard = await owner.sees(f"{path}/dashboard", status="preparing", can_submit=True)
    assert (dashboard["course"]["stage"], dashboard["outcome"]) == ("withdrawn", None)
    assert await owner.refused(f"POST {path}/withdrawal") == "409 no_application"


async def test_a_withdrawal_that_comes_too_late_is_shown(intake: Served, company: Applicant) -> None:
    await company.owner.does(f"POST {company.path}/withdrawal")
    await intake.consumes(company.id, denied())
    outcome = (await company.owner.sees(f"{company.path}/dashboard", status="preparing"))["outcome"]
    assert outcome["withdrawal_too_late"]
    assert [ground["code"] for ground in outcome["grounds"]] == ["profile"]
    assert await banners(company) == ["withdrawal_too_late"]


# --- left -----------------------------------------------------------------------------------------


async def test_a_member_leaves_the_programme(intake: Served, company: Applicant) -> None:
    owner, path = company.owner, company.path
    assert await owner.refused(f"POST {path}/departure") == "409 not_a_member"
    await intake.consumes(company.id, approved())
    await owner.sees(f"{path}/dashboard", status="preparing")
    await intake.consumes(company.id, membership("active"))
    await becomes(company, "active")
    first, again = [await owner.does(f"POST {path}/departure") for _ in range(2)]
    assert first == again
    assert await banners(company) == ["leaving_requested"]
    assert len(await intake.publishes(ProgrammeLeft, company.id)) == 1

    await intake.consumes(company.id, membership("withdrawn"))
    await becomes(company, "withdrawn")
    assert await banners(company) == []
    assert await owner.refused(f"POST {path}/departure") == "409 not_a_member"
