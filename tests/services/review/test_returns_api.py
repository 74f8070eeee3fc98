"""Review as it runs: a case is returned with questions and resubmitted, its clock paused, and an application denied."""

from datetime import timedelta
from uuid import uuid4

import pytest

from shared.clock import now
from shared.contracts.intake import Reply
from shared.contracts.review import ApplicationDenied, ApplicationProgressed, ApplicationReturned, Clock
from shared.programme.calendar import due_on, today
from tests.support.builders.applicant import reference
from tests.support.builders.packages import YARD
from tests.support.builders.review import MUST, PACKAGE, SHOULD, small_package
from tests.support.builders.reviewing import address, judged, opened
from tests.support.servers.served import Person, Served, application_of

QUESTION = {"division_id": str(YARD), "requirement_id": MUST, "text": "Who holds the keys of the gate?"}
DENIAL = {"grounds": ["profile", "no_answer"], "message": "The gate has no lock.", "note": "Told twice on the phone."}
AWAITED = {"code": "awaiting_other_authority", "text": "The port authority decides on the lease."}


async def returned(noor: Person, case: str) -> str:
    """A case is returned with one question; the question's id."""
    asked = await noor.does(f"POST {case}/questions", QUESTION)
    await noor.does(f"POST {case}/return", {})
    await noor.sees(case, status="returned", stage="returned")
    return str(asked["id"])


# --- questions and return -------------------------------------------------------------------------


async def test_a_question_is_drafted_once_and_dropped(review: Served, noor: Person) -> None:
    case = await opened(review, noor, uuid4())
    keyed = {"Idempotency-Key": "ask about the keys"}
    first, again = [await noor.asks(f"POST {case}/questions", QUESTION, keyed) for _ in range(2)]
    assert (first.status_code, first.json()) == (201, again.json())
    [draft] = (await noor.does(f"GET {case}"))["drafts"]
    assert draft == {"question_id": first.json()["id"], "document_kind": None, **QUESTION}

    await noor.does(f"DELETE {case}/questions/{draft['question_id']}")
    assert await noor.refused(f"DELETE {case}/questions/{draft['question_id']}") == "409 unknown_question"
    assert (await noor.does(f"GET {case}"))["drafts"] == []
    assert await noor.refused(f"POST {case}/return", {}) == "409 no_question"


async def test_the_company_gets_the_questions_and_answers_with_its_next_submission(
    review: Served, noor: Person
) -> None:
    company = uuid4()
    case = await opened(review, noor, company)
    await judged(noor, case)
    question = await returned(noor, case)

    [asked] = await review.publishes(ApplicationReturned, company)
    assert [str(each.question_id) for each in asked.questions] == [question]
    assert asked.answer_by == today(now()) + timedelta(days=30)
    assert (await review.publishes(ApplicationProgressed, company, 2))[-1].clock.pauses[0].code == "returned"

    yard, terminal = PACKAGE.divisions
    answers = tuple(
        answer.model_copy(update={"text": "The guard holds them."}) if answer.requirement_id == MUST else answer
        for answer in yard.answers
    )
    replies = (Reply(question_id=asked.questions[0].question_id, text="The guard does."),)
    better = (yard.model_copy(update={"answers": answers}), terminal)
    await review.consumes(company, small_package(submission=2, submitted_at=now(), divisions=better, replies=replies))
    read = await noor.sees(case, status="under_review", submission=2)
    assert (
        [question["question_id"] for question in read["questions"]]
        == [question["question_id"] for question in read["replies"]]
        == [question]
    )
    assert read["answers_to_judge"] == [{"division_id": str(YARD), "requirement_id": MUST}]
    assert read["clock"]["pauses"][0]["to"] == today(now()).isoformat()


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"requirement_id": "XX-99"}, "409 unknown_answer"),
        ({"division_id": str(uuid4()), "requirement_id": SHOULD}, "409 unknown_answer"),
        ({"document_kind": "horoscope"}, "409 unknown_document"),
        ({"text": " "}, "422 malformed"),
    ],
)
async def test_a_question_that_cannot_be_asked(
    review: Served, noor: Person, changes: dict[str, str], refusal: str
) -> None:
    case = await opened(review, noor, uuid4())
    assert await noor.refused(f"POST {case}/questions", {**QUESTION, **changes}) == refusal
    assert (await noor.does(f"GET {case}"))["drafts"] == []


async def test_a_case_that_is_returned_waits_for_its_answer(review: Served, noor: Person, ines: Person) -> None:
    case = await opened(review, noor, uuid4())
    await noor.does(f"POST {case}/questions", QUESTION)
    yesterday, in_a_week = ((today(now()) + timedelta(days=days)).isoformat() for days in (-1, 7))
    assert await noor.refused(f"POST {case}/return", {"answer_by": yesterday}) == "409 date_in_past"
    assert await noor.refused(f"POST {case}/return", {"answer_by": "9999-12-31"}) == "409 date_too_far"
    await noor.does(f"POST {case}/return", {"answer_by": in_a_week})
    assert (await noor.sees(case, status="returned"))["answer_by"] == in_a_week
    for request, body, refusal in (
        (f"POST {case}/questions", QUESTION, "409 not_under_review"),
        (f"POST {case}/return", {}, "409 not_under_review"),
        (f"PUT {case}/pause", AWAITED, "409 clock_already"),
        (f"DELETE {case}/pause", None, "409 clock_already"),
    ):
        assert await noor.refused(request, body) == refusal
    assert await ines.refused(f"POST {case}/denial", DENIAL) == "409 answer_still_possible"


