"""Every refusal of a command to a case: each code that is declared comes, and no other (programme 3.2)."""

from datetime import timedelta

from services.review.domain.case import CaseCommand
from services.review.domain.case.clock import MOST_PAUSES
from services.review.domain.case.questions import LONGEST_DAYS_TO_ANSWER, MOST_QUESTIONS
from services.review.domain.case.state import Absent
from tests.support.builders.packages import COMPANY
from tests.support.builders.review import (
    AT,
    CASES,
    COLLEAGUE,
    DENIAL,
    REJECTED,
    RETURNED_AT,
    UNMET,
    approve,
    ask,
    assign,
    case_in,
    conclude,
    deny,
    drop,
    judge,
    judge_all,
    judge_document,
    pause_clock,
    question,
    resume_clock,
    return_case,
)
from tests.support.builders.tables import Row, declared, refused

UNDER_REVIEW, APPROVED = case_in("under_review"), case_in("approved")
JUDGING: tuple[CaseCommand, ...] = (judge(), judge_document(), conclude())
ASKING: tuple[CaseCommand, ...] = (ask(), drop(), return_case())
TIMING: tuple[CaseCommand, ...] = (pause_clock(), resume_clock())
EVERY = (assign(), *JUDGING, *ASKING, *TIMING, approve(), deny())
TOO_FAR = RETURNED_AT.date() + timedelta(days=LONGEST_DAYS_TO_ANSWER + 1)


def by_colleague(command: CaseCommand) -> CaseCommand:
    return command.model_copy(update={"actor": COLLEAGUE})


REFUSALS: tuple[Row, ...] = (
    *(((command,), "not_found", Absent()) for command in EVERY),
    *(((command,), "not_under_review", APPROVED) for command in (*JUDGING, *ASKING)),
    *(((command,), "case_closed", APPROVED) for command in (assign(), *TIMING, deny())),
    *(((by_colleague(command),), "not_your_case", UNDER_REVIEW) for command in (*JUDGING, *ASKING, *TIMING)),
    ((judge(division=COMPANY),), "unknown_answer", UNDER_REVIEW),
    ((judge(UNMET.model_copy(update={"advice": None})),), "reason_required", UNDER_REVIEW),
    ((judge_document(document=COMPANY),), "unknown_document", UNDER_REVIEW),
    ((judge_document(REJECTED.model_copy(update={"advice": None})),), "reason_required", UNDER_REVIEW),
    ((conclude(),), "not_all_judged", UNDER_REVIEW),
    ((*judge_all(), judge(UNMET), conclude()), "must_not_met", UNDER_REVIEW),
    ((*judge_all(), judge_document(REJECTED), conclude()), "document_not_accepted", UNDER_REVIEW),
    ((ask(question(division_id=COMPANY)),), "unknown_answer", UNDER_REVIEW),
    ((ask(question(document_kind="holiday_photograph")),), "unknown_document", UNDER_REVIEW),
    (tuple(ask(question(str(number))) for number in range(MOST_QUESTIONS + 1)), "too_many_questions", UNDER_REVIEW),
    ((drop(),), "unknown_question", UNDER_REVIEW),
    ((return_case(),), "no_question", UNDER_REVIEW),
    ((ask(), return_case(AT.date())), "date_in_past", UNDER_REVIEW),
    ((ask(), return_case(TOO_FAR)), "date_too_far", UNDER_REVIEW),
    ((pause_clock(), pause_clock()), "clock_already", UNDER_REVIEW),
    ((*(pause_clock(), resume_clock()) * MOST_PAUSES, pause_clock()), "too_many_pauses", UNDER_REVIEW),
    ((resume_clock(),), "clock_already", UNDER_REVIEW),
    ((approve(),), "not_approvable", UNDER_REVIEW),
    ((deny(),), "wait_for_result", case_in("risk_assessment")),
    ((deny(at=RETURNED_AT),), "answer_still_possible", case_in("returned")),
    ((deny(DENIAL.model_copy(update={"message": None})),), "message_required", UNDER_REVIEW),
)


def test_every_code_that_is_declared_comes_and_no_other() -> None:
    assert refused(CASES, REFUSALS) == declared(CASES)
