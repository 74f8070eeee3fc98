"""The company over HTTP: who am I, register, what the company prepares, and its profile."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.intake.api.attempts import TOO_MANY
from services.intake.api.deps import AtDeps, Deps, Trader
from services.intake.api.forms import NumbersForm, ParticularsForm, PrimaryContactForm, ProfileForm, RegistrationForm
from services.intake.domain.company import REFUSES
from services.intake.domain.company.profile import (
    ChangeContact,
    ChangeNumbers,
    ChangeParticulars,
    ChangeProfile,
    RegisterCompany,
    Registration,
)
from services.intake.domain.company.state import Draft, Numbers, Particulars
from services.intake.views.company import TAKEN, CompanyView, Filter, Me, company_of, company_view, me
from shared.contracts.intake import Contact
from shared.handling import Receipt
from shared.http.call import Call
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
    command = ChangeProfile(at=call.at, actor=call.actor, profile=body.into(Draft))
    return await _numbered(company_id, body.business_number, command, call, deps)


@router.put("/companies/{company_id}/particulars", summary="Change what the company is")
@refuses(*REFUSES[ChangeParticulars])
async def change_particulars(company_id: UUID, body: ParticularsForm, call: Trader, deps: AtDeps) -> Receipt:
    """Replaces the working profile but for its numbers and its contact."""
    command = ChangeParticulars(at=call.at, actor=call.actor, particulars=body.into(Particulars))
    return await call.handle(deps.companies, str(company_id), command)


@router.put("/companies/{company_id}/numbers", summary="Change the company's numbers")
@refuses(*REFUSES[ChangeNumbers], *OF_THE_EDGE)
async def change_numbers(company_id: UUID, body: NumbersForm, call: Trader, deps: AtDeps) -> Receipt:
    """Replaces business number, program account and carrier codes in the working profile."""
    command = ChangeNumbers(at=call.at, actor=call.actor, numbers=body.into(Numbers))
    return await _numbered(company_id, body.business_number, command, call, deps)


@router.put("/companies/{company_id}/contact", summary="Change the primary contact")
@refuses(*REFUSES[ChangeContact])
async def change_contact(company_id: UUID, body: PrimaryContactForm, call: Trader, deps: AtDeps) -> Receipt:
    """Replaces the contact in the working profile; all four fields are needed."""
    command = ChangeContact(at=call.at, actor=call.actor, contact=body.into(Contact))
    return await call.handle(deps.companies, str(company_id), command)


async def _numbered(
    company_id: UUID, number: str, command: ChangeProfile | ChangeNumbers, call: Call, deps: Deps
) -> Receipt:
    """Has a command done that may change the business number, which counts as an attempt."""
    company, _ = await company_of(deps.companies, company_id, call.caller.subject)
    if number == company.profile.business_number:
        return await call.handle(deps.companies, str(company_id), command)
    async with deps.numbers.trying(call.caller.subject, number, call.at):
        return await call.handle(deps.companies, str(company_id), command)
