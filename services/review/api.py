"""The officers' endpoints: judge an application, decide on it, and look after the membership that it led to."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Query

from services.review.domain import case, membership
from services.review.domain.case.clock import PauseClock, ResumeClock
from services.review.domain.case.closing import Approve, Deny
from services.review.domain.case.judging import ConcludeReview, JudgeDocument, JudgeRequirement, Outcome
from services.review.domain.case.opening import Assign
from services.review.domain.case.questions import AskQuestion, DropQuestion, Return
from services.review.domain.case.state import AnswerReference, Denial, DocumentOpinion, Opinion, PauseReason
from services.review.domain.membership.standing import Cancel, Reinstate, Suspend
from services.review.domain.membership.state import Notice
from services.review.views import cases, memberships
from shared.contracts.catalogue import Catalogue
from shared.contracts.review import Question
from shared.contracts.types import CalendarDay, Code, DocumentKind, FreeText, Urn
from shared.handling import Receipt
from shared.http.call import Call
from shared.http.guard import allow, deps
from shared.http.openapi import refuses
from shared.model import Model
from shared.programme.calendar import today


@dataclass(frozen=True)
class Deps:
    """What the endpoints work with."""

    cases: cases.Cases
    memberships: memberships.Memberships
    catalogue: Catalogue
    intake_url: str
    answer_days: int


AtDeps = Annotated[Deps, deps()]
ReviewOfficer = Annotated[Call, allow("review_officer")]
DecisionOfficer = Annotated[Call, allow("decision_officer")]
Reader = Annotated[Call, allow("review_officer", "decision_officer", "site_officer", "risk_officer")]
applications = APIRouter(tags=["cases"])
members = APIRouter(tags=["memberships"])

# --- bodies, and an example of each ---------------------------------------------------------------


class Assignment(Model):
    officer: Urn


class Inquiry(Model):
    """What the company is asked: about the whole, or exactly about a division, a requirement or a required document."""

    division_id: UUID | None = None
    requirement_id: Code | None = None
    document_kind: DocumentKind | None = None
    text: FreeText


class Deadline(Model):
    """The last day to answer; the service's setting where none is named."""

    answer_by: CalendarDay | None = None


class Conclusion(Model):
    outcome: Outcome


OPINION = Body(
    examples=[{"verdict": "not_met", "advice": "Fence the north side of the yard.", "note": "Seen on the site plan."}]
)
DOCUMENT_OPINION = Body(examples=[{"accepted": False, "advice": "The signature is missing."}])
INQUIRY = Body(examples=[{"requirement_id": "CS-01", "text": "Who signed the statement, and when?"}])
DEADLINE = Body(examples=[{"answer_by": "2027-03-11"}, {}])
DENIAL = Body(examples=[{"grounds": ["profile"], "message": "The yard is not fenced.", "note": "Third reminder."}])
PAUSE = Body(examples=[{"code": "awaiting_other_authority", "text": "The port authority decides on the lease in May."}])
NOTICE = Body(examples=[{"message": "Two seals could not be accounted for.", "note": "Told by the terminal."}])

# --- cases ----------------------------------------------------------------------------------------


@applications.get("/cases", summary="The queue of cases")
async def list_cases(wanted: Annotated[cases.Filter, Query()], call: Reader, deps: AtDeps) -> cases.Queue:
    """One page of the cases that match, oldest submission first; found too by legal name, business or PIP number."""
    return await cases.queue(deps.cases, deps.memberships, wanted, today(call.at))


@applications.get("/cases/{application_id}", summary="One case")
async def read_case(application_id: UUID, call: Reader, deps: AtDeps) -> cases.CaseView:
    """The package, how it was judged, what is still to judge, and what the other services found."""
    snapshot = await deps.cases.read(str(application_id))
    call.tag(snapshot.sequence)
    return cases.case_view(snapshot.state, today(call.at), deps.catalogue.requirements, deps.intake_url)


