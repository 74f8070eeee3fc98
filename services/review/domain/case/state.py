"""What is true of a case: its status, and in every status one dossier."""

from datetime import date
from typing import Annotated, Literal, TypeVar
from uuid import UUID

from pydantic import Field

from services.review.domain.case.consumed import Answer, Package, RiskResult, ValidationResult, Visit
from shared.contracts.event import Application
from shared.contracts.review import Clock, Question
from shared.contracts.types import Code, FreeText, Ground, Stage, Verdict, YesNo
from shared.decider import Actor, AggregateState
from shared.errors import Refused
from shared.model import Model, Moment


class AnswerReference(Model):
    """Which answer: the one of a division to a requirement."""

    division_id: UUID
    requirement_id: Code


class Remarks(Model):
    """What an officer writes: advice is for the company, a note stays inside (programme 6.16)."""

    advice: FreeText | None = None
    note: FreeText | None = None


class Opinion(Remarks):
    """What an officer thinks of one answer."""

    verdict: Verdict


class DocumentOpinion(Remarks):
    """What an officer thinks of one required document; not accepted counts as missing (programme 6.7)."""

    accepted: YesNo


class AnswerJudgement(Opinion):
    """The opinion of one answer."""

    answer: AnswerReference


class DocumentJudgement(DocumentOpinion):
    """The opinion of one document."""

    document_id: UUID


class PauseReason(Model):
    """Why the clock rests; both sides read the text."""

    code: Literal["awaiting_company", "awaiting_other_authority"]
    text: FreeText


class Denial(Model):
    """On which grounds an application is denied; the message is for the company, a note stays inside."""

    grounds: Annotated[tuple[Ground, ...], Field(min_length=1, max_length=5)]
    message: FreeText | None = None
    note: FreeText | None = None


class Dossier(Model):
    """What is known of an application: its newest package, how it was judged, and what the other services found of it.

    `drafts` are questions that the company has not seen yet, `asked` those with which it was last returned.
    """

    package: Package
    stage_since: Moment
    clock: Clock
    assignee: str | None = None
    answers: tuple[AnswerJudgement, ...] = ()
    documents: tuple[DocumentJudgement, ...] = ()
    drafts: tuple[Question, ...] = ()
    asked: tuple[Question, ...] = ()
    standard_missed: bool = False
    visits: tuple[Visit, ...] = ()
    risk: RiskResult | None = None
    validation: ValidationResult | None = None

    @property
    def application(self) -> Application:
        return Application.model_validate(self.package, from_attributes=True)


class Absent(AggregateState):
    status: Literal["absent"] = "absent"


class Case(AggregateState):
    v: int = 2
    dossier: Dossier


class UnderReview(Case):
    status: Literal["under_review"] = "under_review"


class Returned(Case):
    status: Literal["returned"] = "returned"
    answer_by: date
    answer_overdue: bool = False


class RiskAssessment(Case):
    status: Literal["risk_assessment"] = "risk_assessment"


class SiteValidation(Case):
    status: Literal["site_validation"] = "site_validation"


class DecisionPending(Case):
    """Basis: what the decision rests on, as the review, the risk assessment or the site validation ended."""

    status: Literal["decision_pending"] = "decision_pending"
    basis: Literal["profile", "risk", "passed", "failed", "waived"]


class Approved(Case):
    status: Literal["approved"] = "approved"
    approved_on: date
    validated_on: date | None
    withdrawal_too_late: bool = False


class Denied(Case):
    status: Literal["denied"] = "denied"
    grounds: tuple[Ground, ...]
    message: FreeText
    denied_on: date
    withdrawal_too_late: bool = False


class Withdrawn(Case):
    status: Literal["withdrawn"] = "withdrawn"
    withdrawn_on: date


Open = UnderReview | Returned | RiskAssessment | SiteValidation | DecisionPending
Closed = Approved | Denied | Withdrawn
State = Absent | Open | Closed

AnyCase = TypeVar("AnyCase", bound=Case)


def noted(case: AnyCase, **changes: object) -> AnyCase:
    """The case in the same status, with these fields of its dossier replaced."""
    return case.model_copy(update={"dossier": case.dossier.model_copy(update=changes)})


def in_hand(case: Case, actor: Actor) -> Dossier:
    """The dossier of the actor's own case. Raises Refused("not_your_case") for all others (programme 7)."""
    if case.dossier.assignee != actor.subject:
        raise Refused("not_your_case")
    return case.dossier


def answers_of(package: Package) -> dict[AnswerReference, Answer]:
    """Every answer of every division."""
    return {
        AnswerReference(division_id=division.division_id, requirement_id=answer.requirement_id): answer
        for division in package.divisions
        for answer in division.answers
    }


def stage_of(case: Open | Closed) -> Stage:
    """The status as the company sees it."""
    return "decision" if isinstance(case, DecisionPending) else case.status
