"""Questions on exact requirements, the return, and the deadlines that the calendar gives."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.review.domain import case
from services.review.domain.case.clock import (
    MOST_PAUSES,
    AnswerOverdue,
    ClockPaused,
    ClockResumed,
    ServiceStandardMissed,
)
from services.review.domain.case.closing import CaseDenied
from services.review.domain.case.questions import LONGEST_DAYS_TO_ANSWER, MOST_QUESTIONS, CaseReturned
from services.review.domain.case.state import Denial, Returned
from shared.contracts.review import Pause, Question
from shared.programme.calendar import due_on
from tests.support.builders.deciding import live, refusal
from tests.support.builders.packages import TERMINAL, YARD
from tests.support.builders.review import (
    ANSWER_BY,
    AT,
    AWAITED,
    CASES,
    COLLEAGUE,
    DENIAL,
    LATE,
    MUST,
    PACKAGE,
    RETURNED_AT,
    SHOULD,
    YEAR_LATER,
    approve,
    ask,
    assign,
    case_in,
    deny,
    dossier_of,
    drop,
    pause_clock,
    question,
    resubmit,
    resume_clock,
    return_case,
    tick,
)

NOWHERE = UUID("00000000-0000-4000-8000-00000000dead")
KIND = PACKAGE.documents[0].kind
ON_THE_LAST_DAY = datetime(2026, 3, 12, 3, 59, 59, tzinfo=UTC)
THE_NEXT_DAY = datetime(2026, 3, 12, 4, tzinfo=UTC)


# --- questions ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "about",
    [
        {},
        {"division_id": YARD},
        {"requirement_id": SHOULD},
        {"division_id": TERMINAL, "requirement_id": MUST},
        {"document_kind": KIND},
    ],
)
def test_a_question_is_about_the_whole_or_exactly_what_the_application_has(about: dict[str, Any]) -> None:
    assert refusal(CASES, ask(question(**about)), case_in("under_review")) == ""


@pytest.mark.parametrize(
    ("about", "code"),
    [
        ({"division_id": NOWHERE}, "unknown_answer"),
        ({"requirement_id": "XX-99"}, "unknown_answer"),
        ({"division_id": YARD, "requirement_id": "XX-99"}, "unknown_answer"),
        ({"document_kind": "horoscope"}, "unknown_document"),
        ({"document_kind": "evidence"}, "unknown_document"),
    ],
)
def test_a_question_about_what_the_application_has_not(about: dict[str, Any], code: str) -> None:
    assert refusal(CASES, ask(question(**about)), case_in("under_review")) == code


def test_a_case_has_room_for_so_many_questions() -> None:
    state, _ = live(CASES, (ask(question(f"{number}")) for number in range(MOST_QUESTIONS)), case_in("under_review"))
    assert refusal(CASES, ask(question("one more")), state) == "too_many_questions"
    dropped, _ = live(CASES, (drop(question("7")),), state)
    assert refusal(CASES, ask(question("one more")), dropped) == ""


@pytest.mark.parametrize("make", [ask, drop, return_case, pause_clock, resume_clock])
def test_questions_and_clock_are_the_assignees(make: Callable[..., case.CaseCommand]) -> None:
    command = make(actor=COLLEAGUE)
    assert refusal(CASES, command, case_in("under_review")) == "not_your_case"
    taken, _ = live(CASES, (assign(COLLEAGUE), ask(actor=COLLEAGUE)), case_in("under_review"))
    assert refusal(CASES, command, taken) != "not_your_case"


# --- the return -----------------------------------------------------------------------------------


def test_a_case_is_returned_with_the_questions_that_were_not_dropped() -> None:
    fence, seals = question("fence"), question("seals")
    state, facts = live(CASES, (ask(fence), ask(seals), drop(fence), return_case()), case_in("pending_failed"))
    assert facts[3] == CaseReturned(questions=(seals,), answer_by=ANSWER_BY, returned_at=RETURNED_AT)
    assert isinstance(state, Returned)
    assert (state.answer_by, state.dossier.drafts, state.dossier.asked) == (ANSWER_BY, (), (seals,))


def test_the_next_return_asks_its_own_questions_alone() -> None:
    first: tuple[Question, ...] = (question("fence"),)
    state, _ = live(CASES, (resubmit(),), case_in("returned"))
    assert dossier_of(state).asked == first
    asked, _ = live(CASES, (ask(question("seals")), return_case()), state)
    assert dossier_of(asked).asked == (question("seals"),)


@pytest.mark.parametrize(
    ("days", "code"),
    [(-1, "date_in_past"), (0, ""), (LONGEST_DAYS_TO_ANSWER, ""), (LONGEST_DAYS_TO_ANSWER + 1, "date_too_far")],
)
def test_a_return_is_to_be_answered_from_today_on_and_within_a_year(days: int, code: str) -> None:
    state, _ = live(CASES, (ask(),), case_in("under_review"))
    assert refusal(CASES, return_case(RETURNED_AT.date() + timedelta(days=days)), state) == code


def test_a_return_to_be_answered_on_the_last_day_that_there_is() -> None:
    state, _ = live(CASES, (ask(),), case_in("under_review"))
    assert refusal(CASES, return_case(date.max), state) == "date_too_far"


def test_a_return_takes_over_from_another_pause() -> None:
    state, facts = live(CASES, (ask(), pause_clock(), return_case()), case_in("under_review"))
    assert [fact for fact in facts if isinstance(fact, ClockResumed | ClockPaused)][1:] == [
        ClockResumed(on=RETURNED_AT.date()),
        ClockPaused(pause=dossier_of(state).clock.pauses[-1]),
    ]
    assert [(pause.code, pause.until) for pause in dossier_of(state).clock.pauses] == [
        (AWAITED.code, RETURNED_AT.date()),
        ("returned", None),
    ]


@pytest.mark.parametrize(("at", "code"), [(ON_THE_LAST_DAY, "answer_still_possible"), (THE_NEXT_DAY, "")])
def test_the_last_day_to_answer_ends_in_ontario(at: datetime, code: str) -> None:
    assert refusal(CASES, deny(at=at), case_in("returned")) == code


# --- the decision ---------------------------------------------------------------------------------


def test_a_denial_stops_the_clock_and_keeps_its_note_out_of_the_state() -> None:
    denied, _ = CASES.decide(deny(), case_in("pending_on_risk"))
    assert denied == CaseDenied(
        grounds=DENIAL.grounds, message=DENIAL.message or "", note=DENIAL.note, denied_on=LATE.date()
    )
    state = CASES.evolve(case_in("pending_on_risk"), denied)
    assert dossier_of(state).clock.stopped_on == LATE.date()
    assert "by phone" not in state.model_dump_json()


@pytest.mark.parametrize("life", ["under_review", "pending_on_profile"])
def test_a_denial_without_a_message(life: str) -> None:
    assert refusal(CASES, deny(Denial(grounds=("eligibility",))), case_in(life)) == "message_required"


def test_the_first_of_two_decisions_wins() -> None:
    approved_first, _ = live(CASES, (approve(), deny()), case_in("pending_passed"))
    denied_first, _ = live(CASES, (deny(), approve()), case_in("pending_passed"))
    assert (approved_first.status, denied_first.status) == ("approved", "denied")


# --- the clock and what falls due -----------------------------------------------------------------


def test_a_pause_moves_the_last_day_of_the_service_standard() -> None:
    """The golden values of programme 1.7."""
    from_, to = datetime(2026, 2, 2, 15, tzinfo=UTC), datetime(2026, 2, 20, 15, tzinfo=UTC)
    paused, facts = live(CASES, (pause_clock(from_),), case_in("risk_assessment"))
    assert facts[0] == ClockPaused(pause=Pause(since=date(2026, 2, 2), code=AWAITED.code, text=AWAITED.text))
    assert due_on(dossier_of(paused).clock) is None
    resumed, _ = live(CASES, (resume_clock(to),), paused)
    assert due_on(dossier_of(resumed).clock) == date(2026, 10, 14)


def test_the_clock_is_paused_so_many_times_and_no_more() -> None:
    state, _ = live(CASES, (pause_clock(), resume_clock()) * MOST_PAUSES, case_in("site_validation"))
    assert len(dossier_of(state).clock.pauses) == MOST_PAUSES
    assert refusal(CASES, pause_clock(), state) == "too_many_pauses"


def test_the_service_standard_is_missed_once_its_last_day_is_over() -> None:
    moment = datetime(2026, 9, 23, 4, tzinfo=UTC)
    assert CASES.due(case_in("risk_assessment")) == moment
    state, facts = live(CASES, (tick(moment), tick(moment), tick(YEAR_LATER)), case_in("risk_assessment"))
    assert facts == (ServiceStandardMissed(due_on=date(2026, 9, 22)),)
    assert dossier_of(state).standard_missed
    assert CASES.due(state) is None


def test_an_answer_is_overdue_once_its_last_day_is_over_and_each_return_counts() -> None:
    assert CASES.due(case_in("returned")) == THE_NEXT_DAY
    state, facts = live(CASES, (tick(ON_THE_LAST_DAY), tick(THE_NEXT_DAY), tick(YEAR_LATER)), case_in("returned"))
    assert facts == (AnswerOverdue(answer_by=ANSWER_BY),)
    assert isinstance(state, Returned)
    assert state.answer_overdue
    _, facts = live(CASES, (resubmit(), ask(question("gate")), return_case(), tick(THE_NEXT_DAY)), state)
    assert AnswerOverdue(answer_by=ANSWER_BY) in facts


def test_a_case_that_was_decided_too_late_has_missed_the_standard_though_no_timer_ran() -> None:
    decided, _ = live(CASES, (deny(at=YEAR_LATER),), case_in("pending_failed"))
    assert CASES.decide(tick(YEAR_LATER), decided) == (ServiceStandardMissed(due_on=date(2026, 9, 22)),)


@pytest.mark.parametrize("life", ["absent", "approved", "denied", "withdrawn"])
def test_nothing_falls_due_before_and_after_a_case(life: str) -> None:
    assert CASES.due(case_in(life)) is None


def test_a_paused_clock_wakes_nobody() -> None:
    paused, _ = live(CASES, (pause_clock(AT),), case_in("under_review"))
    assert CASES.due(paused) is None
