"""The officers' endpoints: judge an application, decide on it, and look after the membership that it led to."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from services.review import views
from services.review.catalogue import Benefit
from services.review.domain.case.closing import Approve
from services.review.domain.case.judging import ConcludeReview, JudgeDocument, JudgeRequirement, Outcome
from services.review.domain.case.opening import Assign
from services.review.domain.case.state import AnswerReference, DocumentOpinion, Opinion
from services.review.domain.membership import Cancel, Reinstate, Suspend
from services.review.domain.membership.state import Notice
from shared.calendar import today
from shared.contracts.catalogue import Requirement
from shared.contracts.types import Name
from shared.decider import Model
from shared.web import Call, Receipt, allow, desk_of


@dataclass(frozen=True)
class Desk:
    """What the endpoints work with."""

    cases: views.Cases
    memberships: views.Memberships
    requirements: tuple[Requirement, ...]
    benefits: tuple[Benefit, ...]
    intake_url: str


AtDesk = Annotated[Desk, desk_of()]
ReviewOfficer = Annotated[Call, allow("review_officer")]
DecisionOfficer = Annotated[Call, allow("decision_officer")]
AnyOfficer = Annotated[Call, allow("review_officer", "decision_officer", "site_officer", "risk_officer")]
router = APIRouter()


class Assignment(Model):
    """The officer, by the user reference number that it reads at `GET /me` of intake."""

    officer: Name


class Conclusion(Model):
    outcome: Outcome


# --- cases ----------------------------------------------------------------------------------------


@router.get("/cases", summary="The queue of cases")
async def queue(wanted: Annotated[views.Wanted, Query()], call: AnyOfficer, desk: AtDesk) -> views.Queue:
    """One page of the cases in a status or of an assignee, in order of their ids."""
    return await views.queue(desk.cases, wanted, today(call.at))


@router.get("/cases/{application_id}", summary="One case")
async def read_case(application_id: UUID, call: AnyOfficer, desk: AtDesk) -> views.CaseView:
    """The package, how it was judged, what is still to judge, and what the other services found."""
    snapshot = await desk.cases.read(str(application_id))
    call.tag(snapshot.sequence)
    return views.case_view(snapshot.state, today(call.at), desk.requirements, desk.intake_url)


@router.put("/cases/{application_id}/assignment", summary="Assign a case to an officer")
async def assign(application_id: UUID, body: Assignment, call: ReviewOfficer, desk: AtDesk) -> Receipt:
    """Any review officer may assign any open case to anyone."""
    return await call.handle(desk.cases, str(application_id), Assign(at=call.at, actor=call.actor, officer=body.officer))


@router.put("/cases/{application_id}/judgements/{division_id}/{requirement_id}", summary="Judge an answer")
async def judge(
    application_id: UUID,
    answer: Annotated[AnswerReference, Depends(AnswerReference)],
    body: Opinion,
    call: ReviewOfficer,
    desk: AtDesk,
) -> Receipt:
    """For the assignee; judging again replaces. A verdict other than `met` needs advice or a note."""
    command = JudgeRequirement(at=call.at, actor=call.actor, answer=answer, opinion=body)
    return await call.handle(desk.cases, str(application_id), command)


@router.put("/cases/{application_id}/documents/{document_id}/judgement", summary="Judge a required document")
async def judge_document(application_id: UUID, document_id: UUID, body: DocumentOpinion, call: ReviewOfficer, desk: AtDesk) -> Receipt:
    """For the assignee; judging again replaces. A document that is not accepted needs advice or a note."""
    command = JudgeDocument(at=call.at, actor=call.actor, document_id=document_id, opinion=body)
    return await call.handle(desk.cases, str(application_id), command)


@router.post("/cases/{application_id}/conclusion", summary="Conclude the review")
async def conclude(application_id: UUID, body: Conclusion, call: ReviewOfficer, desk: AtDesk) -> Receipt:
    """For the assignee, once everything is judged: the profile meets the requirements, or it does not."""
    return await call.handle(desk.cases, str(application_id), ConcludeReview(at=call.at, actor=call.actor, outcome=body.outcome))


@router.post("/cases/{application_id}/approval", summary="Approve an application")
async def approve(application_id: UUID, call: DecisionOfficer, desk: AtDesk) -> Receipt:
    """After a passed or waived site validation; the company becomes a member."""
    return await call.handle(desk.cases, str(application_id), Approve(at=call.at, actor=call.actor))


# --- memberships ----------------------------------------------------------------------------------


@router.get("/memberships/{company_id}", summary="A company's membership")
async def read_membership(company_id: UUID, call: AnyOfficer, desk: AtDesk) -> views.MembershipView:
    """The membership, the benefits that are on, and the profile as last declared."""
    snapshot = await desk.memberships.read(str(company_id))
    call.tag(snapshot.sequence)
    return views.membership_view(snapshot.state, desk.benefits)


@router.post("/memberships/{company_id}/suspension", summary="Suspend a membership")
async def suspend(company_id: UUID, body: Notice, call: DecisionOfficer, desk: AtDesk) -> Receipt:
    """All benefits are off until it is reinstated; the company reads the message."""
    return await call.handle(desk.memberships, str(company_id), Suspend(at=call.at, actor=call.actor, notice=body))


@router.post("/memberships/{company_id}/reinstatement", summary="Reinstate a suspended membership")
async def reinstate(company_id: UUID, body: Notice, call: DecisionOfficer, desk: AtDesk) -> Receipt:
    """The benefits are as before; the company reads the message."""
    return await call.handle(desk.memberships, str(company_id), Reinstate(at=call.at, actor=call.actor, notice=body))


@router.post("/memberships/{company_id}/cancellation", summary="Cancel a membership")
async def cancel(company_id: UUID, body: Notice, call: DecisionOfficer, desk: AtDesk) -> Receipt:
    """The membership ends today; the company reads the message."""
    return await call.handle(desk.memberships, str(company_id), Cancel(at=call.at, actor=call.actor, notice=body))
