"""What a company sees of its own case and its membership; never how it was assessed, nor an officer's note."""

from datetime import date
from typing import Literal

from services.intake.domain.company.consumed import Clock, Membership, Question, Visit
from services.intake.domain.company.questions import ReplyText
from services.intake.domain.company.state import Advice, ApplicationOutcome, Company, Progress, Returned
from shared.contracts.catalogue import Catalogue, Labels, NamedBenefit, named
from shared.contracts.types import Code, FreeText, Ground, MembershipStatus, Stage
from shared.i18n import Text
from shared.model import Model, Moment
from shared.programme.calendar import due_on, elapsed


class ProgressView(Model):
    """The stage and since when; the service standard: business days that have counted, and when it is used up.

    `advice` is what officers suggest, as the latest review concluded.
    """

    stage: Stage
    title: Text
    since: Moment
    clock: Clock
    elapsed: int
    due_on: date | None
    visits: tuple[Visit, ...]
    advice: tuple[Advice, ...]


class QuestionView(Question):
    """An officer's question, and the reply that goes with the next submission."""

    reply: ReplyText | None


class Questions(Model):
    """What an officer needs to know, and until when."""

    answer_by: date
    questions: tuple[QuestionView, ...]


class GroundView(Model):
    code: Ground
    title: Text


class OutcomeView(Model):
    """How the latest application ended; a denial has its grounds and a message."""

    result: Literal["approved", "denied"]
    title: Text
    decided_on: date
    grounds: tuple[GroundView, ...]
    message: FreeText | None
    withdrawal_too_late: bool


class MembershipView(Model):
    """The membership as review last published it; `leaving_since` while the company's leaving is not confirmed."""

    pip_id: Code
    status: MembershipStatus
    title: Text
    status_since: date
    member_since: date
    member_until: date | None
    revalidation_due_on: date | None
    benefits: tuple[NamedBenefit, ...]
    message: FreeText | None
    leaving_since: Moment | None


def progress_of(company: Company, progress: Progress, today: date, labels: Labels) -> ProgressView:
    clock, title = progress.clock, labels.stages[progress.stage]
    return ProgressView(
        **dict(progress), title=title, elapsed=elapsed(clock, today), due_on=due_on(clock), advice=company.advice
    )


def questions_of(returned: Returned) -> Questions:
    replies = {reply.question_id: ReplyText(text=reply.text, documents=reply.documents) for reply in returned.replies}
    questions = tuple(
        QuestionView(**dict(question), reply=replies.get(question.question_id)) for question in returned.questions
    )
    return Questions(answer_by=returned.answer_by, questions=questions)


def outcome_of(outcome: ApplicationOutcome, labels: Labels) -> OutcomeView:
    grounds = tuple(GroundView(code=ground, title=labels.grounds[ground]) for ground in outcome.grounds)
    return OutcomeView(**dict(outcome) | {"grounds": grounds}, title=labels.stages[outcome.result])


def membership_of(company: Company, membership: Membership, catalogue: Catalogue) -> MembershipView:
    shown = {name: value for name, value in membership if name in MembershipView.model_fields}
    title = catalogue.labels.memberships[membership.status]
    return MembershipView(
        **shown | {"benefits": named(catalogue, membership.benefits)}, title=title, leaving_since=company.leaving_since
    )
