"""Cases over HTTP: the queue, and what officers judge, ask and decide of one application."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Query

from services.review.api.deps import AtDeps, CaseDecider, CaseReader, CaseReviewer, ListReader
from services.review.api.forms import (
    AssignmentForm,
    ConclusionForm,
    DeadlineForm,
    DenialForm,
    DocumentOpinionForm,
    InquiryForm,
    OpinionForm,
    PauseForm,
)
from services.review.domain.case import REFUSES
from services.review.domain.case.clock import PauseClock, ResumeClock
from services.review.domain.case.closing import Approve, Deny
from services.review.domain.case.judging import ConcludeReview, JudgeDocument, JudgeRequirement
from services.review.domain.case.opening import Assign
from services.review.domain.case.questions import AskQuestion, DropQuestion, Return
from services.review.domain.case.state import AnswerReference, Denial, DocumentOpinion, Opinion, PauseReason
from services.review.views.cases import CaseView, case_view
from services.review.views.queue import Filter, Queue, queue
from shared.contracts.review import Question
from shared.contracts.types import Code
from shared.handling import Receipt
from shared.http.openapi import refuses
from shared.programme.calendar import today

router = APIRouter(tags=["cases"])

# --- an example of each body ----------------------------------------------------------------------

OPINION = Body(
    examples=[{"verdict": "not_met", "advice": "Fence the north side of the yard.", "note": "Seen on the site plan."}]
)
DOCUMENT_OPINION = Body(examples=[{"accepted": False, "advice": "The signature is missing."}])
INQUIRY = Body(examples=[{"requirement_id": "CS-01", "text": "Who signed the statement, and when?"}])
DEADLINE = Body(examples=[{"answer_by": "2027-03-11"}, {}])
DENIAL = Body(examples=[{"grounds": ["profile"], "message": "The yard is not fenced.", "note": "Third reminder."}])
PAUSE = Body(examples=[{"code": "awaiting_other_authority", "text": "The port authority decides on the lease in May."}])

# --- endpoints ------------------------------------------------------------------------------------


@router.get("/cases", summary="The queue of cases")
async def list_cases(criteria: Annotated[Filter, Query()], call: ListReader, deps: AtDeps) -> Queue:
    """One page of the cases that match, oldest submission first; found too by business or PIP number.

    Those that are looked for by legal name come in the order of names.
    """
    return await queue(deps.cases, deps.memberships, criteria, today(call.at))


@router.get("/cases/{application_id}", summary="One case")
async def read_case(application_id: UUID, call: CaseReader, deps: AtDeps) -> CaseView:
    """The package, how it was judged, what is still to judge, and what the other services found."""
    snapshot = await deps.cases.read(str(application_id))
    call.tag(snapshot.sequence)
    return case_view(snapshot.state, today(call.at), deps.catalogue.requirements, deps.intake_url)


@router.put("/cases/{application_id}/assignment", summary="Assign a case to an officer")
@refuses(*REFUSES[Assign])
async def assign_case(application_id: UUID, body: AssignmentForm, call: CaseReviewer, deps: AtDeps) -> Receipt:
    """Any review officer may assign any open case to anyone."""
    return await call.handle(
        deps.cases, str(application_id), Assign(at=call.at, actor=call.actor, officer=body.officer)
    )


def answer_named(division_id: UUID, requirement_id: Code) -> AnswerReference:
    """The answer that a path names."""
    return AnswerReference(division_id=division_id, requirement_id=requirement_id)


@router.put("/cases/{application_id}/judgements/{division_id}/{requirement_id}", summary="Judge an answer")
@refuses(*REFUSES[JudgeRequirement])
async def judge_answer(
    application_id: UUID,
    answer: Annotated[AnswerReference, Depends(answer_named)],
    body: Annotated[OpinionForm, OPINION],
    call: CaseReviewer,
    deps: AtDeps,
) -> Receipt:
    """For the assignee; judging again replaces. A verdict other than `met` needs advice or a note."""
    command = JudgeRequirement(at=call.at, actor=call.actor, answer=answer, opinion=body.into(Opinion))
    return await call.handle(deps.cases, str(application_id), command)


@router.put("/cases/{application_id}/documents/{document_id}/judgement", summary="Judge a required document")
@refuses(*REFUSES[JudgeDocument])
async def judge_document(
    application_id: UUID,
    document_id: UUID,
    body: Annotated[DocumentOpinionForm, DOCUMENT_OPINION],
    call: CaseReviewer,
    deps: AtDeps,
) -> Receipt:
    """For the assignee; judging again replaces. A document that is not accepted needs advice or a note."""
    opinion = body.into(DocumentOpinion)
    command = JudgeDocument(at=call.at, actor=call.actor, document_id=document_id, opinion=opinion)
    return await call.handle(deps.cases, str(application_id), command)


@router.post("/cases/{application_id}/questions", status_code=201, summary="Draft a question")
@refuses(*REFUSES[AskQuestion])
async def ask_question(
    application_id: UUID, body: Annotated[InquiryForm, INQUIRY], call: CaseReviewer, deps: AtDeps
) -> Receipt:
    """For the assignee, under review or before the decision; the company reads it once the case is returned."""
    question = Question(question_id=call.new_id("question", application_id), **dict(body))
    command = AskQuestion(at=call.at, actor=call.actor, question=question)
    return await call.handle(deps.cases, str(application_id), command, created=question.question_id)


@router.delete("/cases/{application_id}/questions/{question_id}", summary="Drop a question")
@refuses(*REFUSES[DropQuestion])
async def drop_question(application_id: UUID, question_id: UUID, call: CaseReviewer, deps: AtDeps) -> Receipt:
    """For the assignee; what the company has been asked stays asked."""
    return await call.handle(
        deps.cases, str(application_id), DropQuestion(at=call.at, actor=call.actor, question_id=question_id)
    )


@router.post("/cases/{application_id}/return", summary="Return a case with its questions")
@refuses(*REFUSES[Return])
async def return_case(
    application_id: UUID, body: Annotated[DeadlineForm, DEADLINE], call: CaseReviewer, deps: AtDeps
) -> Receipt:
    """For the assignee; the company answers by submitting again, and until then the clock rests."""
    answer_by = body.answer_by or today(call.at) + timedelta(days=deps.answer_days)
    return await call.handle(deps.cases, str(application_id), Return(at=call.at, actor=call.actor, answer_by=answer_by))


@router.put("/cases/{application_id}/pause", summary="Pause the clock of the service standard")
@refuses(*REFUSES[PauseClock])
async def pause_clock(
    application_id: UUID, body: Annotated[PauseForm, PAUSE], call: CaseReviewer, deps: AtDeps
) -> Receipt:
    """For the assignee; the company reads code and text."""
    command = PauseClock(at=call.at, actor=call.actor, reason=body.into(PauseReason))
    return await call.handle(deps.cases, str(application_id), command)


@router.delete("/cases/{application_id}/pause", summary="Resume the clock of the service standard")
@refuses(*REFUSES[ResumeClock])
async def resume_clock(application_id: UUID, call: CaseReviewer, deps: AtDeps) -> Receipt:
    """For the assignee; the clock of a case that is returned goes on with the company's answer."""
    return await call.handle(deps.cases, str(application_id), ResumeClock(at=call.at, actor=call.actor))


