"""The company's people over HTTP: who has which role, and who owns the account."""

from uuid import UUID

from fastapi import APIRouter

from services.intake.api.deps import AtDeps, DecisionOfficer, Trader
from services.intake.api.forms import RecoveryForm, RoleForm, SuccessorForm, UserForm
from services.intake.domain.company import REFUSES
from services.intake.domain.company.ownership import (
    AcceptOwnership,
    DeclineOwnership,
    OfferOwnership,
    RecoverOwnership,
    RevokeOffer,
)
from services.intake.domain.company.signature import Signature
from services.intake.domain.company.users import AddedRole, AddUser, ChangeUserRole, MarkRoleUnused, NewUser, RemoveUser
from shared.contracts.types import Urn
from shared.handling import Receipt
from shared.http.openapi import refuses

router = APIRouter(tags=["people"])


@router.post("/companies/{company_id}/users", summary="Add a user", status_code=201)
@refuses(*REFUSES[AddUser])
async def add_user(company_id: UUID, body: UserForm, call: Trader, deps: AtDeps) -> Receipt:
    """Active at once. The person reads the user reference number under `/me`."""
    command = AddUser(at=call.at, actor=call.actor, user=body.into(NewUser))
    return await call.handle(deps.companies, str(company_id), command)


@router.put("/companies/{company_id}/users/{urn:path}/role", summary="Change a user's role")
@refuses(*REFUSES[ChangeUserRole])
async def change_user_role(company_id: UUID, urn: Urn, body: RoleForm, call: Trader, deps: AtDeps) -> Receipt:
    """For the account owner and the proxy. The owner's own role changes only by handing ownership over."""
    command = ChangeUserRole(at=call.at, actor=call.actor, urn=urn, role=body.role)
    return await call.handle(deps.companies, str(company_id), command)


@router.delete("/companies/{company_id}/users/{urn:path}", summary="Remove a user")
@refuses(*REFUSES[RemoveUser])
async def remove_user(company_id: UUID, urn: Urn, call: Trader, deps: AtDeps) -> Receipt:
    """For the account owner and the proxy. The person no longer sees the company; an offer of ownership to it ends."""
    return await call.handle(deps.companies, str(company_id), RemoveUser(at=call.at, actor=call.actor, urn=urn))


@router.put("/companies/{company_id}/unused-roles/{role}", summary="Mark a role as unused")
@refuses(*REFUSES[MarkRoleUnused])
async def mark_role_unused(company_id: UUID, role: AddedRole, call: Trader, deps: AtDeps) -> Receipt:
    """The company does without this role, until somebody is given it."""
    return await call.handle(deps.companies, str(company_id), MarkRoleUnused(at=call.at, actor=call.actor, role=role))


# --- ownership ------------------------------------------------------------------------------------


@router.post("/companies/{company_id}/ownership-offer", summary="Offer ownership", status_code=201)
@refuses(*REFUSES[OfferOwnership])
async def offer_ownership(company_id: UUID, body: SuccessorForm, call: Trader, deps: AtDeps) -> Receipt:
    """For the account owner alone, to another user, who accepts or declines. An unanswered offer ends by itself."""
    return await call.handle(
        deps.companies, str(company_id), OfferOwnership(at=call.at, actor=call.actor, urn=body.urn)
    )


@router.delete("/companies/{company_id}/ownership-offer", summary="Revoke the offer of ownership")
@refuses(*REFUSES[RevokeOffer])
async def revoke_offer(company_id: UUID, call: Trader, deps: AtDeps) -> Receipt:
    """For the account owner alone."""
    return await call.handle(deps.companies, str(company_id), RevokeOffer(at=call.at, actor=call.actor))


@router.post("/companies/{company_id}/ownership-offer/acceptance", summary="Accept ownership")
@refuses(*REFUSES[AcceptOwnership])
async def accept_ownership(company_id: UUID, body: Signature, call: Trader, deps: AtDeps) -> Receipt:
    """For the successor alone, who attests signing authority and becomes owner; the former owner becomes proxy."""
    return await call.handle(
        deps.companies, str(company_id), AcceptOwnership(at=call.at, actor=call.actor, signature=body)
    )


@router.post("/companies/{company_id}/ownership-offer/refusal", summary="Decline ownership")
@refuses(*REFUSES[DeclineOwnership])
async def decline_ownership(company_id: UUID, call: Trader, deps: AtDeps) -> Receipt:
    """For the successor alone."""
    return await call.handle(deps.companies, str(company_id), DeclineOwnership(at=call.at, actor=call.actor))


@router.post(
    "/companies/{company_id}/ownership-recovery", summary="Recover the ownership of a company whose owner is gone"
)
@refuses(*REFUSES[RecoverOwnership])
async def recover_ownership(company_id: UUID, body: RecoveryForm, call: DecisionOfficer, deps: AtDeps) -> Receipt:
    """For a decision officer who is none of the company's people. Every user of the company reads when and why."""
    command = RecoverOwnership(at=call.at, actor=call.actor, urn=body.urn, evidence=body.evidence)
    return await call.handle(deps.companies, str(company_id), command)
