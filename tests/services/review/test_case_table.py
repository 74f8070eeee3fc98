"""Every command in every status of a case, row by row as the table of programme.md 3.2 has it: its facts, or its refusal."""

import pytest

from services.review.domain import case
from tests.support.deciding import cells, kinds_of, live, outcome_of
from tests.support.samples_review import (
    AT,
    CASES,
    COLLEAGUE,
    LATE,
    RETURNED_AT,
    STATES,
    UNMET,
    YEAR_LATER,
    approve,
    ask,
    assign,
    close_withdrawn,
    conclude,
    deny,
    drop,
    judge,
    judge_all,
    judge_document,
    note_risk,
    note_validation,
    note_visits,
    pause_clock,
    receive,
    resubmit,
    resume_clock,
    return_case,
    tick,
)

PENDING = "pending_on_profile pending_on_risk pending_passed pending_failed pending_waived"
RUNNING = f"under_review risk_assessment site_validation {PENDING}"
OPEN = f"returned {RUNNING}"
CLOSED = "approved denied withdrawn"
ANY = f"absent {OPEN} {CLOSED}"
NOT_UNDER_REVIEW = f"returned risk_assessment site_validation {PENDING} {CLOSED}"
NO_QUESTIONS_NOW = f"returned risk_assessment site_validation {CLOSED}"

