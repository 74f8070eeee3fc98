"""What review publishes of one invented company, as intake consumes it."""

from datetime import date
from uuid import UUID, uuid5

from shared.contracts.review import (
    ApplicationApproved,
    ApplicationDenied,
    ApplicationProgressed,
    ApplicationReturned,
    Clock,
    JudgedDocument,
    Judgement,
    MembershipActivated,
    MembershipCancelled,
    MembershipEvent,
    Question,
    SecurityProfileReviewed,
)
from shared.contracts.types import MembershipStatus, Stage
from tests.support.builders.packages import COMPANY, SUBMITTED_AT, YARD, documents, profile

APPLICATION = uuid5(COMPANY, "application/1")
QUESTION = uuid5(COMPANY, "question")


def reviewed(text: str | None, *, application: UUID = APPLICATION, submission: int = 1) -> SecurityProfileReviewed:
    """A review that suggests this about one answer and one document."""
    first, second = (document.document_id for document in documents()[:2])
    return SecurityProfileReviewed(
        company_id=COMPANY,
        application_id=application,
        submission=submission,
        outcome="meets",
        judgements=(
            Judgement(division_id=YARD, requirement_id="CS-01", verdict="met"),
            Judgement(division_id=YARD, requirement_id="CS-02", verdict="not_met", advice=text),
        ),
        documents=(
            JudgedDocument(document_id=first, accepted=True, advice=text),
            JudgedDocument(document_id=second, accepted=True),
        ),
        concluded_at=SUBMITTED_AT,
    )


def progressed(stage: Stage, *, application: UUID = APPLICATION, submission: int = 1) -> ApplicationProgressed:
    clock = Clock(started_on=SUBMITTED_AT.date(), standard_days=180)
    return ApplicationProgressed(
        company_id=COMPANY,
        application_id=application,
        submission=submission,
        stage=stage,
        since=SUBMITTED_AT,
        clock=clock,
    )


def returned(*, application: UUID = APPLICATION, submission: int = 1) -> ApplicationReturned:
    question = Question(
        question_id=QUESTION, division_id=YARD, requirement_id="CS-01", text="Who signed the statement?"
    )
    return ApplicationReturned(
        company_id=COMPANY,
        application_id=application,
        submission=submission,
        questions=(question,),
        answer_by=date(2026, 3, 2),
        returned_at=SUBMITTED_AT,
    )


def approved(*, application: UUID = APPLICATION, submission: int = 1) -> ApplicationApproved:
    return ApplicationApproved(
        company_id=COMPANY,
        application_id=application,
        submission=submission,
        lines_of_business=profile().lines_of_business,
        approved_on=date(2026, 3, 9),
    )


def denied(*, application: UUID = APPLICATION, submission: int = 1) -> ApplicationDenied:
    return ApplicationDenied(
        company_id=COMPANY,
        application_id=application,
        submission=submission,
        grounds=("profile",),
        message="The yard is not fenced.",
        denied_on=date(2026, 3, 9),
    )


def membership(status: MembershipStatus, application: UUID = APPLICATION) -> MembershipEvent:
    ended = status in {"cancelled", "withdrawn"}
    return (MembershipCancelled if ended else MembershipActivated)(
        company_id=COMPANY,
        application_id=application,
        pip_id="CAPIPCKAF0C74V3GW",
        status=status,
        status_since=date(2026, 3, 9),
        member_since=date(2026, 3, 9),
        member_until=date(2026, 9, 1) if ended else None,
    )
