"""The queue of cases, oldest submission first; a row is made of what it shows, and of no more of the case."""

from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Literal, get_args
from uuid import UUID

from pydantic import Field

from services.review.domain import case
from services.review.domain.case.state import State
from services.review.views.memberships import Memberships, company_of
from shared.contracts.review import Clock
from shared.contracts.types import Code, LineOfBusiness, Name, PipId, Stage
from shared.handling import Aggregate
from shared.model import Model, Moment
from shared.programme.calendar import due_on, elapsed
from shared.programme.forms.numbers import BusinessNumber, PersonReference
from shared.programme.forms.texts import SearchedName
from shared.store.documents import beginning_with
from shared.store.paging import Cursor
from shared.store.reading import Listing

Cases = Aggregate[case.CaseCommand, State, case.CaseFact]
Running = Literal["under_review", "risk_assessment", "site_validation", "decision_pending"]
Ended = Literal["approved", "denied", "withdrawn"]
Status = Running | Literal["returned"] | Ended
STATUSES: tuple[Status, ...] = (*get_args(Running), "returned", *get_args(Ended))
STATUS = "state.status"
ANSWER_OVERDUE = "state.answer_overdue"
MISSED = "state.dossier.standard_missed"
ASSIGNEE = "state.dossier.assignee"
_PACKAGE = "state.dossier.package"
COMPANY = f"{_PACKAGE}.company_id"
SUBMITTED = f"{_PACKAGE}.submitted_at"
LINES = f"{_PACKAGE}.profile.lines_of_business"
_NAME, _NUMBER = f"{_PACKAGE}.profile.legal_name", f"{_PACKAGE}.profile.business_number"
_FLAG: dict[bool | None, Any] = {True: True, False: {"$ne": True}, None: None}
INDEXES = (
    SUBMITTED,
    f"{STATUS} {SUBMITTED}",
    f"{ASSIGNEE} {SUBMITTED}",
    COMPANY,
    _NUMBER,
    f"{STATUS} {MISSED} due {ASSIGNEE} {ANSWER_OVERDUE} {SUBMITTED}",
    f"{ASSIGNEE} {STATUS} {MISSED} due {ANSWER_OVERDUE} {SUBMITTED}",
    f"{LINES} {STATUS} {MISSED} due {ASSIGNEE} {ANSWER_OVERDUE} {SUBMITTED}",
)
NAMES = (_NAME,)
IN_A_ROW = (
    STATUS,
    "state.answer_by",
    ANSWER_OVERDUE,
    ASSIGNEE,
    MISSED,
    "state.dossier.clock",
    COMPANY,
    f"{_PACKAGE}.application_id",
    f"{_PACKAGE}.submission",
    SUBMITTED,
    _NAME,
    _NUMBER,
    LINES,
)


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
    business_number: Code
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


class ListedProfile(Model):
    legal_name: Name
    business_number: Code
    lines_of_business: tuple[LineOfBusiness, ...]


class ListedPackage(Model):
    company_id: UUID
    application_id: UUID
    submission: int
    submitted_at: Moment
    profile: ListedProfile


class ListedDossier(Model):
    package: ListedPackage
    clock: Clock
    assignee: Name | None = None
    standard_missed: bool = False


class ListedCase(Model):
    """What a row is made of: so much of a state is read for it, and no more."""

    status: Status
    dossier: ListedDossier
    answer_by: date | None = None
    answer_overdue: bool = False


class Queue(Model):
    """One page of cases, oldest submission first."""

    cases: tuple[CaseRow, ...]
    next: str | None


async def queue(cases: Cases, memberships: Memberships, criteria: Filter, today: date) -> Queue:
    """One page of the cases that match, by name those that are found by it. Raises Refused("malformed")."""
    query = _matching(criteria)
    if criteria.pip_id:
        query[COMPANY] = await company_of(memberships, criteria.pip_id)
    found = Listing(query, _NAME, folded=True) if criteria.name else Listing(query, SUBMITTED)
    return await listed(cases, found, today, criteria.limit, criteria.after)


async def listed(cases: Cases, found: Listing, today: date, limit: int, after: str | None) -> Queue:
    """One page of a list of cases. Raises Refused("malformed") for a foreign cursor."""
    page = await cases.rows(found, IN_A_ROW, limit=limit, after=after)
    return Queue(cases=tuple(row_of(ListedCase.model_validate(row), today) for row in page.rows), next=page.next)


def _matching(criteria: Filter) -> dict[str, Any]:
    query = {
        STATUS: criteria.status or {"$ne": "absent"},
        ASSIGNEE: {"$eq": None} if criteria.unassigned else criteria.assignee,
        MISSED: _FLAG[criteria.standard_missed],
        ANSWER_OVERDUE: _FLAG[criteria.answer_overdue],
        LINES: criteria.line_of_business,
        _NAME: criteria.name and beginning_with(criteria.name),
        _NUMBER: criteria.business_number,
    }
    return {path: value for path, value in query.items() if value is not None}


def row_of(case: ListedCase, today: date) -> CaseRow:
    package = case.dossier.package
    return CaseRow(
        application_id=package.application_id,
        company_id=package.company_id,
        legal_name=package.profile.legal_name,
        business_number=package.profile.business_number,
        submission=package.submission,
        submitted_at=package.submitted_at,
        lines_of_business=package.profile.lines_of_business,
        status=case.status,
        stage=stage_of_status(case.status),
        assignee=case.dossier.assignee,
        clock=_clock(case.dossier.clock, today),
        standard_missed=case.dossier.standard_missed,
        answer_by=case.answer_by,
        answer_overdue=case.answer_overdue,
    )


def stage_of_status(status: Status) -> Stage:
    """The status as the company sees it."""
    return "decision" if status == "decision_pending" else status


@lru_cache(10_000)
def _clock(clock: Clock, today: date) -> ClockView:
    """Counted once a day for each clock: a list has fifty of them."""
    return ClockView.model_validate(dict(clock) | {"elapsed": elapsed(clock, today), "due_on": due_on(clock)})