# What is done, the last of it being what the row is about; then each outcome, and in which statuses.
TABLE: dict[str, tuple[tuple[case.Asked, ...], dict[str, str]]] = {
    "Receive": ((receive(),), {"case_opened stage_changed": "absent", "()": f"{OPEN} {CLOSED}"}),
    "Receive the next submission": (
        (resubmit(),),
        {"case_opened stage_changed": "absent", "case_resubmitted clock_resumed stage_changed": "returned", "()": f"{RUNNING} {CLOSED}"},
    ),
    "Assign": ((assign(COLLEAGUE),), {"not_found": "absent", "case_assigned": OPEN, "case_closed": CLOSED}),
    "JudgeRequirement": (
        (judge(UNMET),),
        {"not_found": "absent", "requirement_judged": "under_review", "not_under_review": NOT_UNDER_REVIEW},
    ),
    "JudgeDocument": (
        (judge_document(),),
        {"not_found": "absent", "document_judged": "under_review", "not_under_review": NOT_UNDER_REVIEW},
    ),
    "AskQuestion": (
        (ask(),),
        {"not_found": "absent", "question_drafted": f"under_review {PENDING}", "not_under_review": NO_QUESTIONS_NOW},
    ),
    "DropQuestion": (
        (ask(), drop()),
        {"not_found": "absent", "question_dropped": f"under_review {PENDING}", "not_under_review": NO_QUESTIONS_NOW},
    ),
    "DropQuestion that is not there": (
        (drop(),),
        {"not_found": "absent", "()": f"under_review {PENDING}", "not_under_review": NO_QUESTIONS_NOW},
    ),
    "Return": (
        (ask(), return_case()),
        {
            "not_found": "absent",
            "case_returned clock_paused stage_changed": f"under_review {PENDING}",
            "not_under_review": NO_QUESTIONS_NOW,
        },
    ),
    "Return while the clock is paused": (
        (ask(), pause_clock(), return_case()),
        {
            "not_found": "absent",
            "case_returned clock_resumed clock_paused stage_changed": f"under_review {PENDING}",
            "not_under_review": NO_QUESTIONS_NOW,
        },
    ),
    "Return without a question": (
        (return_case(),),
        {"not_found": "absent", "no_question": f"under_review {PENDING}", "not_under_review": NO_QUESTIONS_NOW},
    ),
    "Return to answer by a day that has passed": (
        (ask(), return_case(AT.date())),
        {"not_found": "absent", "date_in_past": f"under_review {PENDING}", "not_under_review": NO_QUESTIONS_NOW},
    ),
    "ConcludeReview meets": (
        (*judge_all(), conclude("meets")),
        {"not_found": "absent", "review_concluded stage_changed": "under_review", "not_under_review": NOT_UNDER_REVIEW},
    ),
    "ConcludeReview does_not_meet": (
        (*judge_all(), conclude("does_not_meet")),
        {"not_found": "absent", "review_concluded stage_changed": "under_review", "not_under_review": NOT_UNDER_REVIEW},
    ),
    "ConcludeReview with a must unmet": (
        (*judge_all(), judge(UNMET), conclude("meets")),
        {"not_found": "absent", "must_not_met": "under_review", "not_under_review": NOT_UNDER_REVIEW},
    ),
    "ConcludeReview of what is not judged": (
        (conclude("does_not_meet"),),
        {"not_found": "absent", "not_all_judged": "under_review", "not_under_review": NOT_UNDER_REVIEW},
    ),
    "NoteRisk": (
        (note_risk(),),
        {
            "risk_noted stage_changed": "risk_assessment",
            "()": f"absent under_review returned site_validation {PENDING} {CLOSED}",
        },
    ),
    "NoteVisits": ((note_visits(),), {"visits_noted stage_changed": OPEN, "()": f"absent {CLOSED}"}),
    "NoteValidation": (
        (note_validation(),),
        {
            "validation_noted": "risk_assessment",
            "validation_noted stage_changed": "site_validation",
            "()": f"absent under_review returned {PENDING} {CLOSED}",
        },
    ),
    "Approve": (
        (approve(),),
        {
            "not_found": "absent",
            "case_approved stage_changed": "pending_passed pending_waived",
            "()": "approved",
            "not_approvable": "under_review returned risk_assessment site_validation "
            "pending_on_profile pending_on_risk pending_failed denied withdrawn",
        },
    ),
    "Deny while an answer may still come": (
        (deny(at=RETURNED_AT),),
        {
            "not_found": "absent",
            "case_denied stage_changed": f"under_review {PENDING}",
            "answer_still_possible": "returned",
            "wait_for_result": "risk_assessment site_validation",
            "case_closed": CLOSED,
        },
    ),
    "Deny once none may come": (
        (deny(at=LATE),),
        {
            "not_found": "absent",
            "case_denied stage_changed": f"under_review returned {PENDING}",
            "wait_for_result": "risk_assessment site_validation",
            "case_closed": CLOSED,
        },
    ),
    "CloseWithdrawn": (
        (close_withdrawn(),),
        {"case_withdrawn stage_changed": OPEN, "withdrawal_too_late": "approved denied", "()": "absent withdrawn"},
    ),
    "PauseClock": (
        (pause_clock(),),
        {"not_found": "absent", "clock_paused stage_changed": RUNNING, "clock_already": "returned", "case_closed": CLOSED},
    ),
    "PauseClock again": (
        (pause_clock(), pause_clock()),
        {"not_found": "absent", "clock_already": OPEN, "case_closed": CLOSED},
    ),
    "ResumeClock": (
        (pause_clock(), resume_clock()),
        {"not_found": "absent", "clock_resumed stage_changed": RUNNING, "clock_already": "returned", "case_closed": CLOSED},
    ),
    "ResumeClock that runs": (
        (resume_clock(),),
        {"not_found": "absent", "clock_already": OPEN, "case_closed": CLOSED},
    ),
    "Tick before any deadline": ((tick(RETURNED_AT),), {"()": ANY}),
    "Tick when the answer is overdue": (
        (tick(LATE),),
        {"answer_overdue": "returned", "()": f"absent {RUNNING} {CLOSED}"},
    ),
    "Tick when the service standard is used up": (
        (tick(LATE), tick(YEAR_LATER)),
        {"service_standard_missed": RUNNING, "()": f"absent returned {CLOSED}"},
    ),
}


@pytest.mark.parametrize(("row", "status", "outcome"), cells({row: outcomes for row, (_, outcomes) in TABLE.items()}, STATES))
def test_the_table(row: str, status: str, outcome: str) -> None:
    *before, command = TABLE[row][0]
    state, _ = live(CASES, before, STATES[status])
    assert outcome_of(CASES, command, state) == outcome


def test_every_command_has_its_row() -> None:
    assert {commands[-1].kind for commands, _ in TABLE.values()} == kinds_of(case.Asked)
