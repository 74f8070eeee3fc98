"""The queue of assessments, and one of them as officers see it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.risk.domain.assessment import AssessmentCommand, AssessmentFact
from services.risk.domain.assessment.consumed import DeclaredFacts
from services.risk.domain.assessment.scoring import Score
from services.risk.domain.assessment.state import (
    Absent,
    Assessed,
    Closed,
    Collecting,
    Decision,
    Referred,
    Scored,
    State,
)
from shared.contracts.types import Band, Name
from shared.errors import Refused
from shared.handling import Aggregate
from shared.model import Model
from shared.programme.forms.texts import SearchedName
from shared.repository import Page
from shared.store.documents import beginning_with
from shared.store.journal import Journal
from shared.store.paging import Cursor

Assessments = Aggregate[AssessmentCommand, State, AssessmentFact]
Status = Literal["collecting", "referred", "assessed", "closed"]
COMPANY = "state.application.company_id"
SUBMITTED = "state.declared.submitted_on"
STATUS = "state.status"
_BAND = "state.score.band"
NAME = "state.declared.legal_name"
INDEXES = (STATUS, _BAND, f"{STATUS} {SUBMITTED}")
NAMES = (NAME,)
MOST_HAPPENINGS = 200


class Filter(Model):
    """Which assessments of the queue, and from where on."""

    status: Status = "referred"
    band: Band | None = None
    name: SearchedName | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    after: Cursor | None = None


class AssessmentRow(Model):
    """One assessment in the queue. The name is unknown before the package is received, and forgotten after closing."""

    application_id: UUID
    company_id: UUID
    submission: int
    status: Status
    legal_name: Name | None
    band: Band | None


class Queue(Model):
    """One page of assessments in order of their ids."""

    assessments: tuple[AssessmentRow, ...]
    next: str | None


class AssessmentView(AssessmentRow):
    """What was weighed, which rules held and why, and what was decided."""

    declared: DeclaredFacts | None
    score: Score | None
    decision: Decision | None


@dataclass(frozen=True)
class Happening:
    """One journalled fact, when it happened, and by whom."""

    at: datetime
    fact: AssessmentFact
    by: str


async def queue(assessments: Assessments, criteria: Filter) -> Queue:
    """Raises Refused("malformed") for a foreign cursor."""
    page = await found(assessments, criteria)
    return Queue(assessments=tuple(_row(known(snapshot.state)) for snapshot in page.snapshots), next=page.next)


async def found(assessments: Assessments, criteria: Filter, order: str = "_id") -> Page[State]:
    """One page of the assessments that match. Raises Refused("malformed") for a foreign cursor."""
    query = {
        STATUS: criteria.status,
        _BAND: criteria.band,
        NAME: criteria.name and beginning_with(criteria.name),
    }
    return await assessments.page(
        {path: value for path, value in query.items() if value},
        sort=order,
        limit=criteria.limit,
        after=criteria.after,
        folded=criteria.name is not None,
    )


def assessment_view(state: State) -> AssessmentView:
    """Raises Refused("not_found") if nothing is known of the application."""
    assessment = known(state)
    return AssessmentView(
        **dict(_row(assessment)),
        declared=None if isinstance(assessment, Closed) else assessment.declared,
        score=assessment.score if isinstance(assessment, Scored) else None,
        decision=assessment.decision if isinstance(assessment, Assessed) else None,
    )


async def history(assessments: Assessments, journal: Journal, application_id: UUID) -> tuple[Happening, ...]:
    """What happened to an assessment, the newest first, as far back as officers look."""
    decider = assessments.decider
    entries = await journal.latest(decider.source, str(application_id), None, MOST_HAPPENINGS)
    return tuple(Happening(entry.at, decider.fact(entry.fact), entry.actor["subject"]) for entry in entries)


def known(state: State) -> Collecting | Referred | Assessed | Closed:
    """Raises Refused("not_found") if nothing is known of the application."""
    if isinstance(state, Absent):
        raise Refused("not_found")
    return state


def _row(state: Collecting | Referred | Assessed | Closed) -> AssessmentRow:
    declared = None if isinstance(state, Closed) else state.declared
    return AssessmentRow(
        **dict(state.application),
        status=state.status,
        legal_name=declared and declared.legal_name,
        band=state.score.band if isinstance(state, Scored) else None,
    )
