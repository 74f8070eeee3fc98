"""The application over HTTP: submission, replies to officers, withdrawal, and leaving the programme."""

from uuid import UUID

from fastapi import APIRouter

from services.intake.api.deps import AtDeps, Trader
from services.intake.api.forms import ReplyForm, SubmissionForm
from services.intake.domain.company import REFUSES
from services.intake.domain.company.leaving import LeaveProgramme, Withdraw
from services.intake.domain.company.questions import ReplyText, ReplyToQuestion
from services.intake.domain.company.submission import Submission, Submit
from shared.handling import Receipt
from shared.http.openapi import refuses

router = APIRouter(tags=["application"])


@router.post("/companies/{company_id}/submission", summary="Submit the application")
@refuses(*REFUSES[Submit])
async def submit_application(company_id: UUID, body: SubmissionForm, call: Trader, deps: AtDeps) -> Receipt:
    """For the account owner alone, once nothing is missing or stands against it. A returned one is submitted again."""
    command = Submit(at=call.at, actor=call.actor, signed=body.into(Submission))
    return await call.handle(deps.companies, str(company_id), command)


@router.put("/companies/{company_id}/questions/{question_id}/reply", summary="Reply to an officer's question")
@refuses(*REFUSES[ReplyToQuestion])
async def reply_to_question(
    company_id: UUID, question_id: UUID, body: ReplyForm, call: Trader, deps: AtDeps
) -> Receipt:
    """Replaces an earlier reply. All replies go with the next submission."""
    command = ReplyToQuestion(at=call.at, actor=call.actor, question_id=question_id, given=body.into(ReplyText))
    return await call.handle(deps.companies, str(company_id), command)


@router.post("/companies/{company_id}/withdrawal", summary="Withdraw the application")
@refuses(*REFUSES[Withdraw])
async def withdraw_application(company_id: UUID, call: Trader, deps: AtDeps) -> Receipt:
    """For the account owner alone. Closes the application unless it is decided before; the dashboard shows which."""
    return await call.handle(deps.companies, str(company_id), Withdraw(at=call.at, actor=call.actor))


@router.post("/companies/{company_id}/departure", summary="Leave the programme")
@refuses(*REFUSES[LeaveProgramme])
async def leave_programme(company_id: UUID, call: Trader, deps: AtDeps) -> Receipt:
    """For the account owner of a member alone. The dashboard shows when the membership has ended."""
    return await call.handle(deps.companies, str(company_id), LeaveProgramme(at=call.at, actor=call.actor))
