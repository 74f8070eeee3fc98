"""What officers see of cases: the queue, oldest submission first, and one case with what they judge and decide."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from services.review.domain import case
from services.review.domain.case.consumed import (
    Answer,
    Attestation,
    Division,
    Document,
    EligibilityAnswer,
    Profile,
    Reply,
    RiskResult,
    ValidationResult,
    Visit,
)
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
    Returned,
    State,
    answers_of,
    stage_of,
)
from services.review.views.memberships import Memberships, company_of
from shared.contracts.catalogue import Requirement
from shared.contracts.intake import document_url
from shared.contracts.review import Clock, Question
from shared.contracts.types import FreeText, Ground, LineOfBusiness, Name, PipId, Stage
from shared.errors import Refused
from shared.handling import Aggregate
from shared.model import Model, Moment
from shared.programme.calendar import due_on, elapsed
from shared.programme.forms.numbers import BusinessNumber, PersonReference
from shared.programme.forms.texts import SearchedName
from shared.store.documents import beginning_with
from shared.store.paging import Cursor

Cases = Aggregate[case.CaseCommand, State, case.CaseFact]
Status = Literal[
    "under_review",
    "returned",
    "risk_assessment",
    "site_validation",
    "decision_pending",
    "approved",
    "denied",
    "withdrawn",
]

_PACKAGE = "state.dossier.package"
COMPANY = f"{_PACKAGE}.company_id"
_SUBMITTED = f"{_PACKAGE}.submitted_at"
_ASSIGNEE = "state.dossier.assignee"
_FLAG: dict[bool | None, Any] = {True: True, False: {"$ne": True}, None: None}
INDEXES = (
    _SUBMITTED,
    f"state.status {_SUBMITTED}",
    f"{_ASSIGNEE} {_SUBMITTED}",
    COMPANY,
    f"{_PACKAGE}.profile.business_number",
)
NAMES = (f"{_PACKAGE}.profile.legal_name",)

# --- the queue ------------------------------------------------------------------------------------


class Filter(Model):
    """Which cases of the queue, and after which cursor."""

    status: Status | None = None
    assignee: PersonReference | None = None
    unassigned: Annotated[bool, Field(description="those of nobody alone, whatever `assignee` says")] = False
    standard_missed: bool | None = None
    answer_overdue: bool | None = None
    line_of_business: LineOfBusiness | None = None
    name: SearchedName | None = None
    business_number: BusinessNumber | None = None
    pip_id: PipId | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    after: Cursor | None = None


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
    lines_of_business: tuple[LineOfBusiness, ...]
    status: Status
    stage: Stage
    assignee: Name | None
    clock: ClockView
    standard_missed: bool
    answer_by: date | None
    answer_overdue: bool


class Queue(Model):
    """One page of cases, oldest submission first."""

    cases: tuple[CaseRow, ...]
    next: str | None


async def queue(cases: Cases, memberships: Memberships, criteria: Filter, today: date) -> Queue:
    """One page of the cases that match. Raises Refused("malformed") for a foreign cursor."""
    query = _matching(criteria)
    if criteria.pip_id:
        query[COMPANY] = await company_of(memberships, criteria.pip_id)
    page = await cases.page(
        query, sort=_SUBMITTED, limit=criteria.limit, after=criteria.after, folded=criteria.name is not None
    )
    rows = tuple(_row(snapshot.state, today) for snapshot in page.snapshots if not isinstance(snapshot.state, Absent))
    return Queue(cases=rows, next=page.next)


def _matching(criteria: Filter) -> dict[str, Any]:
    query = {
        "state.status": criteria.status or {"$ne": "absent"},
        _ASSIGNEE: {"$eq": None} if criteria.unassigned else criteria.assignee,
        "state.dossier.standard_missed": _FLAG[criteria.standard_missed],
        "state.answer_overdue": _FLAG[criteria.answer_overdue],
        f"{_PACKAGE}.profile.lines_of_business": criteria.line_of_business,
        f"{_PACKAGE}.profile.legal_name": criteria.name and beginning_with(criteria.name),
        f"{_PACKAGE}.profile.business_number": criteria.business_number,
    }
    return {path: value for path, value in query.items() if value is not None}


def _row(state: Open | Closed, today: date) -> CaseRow:
    package = state.dossier.package
    return CaseRow(
        application_id=package.application_id,
        company_id=package.company_id,
        legal_name=package.profile.legal_name,
        submission=package.submission,
        submitted_at=package.submitted_at,
        lines_of_business=package.profile.lines_of_business,
        status=state.status,
        stage=stage_of(state),
        assignee=state.dossier.assignee,
        clock=_clock(state.dossier.clock, today),
        standard_missed=state.dossier.standard_missed,
        answer_by=state.answer_by if isinstance(state, Returned) else None,
        answer_overdue=isinstance(state, Returned) and state.answer_overdue,
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


class DenialView(Model):
    """The denial as the company reads it."""

    grounds: tuple[Ground, ...]
    message: FreeText
    denied_on: date


class CaseView(CaseRow):
    """Everything that an officer needs; the requirements are those that the divisions answer.

    `drafts` go with the next return, `questions` went with the last one.
    """

    stage_since: Moment
    basis: str | None
    profile: Profile
    eligibility: tuple[EligibilityAnswer, ...]
    attestation: Attestation
    drafts: tuple[Question, ...]
    questions: tuple[Question, ...]
    replies: tuple[Reply, ...]
    requirements: tuple[Requirement, ...]
    divisions: tuple[DivisionView, ...]
    documents: tuple[DocumentView, ...]
    answers_to_judge: tuple[AnswerReference, ...]
    documents_to_judge: tuple[UUID, ...]
    visits: tuple[Visit, ...]
    risk: RiskResult | None
    validation: ValidationResult | None
    denial: DenialView | None
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
        drafts=dossier.drafts,
        questions=dossier.asked,
        replies=package.replies,
        requirements=tuple(requirement for requirement in requirements if requirement.id in answered),
        divisions=tuple(_division(division, judged) for division in package.divisions),
        documents=_documents(dossier, intake_url),
        answers_to_judge=answers_to_judge(dossier),
        documents_to_judge=documents_to_judge(dossier),
        visits=dossier.visits,
        risk=dossier.risk,
        validation=dossier.validation,
        denial=DenialView(**state.model_dump(include=set(DenialView.model_fields)))
        if isinstance(state, Denied)
        else None,
        withdrawal_too_late=isinstance(state, Approved | Denied) and state.withdrawal_too_late,
    )


def _division(division: Division, judged: Mapping[AnswerReference, Opinion]) -> DivisionView:
    answers = tuple(
        AnswerView(
            **dict(answer),
            judgement=judged.get(
                AnswerReference(division_id=division.division_id, requirement_id=answer.requirement_id)
            ),
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
            link=document_url(intake_url, document.document_id),
            required=document in required,
            judgement=judged.get(document.document_id),
        )
        for document in dossier.package.documents
    )
