"""The course of the application as review tells it, and the membership that follows. Nothing here is refused."""

from datetime import date
from typing import Literal, assert_never

from services.intake.domain.company.consumed import Membership, Question
from services.intake.domain.company.state import (
    Advice,
    Company,
    Outcome,
    Preparing,
    Progress,
    Returned,
    UnderReview,
    Withdrawing,
)
from shared.contracts.event import Application
from shared.decider import Command, Fact


class NoteAdvice(Command):
    kind: Literal["note_advice"] = "note_advice"
    application: Application
    advice: tuple[Advice, ...]


class NoteStage(Command):
    kind: Literal["note_stage"] = "note_stage"
    application: Application
    progress: Progress


class NoteReturn(Command):
    kind: Literal["note_return"] = "note_return"
    application: Application
    questions: tuple[Question, ...]
    answer_by: date


class NoteOutcome(Command):
    kind: Literal["note_outcome"] = "note_outcome"
    application: Application
    outcome: Outcome


class NoteMembership(Command):
    kind: Literal["note_membership"] = "note_membership"
    membership: Membership


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
    membership: Membership


CourseCommand = NoteAdvice | NoteStage | NoteReturn | NoteOutcome | NoteMembership
CourseFact = AdviceNoted | StageNoted | ReturnReceived | OutcomeNoted | MembershipNoted


def decide(command: CourseCommand, company: Company) -> tuple[CourseFact, ...]:
    match command:
        case NoteAdvice():
            return note_advice(command, company)
        case NoteStage():
            return note_stage(command, company)
        case NoteReturn():
            return note_return(command, company)
        case NoteOutcome():
            return note_outcome(command, company)
        case NoteMembership():
            return note_membership(command, company)
        case _:
            assert_never(command)


def note_advice(command: NoteAdvice, company: Company) -> tuple[AdviceNoted, ...]:
    """Of the latest submission; it stands until the next review, or the next application (programme 6.16)."""
    latest = _latest(command.application, company) and command.application.submission == company.submission
    return (AdviceNoted(advice=command.advice),) if latest and command.advice != company.advice else ()


def note_stage(command: NoteStage, company: Company) -> tuple[StageNoted, ...]:
    """Shown if it is of the latest submission, or of the application that has just ended."""
    told, progress = command.application, command.progress
    shown = _latest(told, company) and (
        told.submission == company.submission or isinstance(company.application, Preparing)
    )
    return (StageNoted(progress=progress),) if shown and progress != company.progress else ()


def note_return(command: NoteReturn, company: Company) -> tuple[ReturnReceived, ...]:
    """A return that crosses a withdrawal is recorded, and changes nothing."""
    told = command.application
    awaited = isinstance(company.application, UnderReview | Withdrawing) and told.submission == company.submission
    return (
        (ReturnReceived(questions=command.questions, answer_by=command.answer_by),)
        if awaited and _latest(told, company)
        else ()
    )


def note_outcome(command: NoteOutcome, company: Company) -> tuple[OutcomeNoted, ...]:
    """An outcome ends the application, whichever submission it judged: a withdrawal that it crosses came too late."""
    if not _latest(command.application, company) or company.outcome:
        return ()
    too_late = isinstance(company.application, Withdrawing)
    return (OutcomeNoted(outcome=command.outcome.model_copy(update={"withdrawal_too_late": too_late})),)


def note_membership(command: NoteMembership, company: Company) -> tuple[MembershipNoted, ...]:
    return () if command.membership == company.membership else (MembershipNoted(membership=command.membership),)


def _latest(told: Application, company: Company) -> bool:
    return told.application_id == company.application_id


def evolve(company: Company, fact: CourseFact) -> Company:
    match fact:
        case AdviceNoted():
            return company.model_copy(update={"advice": fact.advice})
        case StageNoted():
            ended = fact.progress.stage == "withdrawn"
            return company.model_copy(
                update={"progress": fact.progress, "application": Preparing() if ended else company.application}
            )
        case ReturnReceived():
            returned = Returned(questions=fact.questions, answer_by=fact.answer_by)
            return company.model_copy(
                update={"application": returned} if isinstance(company.application, UnderReview) else {}
            )
        case OutcomeNoted():
            return company.model_copy(update={"outcome": fact.outcome, "application": Preparing()})
        case MembershipNoted():
            noted = company.model_copy(update={"membership": fact.membership})
            return noted if noted.is_member else noted.model_copy(update={"leaving_since": None})
