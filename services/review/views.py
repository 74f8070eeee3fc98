"""What people see of cases and memberships; the only file that knows which stored fields are read."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.review.catalogue import Benefit
from services.review.domain import case, membership
from services.review.domain.case.judging import answers_to_judge, documents_to_judge, required_documents
from services.review.domain.case.state import (
    Absent,
    AnswerReference,
    Approved,
    Closed,
    DecisionPending,
    Denied,
    DocumentOpinion,
    Dossier,
    Open,
    Opinion,
    State,
    answers_of,
    stage_of,
)
from services.review.domain.membership import state as member
from shared.calendar import due_on, elapsed
from shared.contracts.catalogue import Requirement
from shared.contracts.intake import Attestation, Reply
from shared.contracts.review import MembershipStatus
from shared.contracts.risk import RiskAssessed
from shared.contracts.site_validation import SiteValidated
from shared.contracts.types import Answer, Clock, Code, Division, Document, Eligibility, Name, Profile, Stage, Visit
from shared.decider import Model, Moment
from shared.errors import Refused
from shared.handling import Aggregate
from shared.i18n import Text

Cases = Aggregate[case.Asked, State, case.Happened]
Memberships = Aggregate[membership.Asked, member.State, membership.Happened]
Status = Literal["under_review", "returned", "risk_assessment", "site_validation", "decision_pending", "approved", "denied", "withdrawn"]

# --- the queue ------------------------------------------------------------------------------------


class Wanted(Model):
    """Which cases of the queue, and from where on: `after` is `next` of the page before."""

    status: Status | None = None
    assignee: Name | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    after: UUID | None = None


class ClockView(Clock):
    """The service standard today; `due_on` is None while the clock is paused or once it has stopped in time."""

    elapsed: int
    due_on: date | None


class CaseRow(Model):
    """One case in the queue."""

    application_id: UUID
    company_id: UUID
    legal_name: Name
    submission: int
    submitted_at: Moment
    status: Status
    stage: Stage
    assignee: Name | None
    clock: ClockView


class Queue(Model):
    """One page of cases in order of their ids."""

    cases: tuple[CaseRow, ...]
    next: UUID | None


async def queue(cases: Cases, wanted: Wanted, today: date) -> Queue:
    query = {"state.status": wanted.status or {"$ne": "absent"}} | ({"state.dossier.assignee": wanted.assignee} if wanted.assignee else {})
    found = await cases.find(query, limit=wanted.limit, after=str(wanted.after) if wanted.after else None)
    rows = tuple(_row(snapshot.state, today) for snapshot in found if not isinstance(snapshot.state, Absent))
    return Queue(cases=rows, next=rows[-1].application_id if len(rows) == wanted.limit else None)


def _row(state: Open | Closed, today: date) -> CaseRow:
    package = state.dossier.package
    return CaseRow(
        application_id=package.application_id,
        company_id=package.company_id,
        legal_name=package.profile.legal_name,
        submission=package.submission,
        submitted_at=package.submitted_at,
        status=state.status,
        stage=stage_of(state),
        assignee=state.dossier.assignee,
        clock=_clock(state.dossier.clock, today),
    )


def _clock(clock: Clock, today: date) -> ClockView:
    return ClockView.model_validate(dict(clock) | {"elapsed": elapsed(clock, today), "due_on": due_on(clock)})


# --- one case -------------------------------------------------------------------------------------


class AnswerView(Answer):
    judgement: Opinion | None


class DivisionView(Division):
    answers: tuple[AnswerView, ...]


class DocumentView(Document):
    """A document, where its bytes are, and whether it is judged or is evidence for an answer."""

    link: str
    required: bool
    judgement: DocumentOpinion | None


class CaseView(CaseRow):
    """Everything that an officer needs; the requirements are those that the divisions answer."""

    stage_since: Moment
    basis: str | None
    profile: Profile
    eligibility: Eligibility
    attestation: Attestation
    replies: tuple[Reply, ...]
    requirements: tuple[Requirement, ...]
    divisions: tuple[DivisionView, ...]
    documents: tuple[DocumentView, ...]
    answers_to_judge: tuple[AnswerReference, ...]
    documents_to_judge: tuple[UUID, ...]
    visits: tuple[Visit, ...]
    risk: RiskAssessed | None
    validation: SiteValidated | None
    withdrawal_too_late: bool


def case_view(state: State, today: date, requirements: tuple[Requirement, ...], intake_url: str) -> CaseView:
    """Raises Refused("not_found") if there is no case."""
    if isinstance(state, Absent):
        raise Refused("not_found")
    dossier, package = state.dossier, state.dossier.package
    answered = {answer.requirement_id for answer in answers_of(package)}
    judged = {judgement.answer: judgement for judgement in dossier.answers}
    return CaseView(
        **dict(_row(state, today)),
        stage_since=dossier.stage_since,
        basis=state.basis if isinstance(state, DecisionPending) else None,
        profile=package.profile,
        eligibility=package.eligibility,
        attestation=package.attestation,
        replies=package.replies,
        requirements=tuple(requirement for requirement in requirements if requirement.id in answered),
        divisions=tuple(_division(division, judged) for division in package.divisions),
        documents=_documents(dossier, intake_url),
        answers_to_judge=answers_to_judge(dossier),
        documents_to_judge=documents_to_judge(dossier),
        visits=dossier.visits,
        risk=dossier.risk,
        validation=dossier.validation,
        withdrawal_too_late=isinstance(state, Approved | Denied) and state.withdrawal_too_late,
    )


def _division(division: Division, judged: Mapping[AnswerReference, Opinion]) -> DivisionView:
    answers = tuple(
        AnswerView(
            **dict(answer),
            judgement=judged.get(AnswerReference(division_id=division.division_id, requirement_id=answer.requirement_id)),
        )
        for answer in division.answers
    )
    return DivisionView(**dict(division) | {"answers": answers})


def _documents(dossier: Dossier, intake_url: str) -> tuple[DocumentView, ...]:
    judged = {judgement.document_id: judgement for judgement in dossier.documents}
    required = required_documents(dossier)
    return tuple(
        DocumentView(
            **dict(document),
            link=f"{intake_url.rstrip('/')}/documents/{document.document_id}",
            required=document in required,
            judgement=judged.get(document.document_id),
        )
        for document in dossier.package.documents
    )


# --- a membership ---------------------------------------------------------------------------------


class BenefitView(Model):
    """A benefit that is on, as people read it."""

    code: Code
    since: date
    name: Text
    text: Text


class MembershipView(Model):
    """The membership, and the company's profile as it last declared it."""

    company_id: UUID
    application_id: UUID
    pip_id: Code
    status: MembershipStatus
    status_since: date
    member_since: date
    revalidation_due_on: date
    revalidation_fell_due: bool
    benefits: tuple[BenefitView, ...]
    profile: Profile | None


def membership_view(state: member.State, benefits: tuple[Benefit, ...]) -> MembershipView:
    """Raises Refused("not_found") if the company was never a member."""
    if isinstance(state, member.Absent):
        raise Refused("not_found")
    on = {benefit.code: benefit.since for benefit in state.term.benefits} if isinstance(state, member.Active) else {}
    return MembershipView(
        **dict(state.term)
        | {
            "benefits": tuple(
                BenefitView(code=one.code, since=on[one.code], name=one.name, text=one.text) for one in benefits if one.code in on
            )
        },
        status=state.status,
        status_since=state.status_since,
        profile=state.declared and state.declared.profile,
    )
