"""Every command in every status of the case (programme 3.2)."""

import pytest

from services.review.domain import case
from tests.support.builders.review import (
    AT,
    CASES,
    COLLEAGUE,
    LATE,
    LIVES,
    OPEN,
    RETURNED_AT,
    UNMET,
    YEAR_LATER,
    approve,
    ask,
    assign,
    case_in,
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
from tests.support.builders.tables import assert_whole, cells, what_comes

QUESTIONS: dict[str, tuple[case.CaseCommand, ...]] = {
    "AskQuestion": (ask(),),
    "AskQuestion again": (ask(), ask()),
    "DropQuestion": (ask(), drop()),
    "DropQuestion that is not there": (drop(),),
    "Return": (ask(), return_case()),
    "Return while the clock is paused": (ask(), pause_clock(), return_case()),
    "Return without a question": (return_case(),),
    "Return by a day that has passed": (ask(), return_case(AT.date())),
}
COMMANDS: dict[str, tuple[case.CaseCommand, ...]] = QUESTIONS | {
    "Receive": (receive(),),
    "Receive the next submission": (resubmit(),),
    "Assign": (assign(COLLEAGUE),),
    "JudgeRequirement": (judge(UNMET),),
    "JudgeDocument": (judge_document(),),
    "ConcludeReview meets": (*judge_all(), conclude("meets")),
    "ConcludeReview does_not_meet": (*judge_all(), conclude("does_not_meet")),
    "ConcludeReview with a must unmet": (*judge_all(), judge(UNMET), conclude("meets")),
    "ConcludeReview of what is not judged": (conclude("does_not_meet"),),
    "NoteRisk": (note_risk(),),
    "NoteVisits": (note_visits(),),
    "NoteValidation": (note_validation(),),
    "Approve": (approve(),),
    "Deny while an answer may still come": (deny(at=RETURNED_AT),),
    "Deny once none may come": (deny(at=LATE),),
    "CloseWithdrawn": (close_withdrawn(),),
    "PauseClock": (pause_clock(),),
    "PauseClock again": (pause_clock(), pause_clock()),
    "ResumeClock": (pause_clock(), resume_clock()),
    "ResumeClock that runs": (resume_clock(),),
    "Tick before any deadline": (tick(RETURNED_AT),),
    "Tick when the answer is overdue": (tick(LATE),),
    "Tick when the service standard is used up": (tick(LATE), tick(YEAR_LATER)),
}
PENDING = ("pending_on_profile", "pending_on_risk", "pending_failed", "pending_passed", "pending_waived")
RUNNING = ("under_review", "risk_assessment", "site_validation", *PENDING)
TABLE = """
command                     | absent                   | returned                                    | running | closed
Receive                     | CaseOpened, StageChanged | ()                                          | ()      | ()
Receive the next submission | CaseOpened, StageChanged | CaseResubmitted, ClockResumed, StageChanged | ()      | ()

command                              | absent      | under_review                  | returned ongoing pending closed
JudgeRequirement                     | `not_found` | RequirementJudged             | `not_under_review`
JudgeDocument                        | `not_found` | DocumentJudged                | `not_under_review`
ConcludeReview meets                 | `not_found` | ReviewConcluded, StageChanged | `not_under_review`
ConcludeReview does_not_meet         | `not_found` | ReviewConcluded, StageChanged | `not_under_review`
ConcludeReview with a must unmet     | `not_found` | `must_not_met`                | `not_under_review`
ConcludeReview of what is not judged | `not_found` | `not_all_judged`              | `not_under_review`

command   | absent      | returned ongoing closed
questions | `not_found` | `not_under_review`

command                          | under_review pending
AskQuestion                      | QuestionDrafted
AskQuestion again                | ()
DropQuestion                     | QuestionDropped
DropQuestion that is not there   | `unknown_question`
Return                           | CaseReturned, ClockPaused, StageChanged
Return while the clock is paused | CaseReturned, ClockResumed, ClockPaused, StageChanged
Return without a question        | `no_question`
Return by a day that has passed  | `date_in_past`

command        | absent under_review returned pending closed | risk_assessment         | site_validation
NoteRisk       | ()                                          | RiskNoted, StageChanged | ()
NoteValidation | ()                                          | ValidationNoted         | ValidationNoted, StageChanged

command | absent      | under_review returned ongoing adverse | favourable                 | approved | denied withdrawn
Approve | `not_found` | `not_approvable`                      | CaseApproved, StageChanged | ()       | `not_approvable`

command                             | absent      | under_review pending     | ongoing           | closed
Deny while an answer may still come | `not_found` | CaseDenied, StageChanged | `wait_for_result` | `case_closed`
Deny once none may come             | `not_found` | CaseDenied, StageChanged | `wait_for_result` | `case_closed`

command                             | returned
Deny while an answer may still come | `answer_still_possible`
Deny once none may come             | CaseDenied, StageChanged

command        | absent withdrawn | open                        | approved denied
CloseWithdrawn | ()               | CaseWithdrawn, StageChanged | WithdrawalTooLate

command               | absent      | returned        | running                    | closed
Assign                | `not_found` | CaseAssigned    | CaseAssigned               | `case_closed`
PauseClock            | `not_found` | `clock_already` | ClockPaused, StageChanged  | `case_closed`
PauseClock again      | `not_found` | `clock_already` | `clock_already`            | `case_closed`
ResumeClock           | `not_found` | `clock_already` | ClockResumed, StageChanged | `case_closed`
ResumeClock that runs | `not_found` | `clock_already` | `clock_already`            | `case_closed`

command                                   | absent closed | returned                  | running
NoteVisits                                | ()            | VisitsNoted, StageChanged | VisitsNoted, StageChanged
Tick before any deadline                  | ()            | ()                        | ()
Tick when the answer is overdue           | ()            | AnswerOverdue             | ()
Tick when the service standard is used up | ()            | ()                        | ServiceStandardMissed
"""
CELLS = cells(
    TABLE,
    adverse=PENDING[:3],
    favourable=PENDING[3:],
    pending=PENDING,
    questions=QUESTIONS,
    running=RUNNING,
    open=OPEN,
    ongoing=("risk_assessment", "site_validation"),
    closed=("approved", "denied", "withdrawn"),
)


@pytest.mark.parametrize(("command", "life", "outcome"), CELLS)
def test_what_a_command_does(command: str, life: str, outcome: str) -> None:
    assert what_comes(CASES, COMMANDS[command], case_in(life)) == outcome


def test_the_table_is_whole() -> None:
    assert_whole(CELLS, COMMANDS, LIVES, case.CaseCommand)
