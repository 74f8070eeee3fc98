"""The officers' endpoints: judge an application, decide on it, and look after the membership that it led to."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Query

from services.review.domain.case.clock import PauseClock, ResumeClock
from services.review.domain.case.closing import Approve, Deny
from services.review.domain.case.judging import ConcludeReview, JudgeDocument, JudgeRequirement, Outcome
from services.review.domain.case.opening import Assign
from services.review.domain.case.questions import AskQuestion, DropQuestion, Return
from services.review.domain.case.state import AnswerReference, Denial, DocumentOpinion, Opinion, PauseReason
from services.review.domain.membership import Cancel, Reinstate, Suspend
from services.review.domain.membership.state import Notice
from services.review.views import cases, memberships
from shared.calendar import today
from shared.contracts.catalogue import Catalogue
from shared.contracts.review import Question
from shared.contracts.types import Code, FreeText, Name
from shared.decider import Model
from shared.web import Call, Receipt, allow, desk_of


@dataclass(frozen=True)
class Desk:
    """What the endpoints work with."""

    cases: cases.Cases
    memberships: memberships.Memberships
    catalogue: Catalogue
    intake_url: str
    answer_days: int


AtDesk = Annotated[Desk, desk_of()]
ReviewOfficer = Annotated[Call, allow("review_officer")]
DecisionOfficer = Annotated[Call, allow("decision_officer")]
AnyOfficer = Annotated[Call, allow("review_officer", "decision_officer", "site_officer", "risk_officer")]
router = APIRouter()

# --- bodies, and an example of each ---------------------------------------------------------------


class Assignment(Model):
    """The officer, by the user reference number that it reads at `GET /me` of intake."""

    officer: Name


class Inquiry(Model):
    """What the company is asked: about the whole, or exactly about a division, a requirement or a required document."""

    division_id: UUID | None = None
    requirement_id: Code | None = None
    document_kind: Code | None = None
    text: FreeText


class Deadline(Model):
    """The last day to answer; the service's setting where none is named."""

    answer_by: date | None = None


class Conclusion(Model):
    outcome: Outcome


ASSIGNMENT = Body(examples=[{"officer": "UKZ3J5DMNQ7X2A4VOTB6LCWEYH"}])
OPINION = Body(examples=[{"verdict": "not_met", "advice": "Fence the north side of the yard.", "note": "Seen on the site plan."}])
DOCUMENT_OPINION = Body(examples=[{"accepted": False, "advice": "The signature is missing."}])
INQUIRY = Body(examples=[{"requirement_id": "CS-01", "text": "Who signed the statement, and when?"}])
DEADLINE = Body(examples=[{"answer_by": "2027-03-11"}, {}])
CONCLUSION = Body(examples=[{"outcome": "meets"}])
DENIAL = Body(examples=[{"grounds": ["profile"], "message": "The yard is not fenced.", "note": "Third reminder."}])
PAUSE = Body(examples=[{"code": "awaiting_other_authority", "text": "The port authority decides on the lease in May."}])
NOTICE = Body(examples=[{"message": "Two seals could not be accounted for.", "note": "Told by the terminal."}])

# --- cases ----------------------------------------------------------------------------------------


@router.get("/cases", summary="The queue of cases")
async def queue(wanted: Annotated[cases.Wanted, Query()], call: AnyOfficer, desk: AtDesk) -> cases.Queue:
    """One page of the cases that match, oldest submission first; found too by legal name, business number or PIP number."""
    return await cases.queue(desk.cases, desk.memberships, wanted, today(call.at))


@router.get("/cases/{application_id}", summary="One case")
async def read_case(application_id: UUID, call: AnyOfficer, desk: AtDesk) -> cases.CaseView:
    """The package, how it was judged, what is still to judge, and what the other services found."""
    snapshot = await desk.cases.read(str(application_id))
    call.tag(snapshot.sequence)
    return cases.case_view(snapshot.state, today(call.at), desk.catalogue.requirements, desk.intake_url)


@router.put("/cases/{application_id}/assignment", summary="Assign a case to an officer")
async def assign(application_id: UUID, body: Annotated[Assignment, ASSIGNMENT], call: ReviewOfficer, desk: AtDesk) -> Receipt:
    """Any review officer may assign any open case to anyone."""
    return await call.handle(desk.cases, str(application_id), Assign(at=call.at, actor=call.actor, officer=body.officer))


@router.put("/cases/{application_id}/judgements/{division_id}/{requirement_id}", summary="Judge an answer")
async def judge(
    application_id: UUID,
    answer: Annotated[AnswerReference, Depends(AnswerReference)],
    body: Annotated[Opinion, OPINION],
    call: ReviewOfficer,
    desk: AtDesk,
) -> Receipt:
    """For the assignee; judging again replaces. A verdict other than `met` needs advice or a note."""
    command = JudgeRequirement(at=call.at, actor=call.actor, answer=answer, opinion=body)
    return await call.handle(desk.cases, str(application_id), command)


@router.put("/cases/{application_id}/documents/{document_id}/judgement", summary="Judge a required document")
async def judge_document(
    application_id: UUID, document_id: UUID, body: Annotated[DocumentOpinion, DOCUMENT_OPINION], call: ReviewOfficer, desk: AtDesk
) -> Receipt:
    """For the assignee; judging again replaces. A document that is not accepted needs advice or a note."""
    command = JudgeDocument(at=call.at, actor=call.actor, document_id=document_id, opinion=body)
    return await call.handle(desk.cases, str(application_id), command)


