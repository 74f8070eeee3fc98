"""What officers see of assessments; the only file that knows which stored fields are read."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.risk.domain.assessment import Absent, Asked, Assessed, Closed, Collecting, Decision, Happened, Referred, State
from services.risk.domain.rules import Declared, Score
from shared.contracts.types import Name
from shared.decider import Model
from shared.errors import Refused
from shared.handling import Aggregate

Assessments = Aggregate[Asked, State, Happened]
Status = Literal["collecting", "referred", "assessed", "closed"]
INDEXES = ("state.status",)


class Wanted(Model):
    """Which assessments of the queue, and from where on: `after` is `next` of the page before."""

    status: Status = "referred"
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    after: UUID | None = None


class AssessmentRow(Model):
    """One assessment in the queue; the name is unknown until the package is heard, and forgotten when the application is closed."""

    application_id: UUID
    company_id: UUID
    submission: int
    status: Status
    legal_name: Name | None


class Queue(Model):
    """One page of assessments in order of their ids."""

    assessments: tuple[AssessmentRow, ...]
    next: UUID | None


class AssessmentView(AssessmentRow):
    """What was weighed, which rules held and why, and what was decided."""

    declared: Declared | None
    score: Score | None
    decision: Decision | None


async def queue(assessments: Assessments, wanted: Wanted) -> Queue:
    after = str(wanted.after) if wanted.after else None
    found = await assessments.find({"state.status": wanted.status}, limit=wanted.limit, after=after)
    rows = tuple(_row(_known(snapshot.state)) for snapshot in found)
    return Queue(assessments=rows, next=rows[-1].application_id if len(rows) == wanted.limit else None)


def assessment_view(state: State) -> AssessmentView:
    """Raises Refused("not_found") if nothing is known of the application."""
    known = _known(state)
    return AssessmentView(
        **dict(_row(known)),
        declared=None if isinstance(known, Closed) else known.declared,
        score=known.score if isinstance(known, Referred | Assessed) else None,
        decision=known.decision if isinstance(known, Assessed) else None,
    )


def _known(state: State) -> Collecting | Referred | Assessed | Closed:
    if isinstance(state, Absent):
        raise Refused("not_found")
    return state


def _row(state: Collecting | Referred | Assessed | Closed) -> AssessmentRow:
    declared = None if isinstance(state, Closed) else state.declared
    return AssessmentRow(**dict(state.application), status=state.status, legal_name=declared and declared.legal_name)
