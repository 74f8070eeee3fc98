"""The course of the application as review tells it, and the membership that it leads to. Nothing here is ever refused."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from services.intake.domain.company.state import Advice, Company, Outcome, Preparing, Progress, Returned, UnderReview, Withdrawing
from shared.contracts.review import (
    ApplicationApproved,
    ApplicationDenied,
    ApplicationProgressed,
    ApplicationReturned,
    CaseEvent,
    MembershipEvent,
    Question,
    SecurityProfileReviewed,
)
from shared.decider import Command, Fact


class NoteAdvice(Command):
    kind: Literal["note_advice"] = "note_advice"
    reviewed: SecurityProfileReviewed


class NoteStage(Command):
    kind: Literal["note_stage"] = "note_stage"
    progressed: ApplicationProgressed


class NoteReturn(Command):
    kind: Literal["note_return"] = "note_return"
    returned: ApplicationReturned


class NoteOutcome(Command):
    kind: Literal["note_outcome"] = "note_outcome"
    decided: ApplicationApproved | ApplicationDenied


class NoteMembership(Command):
    kind: Literal["note_membership"] = "note_membership"
    membership: MembershipEvent


class AdviceNoted(Fact):
    """Of a review the advice alone: a verdict is not kept."""

    kind: Literal["advice_noted"] = "advice_noted"
    advice: tuple[Advice, ...]


class StageNoted(Fact):
    kind: Literal["stage_noted"] = "stage_noted"
    progress: Progress


class ReturnReceived(Fact):
    kind: Literal["return_received"] = "return_received"
    questions: tuple[Question, ...]
    answer_by: date


class OutcomeNoted(Fact):
    kind: Literal["outcome_noted"] = "outcome_noted"
    outcome: Outcome


class MembershipNoted(Fact):
    kind: Literal["membership_noted"] = "membership_noted"
    membership: MembershipEvent


Asked = NoteAdvice | NoteStage | NoteReturn | NoteOutcome | NoteMembership
Happened = AdviceNoted | StageNoted | ReturnReceived | OutcomeNoted | MembershipNoted


def note_advice(command: NoteAdvice, company: Company) -> tuple[AdviceNoted, ...]:
    """Of the latest submission; it stands until the next review, or the next application (programme.md 6.16)."""
    event, advice = command.reviewed, tuple(_advice(command.reviewed))
    latest = _latest(event, company) and event.submission == company.submission
    return (AdviceNoted(advice=advice),) if latest and advice != company.advice else ()


def note_stage(command: NoteStage, company: Company) -> tuple[StageNoted, ...]:
    """Shown if it is of the latest submission, or of the application that has just ended."""
    event = command.progressed
    progress = Progress(stage=event.stage, since=event.since, clock=event.clock, visits=event.visits)
    shown = _latest(event, company) and (event.submission == company.submission or isinstance(company.application, Preparing))
    return (StageNoted(progress=progress),) if shown and progress != company.progress else ()


def note_return(command: NoteReturn, company: Company) -> tuple[ReturnReceived, ...]:
    """A return that crosses a withdrawal is recorded, and changes nothing."""
    event = command.returned
    awaited = isinstance(company.application, UnderReview | Withdrawing) and event.submission == company.submission
    return (ReturnReceived(questions=event.questions, answer_by=event.answer_by),) if awaited and _latest(event, company) else ()


def note_outcome(command: NoteOutcome, company: Company) -> tuple[OutcomeNoted, ...]:
    """An outcome ends the application, whichever submission it judged: a withdrawal that it crosses came too late."""
    if not _latest(command.decided, company) or company.outcome:
        return ()
    too_late = isinstance(company.application, Withdrawing)
    return (OutcomeNoted(outcome=_outcome(command.decided).model_copy(update={"withdrawal_too_late": too_late})),)


def note_membership(command: NoteMembership, company: Company) -> tuple[MembershipNoted, ...]:
    membership = MembershipEvent.model_validate(command.membership.model_dump())
    return () if membership == company.membership else (MembershipNoted(membership=membership),)


def _latest(event: CaseEvent, company: Company) -> bool:
    return event.application_id == company.application_id


def _advice(event: SecurityProfileReviewed) -> Iterator[Advice]:
    for judged in event.judgements:
        if judged.advice:
            yield Advice(division_id=judged.division_id, requirement_id=judged.requirement_id, text=judged.advice)
    for document in event.documents:
        if document.advice:
            yield Advice(document_id=document.document_id, text=document.advice)


def _outcome(event: ApplicationApproved | ApplicationDenied) -> Outcome:
    if isinstance(event, ApplicationApproved):
        return Outcome(result="approved", decided_on=event.approved_on)
    return Outcome(result="denied", decided_on=event.denied_on, grounds=event.grounds, message=event.message)


def evolve(company: Company, fact: Happened) -> Company:
    match fact:
        case AdviceNoted():
            return company.model_copy(update={"advice": fact.advice})
        case StageNoted():
            ended = fact.progress.stage == "withdrawn"
            return company.model_copy(update={"progress": fact.progress, "application": Preparing() if ended else company.application})
        case ReturnReceived():
            returned = Returned(questions=fact.questions, answer_by=fact.answer_by)
            return company.model_copy(update={"application": returned} if isinstance(company.application, UnderReview) else {})
        case OutcomeNoted():
            return company.model_copy(update={"outcome": fact.outcome, "application": Preparing()})
        case MembershipNoted():
            noted = company.model_copy(update={"membership": fact.membership})
            return noted if noted.is_member else noted.model_copy(update={"leaving_since": None})
