"""What intake consumes, and which command each message becomes."""

from collections.abc import Iterator

from services.intake.domain.company.consumed import Membership, Question
from services.intake.domain.company.course import NoteAdvice, NoteMembership, NoteOutcome, NoteReturn, NoteStage
from services.intake.domain.company.state import Advice, ApplicationOutcome, Progress
from shared.bus.subscriptions import Addressed, Consumed, Subscriptions
from shared.contracts.event import Application
from shared.contracts.review import (
    ApplicationApproved,
    ApplicationDenied,
    ApplicationProgressed,
    ApplicationReturned,
    MembershipActivated,
    MembershipCancelled,
    MembershipEvent,
    MembershipReinstated,
    MembershipSuspended,
    SecurityProfileReviewed,
)


def note_advice(event: SecurityProfileReviewed, consumed: Consumed) -> tuple[Addressed, ...]:
    """Takes only the advice of a review."""
    command = NoteAdvice(
        at=consumed.at, actor=consumed.actor, application=Application.of(event), advice=tuple(_advice(event))
    )
    return (Addressed("companies", str(event.company_id), command),)


def note_stage(event: ApplicationProgressed, consumed: Consumed) -> tuple[Addressed, ...]:
    progress = Progress.model_validate(event, from_attributes=True)
    command = NoteStage(at=consumed.at, actor=consumed.actor, application=Application.of(event), progress=progress)
    return (Addressed("companies", str(event.company_id), command),)


def note_return(event: ApplicationReturned, consumed: Consumed) -> tuple[Addressed, ...]:
    application = Application.of(event)
    questions = tuple(Question.model_validate(question, from_attributes=True) for question in event.questions)
    command = NoteReturn(
        at=consumed.at, actor=consumed.actor, application=application, questions=questions, answer_by=event.answer_by
    )
    return (Addressed("companies", str(event.company_id), command),)


def note_approval(event: ApplicationApproved, consumed: Consumed) -> tuple[Addressed, ...]:
    outcome = ApplicationOutcome(result="approved", decided_on=event.approved_on)
    command = NoteOutcome(at=consumed.at, actor=consumed.actor, application=Application.of(event), outcome=outcome)
    return (Addressed("companies", str(event.company_id), command),)


def note_denial(event: ApplicationDenied, consumed: Consumed) -> tuple[Addressed, ...]:
    outcome = ApplicationOutcome(
        result="denied", decided_on=event.denied_on, grounds=event.grounds, message=event.message
    )
    command = NoteOutcome(at=consumed.at, actor=consumed.actor, application=Application.of(event), outcome=outcome)
    return (Addressed("companies", str(event.company_id), command),)


def note_membership(event: MembershipEvent, consumed: Consumed) -> tuple[Addressed, ...]:
    membership = Membership.model_validate(event, from_attributes=True)
    return (
        Addressed(
            "companies",
            str(event.company_id),
            NoteMembership(at=consumed.at, actor=consumed.actor, membership=membership),
        ),
    )


def _advice(event: SecurityProfileReviewed) -> Iterator[Advice]:
    for judged in event.judgements:
        if judged.advice:
            yield Advice(division_id=judged.division_id, requirement_id=judged.requirement_id, text=judged.advice)
    for document in event.documents:
        if document.advice:
            yield Advice(document_id=document.document_id, text=document.advice)


SUBSCRIPTIONS: Subscriptions = {
    SecurityProfileReviewed: note_advice,
    ApplicationProgressed: note_stage,
    ApplicationReturned: note_return,
    ApplicationApproved: note_approval,
    ApplicationDenied: note_denial,
    MembershipActivated: note_membership,
    MembershipSuspended: note_membership,
    MembershipReinstated: note_membership,
    MembershipCancelled: note_membership,
}
