"""A company's own validation over HTTP: it reads it, agrees on the days of visits, and responds to findings."""

from uuid import UUID

from fastapi import APIRouter

from services.site_validation.api.deps import AtDeps, Trader
from services.site_validation.api.forms import ResponseForm, WishForm
from services.site_validation.domain.validation import REFUSES
from services.site_validation.domain.validation.actions import Respond
from services.site_validation.domain.validation.rights import MAY_ACT, MAY_READ
from services.site_validation.domain.validation.state import CompanyResponse
from services.site_validation.domain.validation.visits import AskAnotherDay, ConfirmVisit
from services.site_validation.views.companies import (
    OwnValidation,
    newest_validation,
    own_validation,
    validation_of_finding,
    validation_of_visit,
)
from shared.handling import Receipt
from shared.http.openapi import refuses

router = APIRouter(tags=["companies"])


@router.get("/companies/{company_id}/validation", summary="A company's own validation")
async def read_own_validation(company_id: UUID, call: Trader, deps: AtDeps) -> OwnValidation:
    """The visits to arrange, the findings and answers to them; for everybody on the company's team, once it is open."""
    await deps.teams.require(company_id, call.actor.subject, MAY_READ)
    snapshot = await newest_validation(deps.validations, company_id)
    call.tag(snapshot.sequence)
    return own_validation(snapshot.state, deps.catalogue.requirements)


@router.post("/companies/{company_id}/visits/{visit_id}/confirmation", summary="Confirm a visit")
@refuses(*REFUSES[ConfirmVisit], "role_not_allowed")
async def confirm_visit(company_id: UUID, visit_id: UUID, call: Trader, deps: AtDeps) -> Receipt:
    """For everybody on the company's team but read-only users."""
    await deps.teams.require(company_id, call.actor.subject, MAY_ACT)
    validation = await validation_of_visit(deps.validations, company_id, visit_id)
    command = ConfirmVisit(at=call.at, actor=call.actor, visit_id=visit_id)
    return await call.handle(deps.validations, validation.id, command)


@router.post("/companies/{company_id}/visits/{visit_id}/another-day", summary="Ask for another day")
@refuses(*REFUSES[AskAnotherDay], "role_not_allowed")
async def ask_another_day(company_id: UUID, visit_id: UUID, body: WishForm, call: Trader, deps: AtDeps) -> Receipt:
    """For everybody on the company's team but read-only users; the officer reads the reason."""
    await deps.teams.require(company_id, call.actor.subject, MAY_ACT)
    validation = await validation_of_visit(deps.validations, company_id, visit_id)
    command = AskAnotherDay(at=call.at, actor=call.actor, visit_id=visit_id, reason=body.reason)
    return await call.handle(deps.validations, validation.id, command)


@router.post("/companies/{company_id}/findings/{finding_id}/responses", summary="Respond to a finding")
@refuses(*REFUSES[Respond], "role_not_allowed")
async def respond_to_finding(
    company_id: UUID, finding_id: UUID, body: ResponseForm, call: Trader, deps: AtDeps
) -> Receipt:
    """For everybody on the team but read-only users. Until an officer answers, a response replaces the one before.

    A document is first uploaded to intake, as a `finding_response`, and named here with the SHA-256 of its bytes.
    """
    await deps.teams.require(company_id, call.actor.subject, MAY_ACT)
    validation = await validation_of_finding(deps.validations, company_id, finding_id)
    command = Respond(at=call.at, actor=call.actor, finding_id=finding_id, response=body.into(CompanyResponse))
    return await call.handle(deps.validations, validation.id, command)