@router.post("/cases/{application_id}/conclusion", summary="Conclude the review")
@refuses(*REFUSES[ConcludeReview])
async def conclude_review(application_id: UUID, body: ConclusionForm, call: CaseReviewer, deps: AtDeps) -> Receipt:
    """For the assignee, once everything is judged: the profile meets the requirements, or it does not."""
    return await call.handle(
        deps.cases, str(application_id), ConcludeReview(at=call.at, actor=call.actor, outcome=body.outcome)
    )


@router.post("/cases/{application_id}/approval", summary="Approve an application")
@refuses(*REFUSES[Approve])
async def approve_application(application_id: UUID, call: CaseDecider, deps: AtDeps) -> Receipt:
    """After a passed or waived site validation; the company becomes a member."""
    return await call.handle(deps.cases, str(application_id), Approve(at=call.at, actor=call.actor))


@router.post("/cases/{application_id}/denial", summary="Deny an application")
@refuses(*REFUSES[Deny])
async def deny_application(
    application_id: UUID, body: Annotated[DenialForm, DENIAL], call: CaseDecider, deps: AtDeps
) -> Receipt:
    """On grounds, with a message to the company, unless an answer or result may still come. The note stays inside."""
    command = Deny(at=call.at, actor=call.actor, denial=body.into(Denial))
    return await call.handle(deps.cases, str(application_id), command)
