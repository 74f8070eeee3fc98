"""What intake hears, and which command each message becomes: pure, from the message alone."""

from services.intake.domain.company.course import NoteAdvice, NoteMembership, NoteOutcome, NoteReturn, NoteStage
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
from shared.handling import Addressed, Heard, Hears


def note_advice(event: SecurityProfileReviewed, heard: Heard) -> tuple[Addressed, ...]:
    return (Addressed("companies", str(event.company_id), NoteAdvice(at=heard.at, actor=heard.actor, reviewed=event)),)


def note_stage(event: ApplicationProgressed, heard: Heard) -> tuple[Addressed, ...]:
    return (Addressed("companies", str(event.company_id), NoteStage(at=heard.at, actor=heard.actor, progressed=event)),)


def note_return(event: ApplicationReturned, heard: Heard) -> tuple[Addressed, ...]:
    return (Addressed("companies", str(event.company_id), NoteReturn(at=heard.at, actor=heard.actor, returned=event)),)


def note_outcome(event: ApplicationApproved | ApplicationDenied, heard: Heard) -> tuple[Addressed, ...]:
    return (Addressed("companies", str(event.company_id), NoteOutcome(at=heard.at, actor=heard.actor, decided=event)),)


def note_membership(event: MembershipEvent, heard: Heard) -> tuple[Addressed, ...]:
    return (Addressed("companies", str(event.company_id), NoteMembership(at=heard.at, actor=heard.actor, membership=event)),)


HEARS: Hears = {
    SecurityProfileReviewed: note_advice,
    ApplicationProgressed: note_stage,
    ApplicationReturned: note_return,
    ApplicationApproved: note_outcome,
    ApplicationDenied: note_outcome,
    MembershipActivated: note_membership,
    MembershipSuspended: note_membership,
    MembershipReinstated: note_membership,
    MembershipCancelled: note_membership,
}
