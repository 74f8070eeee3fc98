"""The security profile over HTTP: divisions, and how each of them meets the requirements that bind it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from services.intake.api.deps import AtDeps, Trader
from services.intake.api.forms import SiteForm, StatementForm
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
from shared.contracts.types import Code
from shared.handling import Receipt
from shared.http.openapi import refuses

router = APIRouter(tags=["application"])


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
