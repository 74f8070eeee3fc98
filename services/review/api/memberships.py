"""Memberships over HTTP: all of them, one, and how a decision officer changes one."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Query

from services.review.api.deps import AtDeps, ListReader, MembershipDecider, MembershipReader
from services.review.api.forms import NoticeForm
from services.review.domain.membership import REFUSES
from services.review.domain.membership.standing import Cancel, Reinstate, Suspend
from services.review.domain.membership.state import MembershipNotice
from services.review.views.memberships import Filter, MembershipList, MembershipView, listed, membership_view
from shared.handling import Receipt
from shared.http.openapi import refuses

NOTICE = Body(examples=[{"message": "Two seals could not be accounted for.", "note": "Told by the terminal."}])
router = APIRouter(tags=["memberships"])


@router.get("/memberships", summary="All memberships")
async def list_memberships(criteria: Annotated[Filter, Query()], _: ListReader, deps: AtDeps) -> MembershipList:
    """One page of those that match, next revalidation first; found too by business or PIP number.

    Those that are looked for by legal name come in the order of names.
    """
    return await listed(deps.memberships, criteria)


@router.get("/memberships/{company_id}", summary="A company's membership")
async def read_membership(company_id: UUID, call: MembershipReader, deps: AtDeps) -> MembershipView:
    """The membership, the benefits that are on, the profile as last declared, and what has changed in it when."""
    snapshot = await deps.memberships.read(str(company_id))
    call.tag(snapshot.sequence)
    return membership_view(snapshot.state, deps.catalogue)


@router.post("/memberships/{company_id}/suspension", summary="Suspend a membership")
@refuses(*REFUSES[Suspend])
async def suspend_membership(
    company_id: UUID, body: Annotated[NoticeForm, NOTICE], call: MembershipDecider, deps: AtDeps
) -> Receipt:
    """All benefits are off until it is reinstated; the company reads the message."""
    command = Suspend(at=call.at, actor=call.actor, notice=body.into(MembershipNotice))
    return await call.handle(deps.memberships, str(company_id), command)


@router.post("/memberships/{company_id}/reinstatement", summary="Reinstate a suspended membership")
@refuses(*REFUSES[Reinstate])
async def reinstate_membership(
    company_id: UUID, body: Annotated[NoticeForm, NOTICE], call: MembershipDecider, deps: AtDeps
) -> Receipt:
    """The benefits are as before; the company reads the message."""
    command = Reinstate(at=call.at, actor=call.actor, notice=body.into(MembershipNotice))
    return await call.handle(deps.memberships, str(company_id), command)


@router.post("/memberships/{company_id}/cancellation", summary="Cancel a membership")
@refuses(*REFUSES[Cancel])
async def cancel_membership(
    company_id: UUID, body: Annotated[NoticeForm, NOTICE], call: MembershipDecider, deps: AtDeps
) -> Receipt:
    """The membership ends today; the company reads the message."""
    command = Cancel(at=call.at, actor=call.actor, notice=body.into(MembershipNotice))
    return await call.handle(deps.memberships, str(company_id), command)