@applications.put("/cases/{application_id}/assignment", summary="Assign a case to an officer")
@refuses(*case.REFUSES[Assign])
async def assign_case(application_id: UUID, body: Assignment, call: ReviewOfficer, deps: AtDeps) -> Receipt:
    """Any review officer may assign any open case to anyone."""
    return await call.handle(
        deps.cases, str(application_id), Assign(at=call.at, actor=call.actor, officer=body.officer)
    )


def answer_named(division_id: UUID, requirement_id: Code) -> AnswerReference:
    """The answer that a path names."""
    return AnswerReference(division_id=division_id, requirement_id=requirement_id)


@applications.put("/cases/{application_id}/judgements/{division_id}/{requirement_id}", summary="Judge an answer")
@refuses(*case.REFUSES[JudgeRequirement])
async def judge_answer(
    application_id: UUID,
    answer: Annotated[AnswerReference, Depends(answer_named)],
    body: Annotated[Opinion, OPINION],
    call: ReviewOfficer,
    deps: AtDeps,
) -> Receipt:
    """For the assignee; judging again replaces. A verdict other than `met` needs advice or a note."""
    command = JudgeRequirement(at=call.at, actor=call.actor, answer=answer, opinion=body)
    return await call.handle(deps.cases, str(application_id), command)


@applications.put("/cases/{application_id}/documents/{document_id}/judgement", summary="Judge a required document")
@refuses(*case.REFUSES[JudgeDocument])
async def judge_document(
    application_id: UUID,
    document_id: UUID,
    body: Annotated[DocumentOpinion, DOCUMENT_OPINION],
    call: ReviewOfficer,
    deps: AtDeps,
) -> Receipt:
    """For the assignee; judging again replaces. A document that is not accepted needs advice or a note."""
    command = JudgeDocument(at=call.at, actor=call.actor, document_id=document_id, opinion=body)
    return await call.handle(deps.cases, str(application_id), command)


@applications.post("/cases/{application_id}/questions", status_code=201, summary="Draft a question")
@refuses(*case.REFUSES[AskQuestion])
async def ask_question(
    application_id: UUID, body: Annotated[Inquiry, INQUIRY], call: ReviewOfficer, deps: AtDeps
) -> Receipt:
    """For the assignee, under review or before the decision; the company reads it once the case is returned."""
    question = Question(question_id=call.new_id("question"), **dict(body))
    command = AskQuestion(at=call.at, actor=call.actor, question=question)
    return await call.handle(deps.cases, str(application_id), command, created=question.question_id)


@applications.delete("/cases/{application_id}/questions/{question_id}", summary="Drop a question")
@refuses(*case.REFUSES[DropQuestion])
async def drop_question(application_id: UUID, question_id: UUID, call: ReviewOfficer, deps: AtDeps) -> Receipt:
    """For the assignee; what the company has been asked stays asked."""
    return await call.handle(
        deps.cases, str(application_id), DropQuestion(at=call.at, actor=call.actor, question_id=question_id)
    )


@applications.post("/cases/{application_id}/return", summary="Return a case with its questions")
@refuses(*case.REFUSES[Return])
async def return_case(
    application_id: UUID, body: Annotated[Deadline, DEADLINE], call: ReviewOfficer, deps: AtDeps
) -> Receipt:
    """For the assignee; the company answers by submitting again, and until then the clock rests."""
    answer_by = body.answer_by or today(call.at) + timedelta(days=deps.answer_days)
    return await call.handle(deps.cases, str(application_id), Return(at=call.at, actor=call.actor, answer_by=answer_by))


@applications.put("/cases/{application_id}/pause", summary="Pause the clock of the service standard")
@refuses(*case.REFUSES[PauseClock])
async def pause_clock(
    application_id: UUID, body: Annotated[PauseReason, PAUSE], call: ReviewOfficer, deps: AtDeps
) -> Receipt:
    """For the assignee; the company reads code and text."""
    return await call.handle(deps.cases, str(application_id), PauseClock(at=call.at, actor=call.actor, reason=body))


