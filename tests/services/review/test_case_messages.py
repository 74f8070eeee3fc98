"""What the others learn of a case."""

from datetime import date

import pytest

from services.review.domain.case import StageChanged
from services.review.domain.case.state import State, stage_of
from shared.contracts.review import (
    ApplicationApproved,
    ApplicationDenied,
    ApplicationProgressed,
    ApplicationReturned,
    Clock,
    Pause,
    VisitSummary,
)
from tests.support.builders.deciding import live
from tests.support.builders.packages import TERMINAL, YARD, profile
from tests.support.builders.review import (
    ANSWER_BY,
    APPLICATION,
    AT,
    AWAITED,
    CASES,
    DENIAL,
    IN_VALIDATION,
    LATE,
    LIVES,
    MUST,
    PACKAGE,
    RETURNED_AT,
    approve,
    ask,
    case_in,
    deny,
    note_visits,
    pause_clock,
    question,
    receive,
    resume_clock,
    return_case,
    small_package,
    visit,
)

CLOCK = Clock(started_on=date(2026, 1, 5), standard_days=180)


@pytest.mark.parametrize("life", LIVES)
def test_each_stage_is_announced_once_and_last_in_its_decision(life: str) -> None:
    state = case_in("absent")
    for command in LIVES[life]:
        after, facts = live(CASES, (command,), state)
        announced = [fact.stage for fact in facts if isinstance(fact, StageChanged)]
        assert announced == ([] if stage(state) == stage(after) else [stage(after)])
        assert not announced or isinstance(facts[-1], StageChanged)
        state = after


def stage(state: State) -> str:
    return state.status if state.status == "absent" else stage_of(state)


def test_the_company_learns_stage_clock_and_visits() -> None:
    state, facts = live(CASES, (*IN_VALIDATION, note_visits("confirmed")))
    outgoing = CASES.publish(facts[-1], state)
    assert outgoing is not None
    assert (outgoing.topic, outgoing.key, outgoing.type) == (
        "pip.review",
        str(PACKAGE.company_id),
        "pip.ApplicationProgressed.v1",
    )
    assert ApplicationProgressed.read(outgoing.body or "") == ApplicationProgressed(
        company_id=PACKAGE.company_id,
        application_id=APPLICATION,
        submission=1,
        stage="site_validation",
        since=AT,
        clock=CLOCK,
        visits=(VisitSummary(division_ids=(YARD, TERMINAL), on=visit().on, state="confirmed"),),
    )


def test_the_membership_learns_of_the_approval() -> None:
    approved, _ = CASES.decide(approve(), case_in("pending_passed"))
    outgoing = CASES.publish(approved, case_in("approved"))
    assert outgoing is not None
    assert ApplicationApproved.read(outgoing.body or "") == ApplicationApproved(
        company_id=PACKAGE.company_id,
        application_id=APPLICATION,
        submission=1,
        lines_of_business=PACKAGE.profile.lines_of_business,
        approved_on=AT.date(),
        validated_on=date(2026, 3, 4),
    )


def test_an_approval_shows_whether_the_company_is_a_courier() -> None:
    courier = receive(small_package(profile=profile(courier=True)))
    state, facts = live(CASES, (courier, *LIVES["approved"][1:]))
    outgoing = CASES.publish(facts[-2], state)
    assert outgoing is not None
    assert ApplicationApproved.read(outgoing.body or "").courier


def test_the_company_learns_the_questions_and_until_when_to_answer() -> None:
    asked = question("seals", division_id=YARD, requirement_id=MUST)
    state, facts = live(CASES, (ask(asked), return_case()), case_in("under_review"))
    outgoing = CASES.publish(facts[1], state)
    assert outgoing is not None
    assert ApplicationReturned.read(outgoing.body or "") == ApplicationReturned(
        company_id=PACKAGE.company_id,
        application_id=APPLICATION,
        submission=1,
        questions=(asked,),
        answer_by=ANSWER_BY,
        returned_at=RETURNED_AT,
    )


def test_a_pause_is_published_with_its_text_and_so_is_its_end() -> None:
    state, facts = live(CASES, (pause_clock(), resume_clock()), case_in("site_validation"))
    outgoing = CASES.publish(facts[-1], state)
    assert outgoing is not None
    (pause,) = ApplicationProgressed.read(outgoing.body or "").clock.pauses
    assert pause == Pause(since=AT.date(), until=RETURNED_AT.date(), code=AWAITED.code, text=AWAITED.text)


def test_everybody_learns_of_a_denial() -> None:
    denied, _ = CASES.decide(deny(), case_in("returned"))
    outgoing = CASES.publish(denied, case_in("denied"))
    assert outgoing is not None
    assert ApplicationDenied.read(outgoing.body or "") == ApplicationDenied(
        company_id=PACKAGE.company_id,
        application_id=APPLICATION,
        submission=1,
        grounds=DENIAL.grounds,
        message=DENIAL.message or "",
        denied_on=LATE.date(),
    )


@pytest.mark.parametrize("life", LIVES)
def test_every_other_fact_stays_inside(life: str) -> None:
    state, facts = live(CASES, LIVES[life])
    published = {fact.kind for fact in facts if CASES.publish(fact, state)}
    assert published <= {"stage_changed", "review_concluded", "case_returned", "case_approved", "case_denied"}
