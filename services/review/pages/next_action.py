"""The one thing that an officer does next on a case; for all others, whom it waits for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from services.review.views.cases import CaseView
from shared.programme.roles import DECISION_OFFICER, REVIEW_OFFICER, RISK_OFFICER, SITE_OFFICER


@dataclass(frozen=True)
class NextAction:
    """The key of its words, what stands in them, and the page that it is done on; None where there is nothing to do."""

    key: str
    page: str | None = None
    n: int = 1
    day: date | None = None


def next_action(case: CaseView, reader: str, roles: Collection[str]) -> NextAction:
    """By the stage of the case and the roles of its reader (programme 3.2, 7)."""
    match case.status:
        case "under_review":
            return _in_review(case, reader, roles)
        case "returned" if case.answer_overdue and DECISION_OFFICER in roles:
            return NextAction("deny_without_answer", "case_decision", day=case.answer_by)
        case "returned":
            return NextAction("answer_overdue" if case.answer_overdue else "returned", day=case.answer_by)
        case "risk_assessment":
            return _of(RISK_OFFICER, roles, NextAction("assess", "assessment"), NextAction("risk"))
        case "site_validation":
            return _of(SITE_OFFICER, roles, NextAction("validate", "validation"), NextAction("validation"))
        case "decision_pending":
            return _of(DECISION_OFFICER, roles, NextAction("decide", "case_decision"), NextAction("decision"))
        case "approved":
            return NextAction("approved", "member")
        case _:
            return NextAction(case.status)


def _in_review(case: CaseView, reader: str, roles: Collection[str]) -> NextAction:
    if case.assignee is None:
        return NextAction("take" if REVIEW_OFFICER in roles else "nobody")
    if case.assignee != reader:
        return NextAction("others")
    if case.answers_to_judge:
        return NextAction("judge_answers", "case_answers", len(case.answers_to_judge))
    if case.documents_to_judge:
        return NextAction("judge_documents", "case_documents", len(case.documents_to_judge))
    if case.drafts:
        return NextAction("return", "case_questions", len(case.drafts))
    return NextAction("conclude", "case_answers")


def _of(role: str, roles: Collection[str], doing: NextAction, waiting: NextAction) -> NextAction:
    return doing if role in roles else waiting