@applications.delete("/cases/{application_id}/pause", summary="Resume the clock of the service standard")
@refuses(*case.REFUSES[ResumeClock])
async def resume_clock(application_id: UUID, call: ReviewOfficer, deps: AtDeps) -> Receipt:
    """For the assignee; the clock of a case that is returned goes on with the company's answer."""
    return await call.handle(deps.cases, str(application_id), ResumeClock(at=call.at, actor=call.actor))


@applications.post("/cases/{application_id}/conclusion", summary="Conclude the review")
@refuses(*case.REFUSES[ConcludeReview])
async def conclude_review(application_id: UUID, body: Conclusion, call: ReviewOfficer, deps: AtDeps) -> Receipt:
    """For the assignee, once everything is judged: the profile meets the requirements, or it does not."""
    return await call.handle(
        deps.cases, str(application_id), ConcludeReview(at=call.at, actor=call.actor, outcome=body.outcome)
    )


@applications.post("/cases/{application_id}/approval", summary="Approve an application")
@refuses(*case.REFUSES[Approve])
async def approve_application(application_id: UUID, call: DecisionOfficer, deps: AtDeps) -> Receipt:
    """After a passed or waived site validation; the company becomes a member."""
    return await call.handle(deps.cases, str(application_id), Approve(at=call.at, actor=call.actor))


@applications.post("/cases/{application_id}/denial", summary="Deny an application")
@refuses(*case.REFUSES[Deny])
async def deny_application(
    application_id: UUID, body: Annotated[Denial, DENIAL], call: DecisionOfficer, deps: AtDeps
) -> Receipt:
    """On grounds, with a message to the company, unless an answer or result may still come. The note stays inside."""
    return await call.handle(deps.cases, str(application_id), Deny(at=call.at, actor=call.actor, denial=body))


# --- memberships ----------------------------------------------------------------------------------


@members.get("/memberships", summary="All memberships")
async def list_memberships(
    wanted: Annotated[memberships.Filter, Query()], _: Reader, deps: AtDeps
) -> memberships.MembershipList:
    """One page of those that match, next revalidation first; found too by legal name, business number or PIP number."""
    return await memberships.listed(deps.memberships, wanted)


@members.get("/memberships/{company_id}", summary="A company's membership")
async def read_membership(company_id: UUID, call: Reader, deps: AtDeps) -> memberships.MembershipView:
    """The membership, the benefits that are on, the profile as last declared, and what has changed in it when."""
    snapshot = await deps.memberships.read(str(company_id))
    call.tag(snapshot.sequence)
    return memberships.membership_view(snapshot.state, deps.catalogue)


@members.post("/memberships/{company_id}/suspension", summary="Suspend a membership")
@refuses(*membership.REFUSES[Suspend])
async def suspend_membership(
    company_id: UUID, body: Annotated[Notice, NOTICE], call: DecisionOfficer, deps: AtDeps
) -> Receipt:
    """All benefits are off until it is reinstated; the company reads the message."""
    return await call.handle(deps.memberships, str(company_id), Suspend(at=call.at, actor=call.actor, notice=body))


@members.post("/memberships/{company_id}/reinstatement", summary="Reinstate a suspended membership")
@refuses(*membership.REFUSES[Reinstate])
async def reinstate_membership(
    company_id: UUID, body: Annotated[Notice, NOTICE], call: DecisionOfficer, deps: AtDeps
) -> Receipt:
    """The benefits are as before; the company reads the message."""
    return await call.handle(deps.memberships, str(company_id), Reinstate(at=call.at, actor=call.actor, notice=body))


@members.post("/memberships/{company_id}/cancellation", summary="Cancel a membership")
@refuses(*membership.REFUSES[Cancel])
async def cancel_membership(
    company_id: UUID, body: Annotated[Notice, NOTICE], call: DecisionOfficer, deps: AtDeps
) -> Receipt:
    """The membership ends today; the company reads the message."""
    return await call.handle(deps.memberships, str(company_id), Cancel(at=call.at, actor=call.actor, notice=body))
