"""The company over HTTP: who am I, register, what the company prepares, and its profile."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.intake.api.attempts import TOO_MANY
from services.intake.api.deps import AtDeps, Trader
from services.intake.api.forms import ProfileForm, RegistrationForm
from services.intake.domain.company import REFUSES
from services.intake.domain.company.profile import ChangeProfile, RegisterCompany, Registration
from services.intake.domain.company.state import Draft
from services.intake.views.company import TAKEN, CompanyView, Filter, Me, company_of, company_view, me
from shared.handling import Receipt
from shared.http.openapi import refuses

OF_THE_EDGE = (TAKEN, *TOO_MANY)
router = APIRouter(tags=["company"])


@router.get("/me", summary="Who am I here")
async def read_me(criteria: Annotated[Filter, Query()], call: Trader, deps: AtDeps) -> Me:
    """The caller's user reference number, by which a company adds this person; and one page of those that have."""
    return await me(deps.companies, call.caller.subject, criteria)


@router.post("/companies", summary="Register a company", status_code=201)
@refuses(*REFUSES[RegisterCompany], *OF_THE_EDGE)
async def register_company(body: RegistrationForm, call: Trader, deps: AtDeps) -> Receipt:
    """The caller attests signing authority and becomes the account owner."""
    company_id = call.new_id("company", None)
    registration = body.into(Registration)
    command = RegisterCompany(at=call.at, actor=call.actor, company_id=company_id, registration=registration)
    async with deps.numbers.trying(call.caller.subject, body.business_number, call.at):
        return await call.handle(deps.companies, str(company_id), command, created=company_id)


@router.get("/companies/{company_id}", summary="What a company prepares")
async def read_company(company_id: UUID, call: Trader, deps: AtDeps) -> CompanyView:
    """Profile, users, answers, divisions and documents, as they stand."""
    company, sequence = await company_of(deps.companies, company_id, call.caller.subject)
    call.tag(sequence)
    return company_view(company)


@router.put("/companies/{company_id}/profile", summary="Change the company profile")
@refuses(*REFUSES[ChangeProfile], *OF_THE_EDGE)
async def change_profile(company_id: UUID, body: ProfileForm, call: Trader, deps: AtDeps) -> Receipt:
    """Replaces the working profile, complete or not. A member's complete profile is passed on at once."""
    company, _ = await company_of(deps.companies, company_id, call.caller.subject)
    command = ChangeProfile(at=call.at, actor=call.actor, profile=body.into(Draft))
    if body.business_number == company.profile.business_number:
        return await call.handle(deps.companies, str(company_id), command)
    async with deps.numbers.trying(call.caller.subject, body.business_number, call.at):
        return await call.handle(deps.companies, str(company_id), command)
