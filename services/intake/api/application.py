"""The application over HTTP: answers, divisions, submission, replies, withdrawal, and leaving the programme."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Path

from services.intake.api.deps import AtDeps, Trader
from services.intake.api.forms import AnswerForm, ReplyForm, SiteForm, StatementForm, SubmissionForm
from services.intake.domain.company import REFUSES
from services.intake.domain.company.divisions import (
    AddDivision,
    AnswerReference,
    AnswerRequirement,
    ChangeDivision,
    RemoveDivision,
    Site,
    Statement,
)
from services.intake.domain.company.eligibility import AnswerQuestion, GivenAnswer
from services.intake.domain.company.leaving import LeaveProgramme, Withdraw
from services.intake.domain.company.questions import ReplyText, ReplyToQuestion
from services.intake.domain.company.submission import Submission, Submit
from shared.contracts.types import Code
from shared.handling import Receipt
from shared.http.openapi import refuses

QuestionId = Annotated[Code, Path(examples=["crown_debt"])]
ANSWER = Body(examples=[{"value": True, "explanation": "The assessment of 2026 is under appeal."}])
router = APIRouter(tags=["application"])


@router.put("/companies/{company_id}/eligibility/{question_id}", summary="Answer a question about the company")
@refuses(*REFUSES[AnswerQuestion])
async def answer_question(
    company_id: UUID, question_id: QuestionId, body: Annotated[AnswerForm, ANSWER], call: Trader, deps: AtDeps
) -> Receipt:
    """Replaces an earlier answer. The questions, and the kind of answer to each, stand in the catalogue."""
    given = body.into(GivenAnswer)
    command = AnswerQuestion(at=call.at, actor=call.actor, question_id=question_id, given=given)
    return await call.handle(deps.companies, str(company_id), command)


@router.post("/companies/{company_id}/divisions", summary="Add a division", status_code=201)
@refuses(*REFUSES[AddDivision])
async def add_division(company_id: UUID, body: SiteForm, call: Trader, deps: AtDeps) -> Receipt:
    """Each division has its own security profile."""
    division_id = call.new_id("division", company_id)
    command = AddDivision(at=call.at, actor=call.actor, division_id=division_id, site=body.into(Site))
    return await call.handle(deps.companies, str(company_id), command, created=division_id)


@router.put("/companies/{company_id}/divisions/{division_id}", summary="Change a division")
@refuses(*REFUSES[ChangeDivision])
async def change_division(company_id: UUID, division_id: UUID, body: SiteForm, call: Trader, deps: AtDeps) -> Receipt:
    """Answers to requirements that no longer bind the division are dropped."""
    command = ChangeDivision(at=call.at, actor=call.actor, division_id=division_id, site=body.into(Site))
    return await call.handle(deps.companies, str(company_id), command)


@router.delete("/companies/{company_id}/divisions/{division_id}", summary="Remove a division")
@refuses(*REFUSES[RemoveDivision])
async def remove_division(company_id: UUID, division_id: UUID, call: Trader, deps: AtDeps) -> Receipt:
    """With its security profile."""
    return await call.handle(
        deps.companies, str(company_id), RemoveDivision(at=call.at, actor=call.actor, division_id=division_id)
    )


def answer_named(division_id: UUID, requirement_id: Code) -> AnswerReference:
    """The answer that a path names."""
    return AnswerReference(division_id=division_id, requirement_id=requirement_id)


@router.put("/companies/{company_id}/divisions/{division_id}/answers/{requirement_id}", summary="Answer a requirement")
@refuses(*REFUSES[AnswerRequirement])
async def answer_requirement(
    company_id: UUID,
    answer: Annotated[AnswerReference, Depends(answer_named)],
    body: StatementForm,
    call: Trader,
    deps: AtDeps,
) -> Receipt:
    """How the division meets the requirement, with documents as evidence; or why it does not apply."""
    command = AnswerRequirement(at=call.at, actor=call.actor, answer=answer, statement=body.into(Statement))
    return await call.handle(deps.companies, str(company_id), command)


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