async def test_a_case_has_room_for_fifty_questions(review: Served, noor: Person) -> None:
    case = await opened(review, noor, uuid4())
    for _ in range(50):
        await noor.does(f"POST {case}/questions", QUESTION)
    assert await noor.refused(f"POST {case}/questions", QUESTION) == "409 too_many_questions"


# --- the clock ------------------------------------------------------------------------------------


async def test_the_clock_is_paused_and_resumed_and_both_sides_see_it(review: Served, noor: Person) -> None:
    company = uuid4()
    case = await opened(review, noor, company)
    await noor.does(f"PUT {case}/pause", AWAITED)
    assert (await noor.does(f"GET {case}"))["clock"]["due_on"] is None
    assert await noor.refused(f"PUT {case}/pause", AWAITED) == "409 clock_already"
    await noor.does(f"DELETE {case}/pause")
    assert (await noor.does(f"GET {case}"))["clock"]["due_on"] == str(
        due_on(Clock(started_on=today(now()), standard_days=180))
    )
    assert await noor.refused(f"DELETE {case}/pause") == "409 clock_already"

    paused, resumed = (await review.publishes(ApplicationProgressed, company, 3))[1:]
    assert [(pause.code, pause.text, pause.until) for pause in paused.clock.pauses] == [(*AWAITED.values(), None)]
    assert resumed.clock.pauses[0].until == today(now())
    assert await noor.refused(f"PUT {case}/pause", {"code": "returned", "text": "By hand."}) == "422 malformed"


# --- the denial -----------------------------------------------------------------------------------


async def test_an_application_is_denied_and_the_denial_is_published_without_its_note(
    review: Served, noor: Person, ines: Person
) -> None:
    company = uuid4()
    case = await opened(review, noor, company)
    assert await ines.refused(f"POST {case}/denial", {"grounds": ["profile"]}) == "409 message_required"
    for grounds in ([], ["weather"], ["profile"] * 6):
        assert await ines.refused(f"POST {case}/denial", {**DENIAL, "grounds": grounds}) == "422 malformed"
    await ines.does(f"POST {case}/denial", DENIAL)

    denial = (await noor.sees(case, status="denied", stage="denied"))["denial"]
    assert denial == {"grounds": DENIAL["grounds"], "message": DENIAL["message"], "denied_on": today(now()).isoformat()}
    [published] = await review.publishes(ApplicationDenied, company)
    assert (published.application_id, published.submission, published.grounds) == (
        application_of(company),
        1,
        ("profile", "no_answer"),
    )
    assert str(DENIAL["note"]) not in published.model_dump_json()
    stages = [progressed.stage for progressed in await review.publishes(ApplicationProgressed, company, 2)]
    assert stages == ["under_review", "denied"]
    assert await ines.refused(f"POST {case}/denial", DENIAL) == "409 case_closed"
    assert await ines.refused(f"POST {case}/approval") == "409 not_approvable"


async def test_a_result_is_waited_for(review: Served, noor: Person, ines: Person) -> None:
    case = await opened(review, noor, uuid4())
    await judged(noor, case)
    await noor.does(f"POST {case}/conclusion", {"outcome": "meets"})
    assert await ines.refused(f"POST {case}/denial", DENIAL) == "409 wait_for_result"


# --- who and what ---------------------------------------------------------------------------------


async def test_questions_and_clock_are_the_assignees(review: Served, noor: Person) -> None:
    case = await opened(review, noor, uuid4(), assignee=reference("felix"))
    for request, body in (
        (f"POST {case}/questions", QUESTION),
        (f"DELETE {case}/questions/{uuid4()}", None),
        (f"POST {case}/return", {}),
        (f"PUT {case}/pause", AWAITED),
        (f"DELETE {case}/pause", None),
    ):
        assert await noor.refused(request, body) == "403 not_your_case"


async def test_a_case_that_nobody_has_submitted(noor: Person, ines: Person) -> None:
    case = address(uuid4())
    for officer, request, body in (
        (noor, f"POST {case}/questions", QUESTION),
        (noor, f"DELETE {case}/questions/{uuid4()}", None),
        (noor, f"POST {case}/return", {}),
        (noor, f"PUT {case}/pause", AWAITED),
        (noor, f"DELETE {case}/pause", None),
        (ines, f"POST {case}/denial", DENIAL),
    ):
        assert await officer.refused(request, body) == "404 not_found"
