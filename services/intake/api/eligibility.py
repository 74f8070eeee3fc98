"""The application profile over HTTP: the questions about the company are answered one by one."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Path

from services.intake.api.deps import AtDeps, Trader
from services.intake.api.forms import AnswerForm
from services.intake.domain.company import REFUSES
from services.intake.domain.company.eligibility import AnswerQuestion, GivenAnswer
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