@router.post("/cases/{application_id}/questions", status_code=201, summary="Draft a question")
async def ask(application_id: UUID, body: Annotated[Inquiry, INQUIRY], call: ReviewOfficer, desk: AtDesk) -> Receipt:
    """For the assignee, while the case is under review or awaits its decision; the company reads it once the case is returned."""
    question = Question(question_id=call.new_id("question"), **dict(body))
    command = AskQuestion(at=call.at, actor=call.actor, question=question)
    return await call.handle(desk.cases, str(application_id), command, created=question.question_id)


@router.delete("/cases/{application_id}/questions/{question_id}", summary="Drop a question")
async def drop(application_id: UUID, question_id: UUID, call: ReviewOfficer, desk: AtDesk) -> Receipt:
    """For the assignee; what the company has been asked stays asked."""
    return await call.handle(desk.cases, str(application_id), DropQuestion(at=call.at, actor=call.actor, question_id=question_id))


@router.post("/cases/{application_id}/return", summary="Return a case with its questions")
async def return_case(application_id: UUID, body: Annotated[Deadline, DEADLINE], call: ReviewOfficer, desk: AtDesk) -> Receipt:
    """For the assignee; the company answers by submitting again, and until then the clock rests."""
    answer_by = body.answer_by or today(call.at) + timedelta(days=desk.answer_days)
    return await call.handle(desk.cases, str(application_id), Return(at=call.at, actor=call.actor, answer_by=answer_by))


@router.put("/cases/{application_id}/pause", summary="Pause the clock of the service standard")
async def pause(application_id: UUID, body: Annotated[PauseReason, PAUSE], call: ReviewOfficer, desk: AtDesk) -> Receipt:
    """For the assignee; the company reads code and text."""
    return await call.handle(desk.cases, str(application_id), PauseClock(at=call.at, actor=call.actor, reason=body))


@router.delete("/cases/{application_id}/pause", summary="Resume the clock of the service standard")
async def resume(application_id: UUID, call: ReviewOfficer, desk: AtDesk) -> Receipt:
    """For the assignee; the clock of a case that is returned goes on with the company's answer."""
    return await call.handle(desk.cases, str(application_id), ResumeClock(at=call.at, actor=call.actor))


@router.post("/cases/{application_id}/conclusion", summary="Conclude the review")
async def conclude(application_id: UUID, body: Annotated[Conclusion, CONCLUSION], call: ReviewOfficer, desk: AtDesk) -> Receipt:
    """For the assignee, once everything is judged: the profile meets the requirements, or it does not."""
    return await call.handle(desk.cases, str(application_id), ConcludeReview(at=call.at, actor=call.actor, outcome=body.outcome))


@router.post("/cases/{application_id}/approval", summary="Approve an application")
async def approve(application_id: UUID, call: DecisionOfficer, desk: AtDesk) -> Receipt:
    """After a passed or waived site validation; the company becomes a member."""
    return await call.handle(desk.cases, str(application_id), Approve(at=call.at, actor=call.actor))


@router.post("/cases/{application_id}/denial", summary="Deny an application")
async def deny(application_id: UUID, body: Annotated[Denial, DENIAL], call: DecisionOfficer, desk: AtDesk) -> Receipt:
    """On one or more grounds, with a message to the company, unless an answer or a result may still come. The note stays inside."""
    return await call.handle(desk.cases, str(application_id), Deny(at=call.at, actor=call.actor, denial=body))


# --- memberships ----------------------------------------------------------------------------------


@router.get("/memberships", summary="All memberships")
async def list_memberships(wanted: Annotated[memberships.Wanted, Query()], _: AnyOfficer, desk: AtDesk) -> memberships.MembershipList:
    """One page of those that match, the next to be validated anew first; found too by legal name, business number or PIP number."""
    return await memberships.listed(desk.memberships, wanted)


@router.get("/memberships/{company_id}", summary="A company's membership")
async def read_membership(company_id: UUID, call: AnyOfficer, desk: AtDesk) -> memberships.MembershipView:
    """The membership, the benefits that are on, the profile as last declared, and what has changed in it when."""
    snapshot = await desk.memberships.read(str(company_id))
    call.tag(snapshot.sequence)
    return memberships.membership_view(snapshot.state, desk.catalogue)


@router.post("/memberships/{company_id}/suspension", summary="Suspend a membership")
async def suspend(company_id: UUID, body: Annotated[Notice, NOTICE], call: DecisionOfficer, desk: AtDesk) -> Receipt:
    """All benefits are off until it is reinstated; the company reads the message."""
    return await call.handle(desk.memberships, str(company_id), Suspend(at=call.at, actor=call.actor, notice=body))


@router.post("/memberships/{company_id}/reinstatement", summary="Reinstate a suspended membership")
async def reinstate(company_id: UUID, body: Annotated[Notice, NOTICE], call: DecisionOfficer, desk: AtDesk) -> Receipt:
    """The benefits are as before; the company reads the message."""
    return await call.handle(desk.memberships, str(company_id), Reinstate(at=call.at, actor=call.actor, notice=body))


@router.post("/memberships/{company_id}/cancellation", summary="Cancel a membership")
async def cancel(company_id: UUID, body: Annotated[Notice, NOTICE], call: DecisionOfficer, desk: AtDesk) -> Receipt:
    """The membership ends today; the company reads the message."""
    return await call.handle(desk.memberships, str(company_id), Cancel(at=call.at, actor=call.actor, notice=body))
