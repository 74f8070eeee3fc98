"""What officers see of assessments; the only file that knows which stored fields are read."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.risk.domain.assessment import (
    Absent,
    Assessed,
    AssessmentCommand,
    AssessmentFact,
    Closed,
    Collecting,
    Decision,
    Referred,
    Scored,
    State,
)
from services.risk.domain.consumed import Declared
from services.risk.domain.policy import Course, Policy
from services.risk.domain.rules import Score, score
from shared.contracts.risk import RuleHit
from shared.contracts.types import Band, Code, Name
from shared.errors import Refused
from shared.handling import Aggregate
from shared.model import Model
from shared.store.paging import Cursor

Assessments = Aggregate[AssessmentCommand, State, AssessmentFact]
Status = Literal["collecting", "referred", "assessed", "closed"]
INDEXES = ("state.status", "state.score.band")

# --- the queue -----------------------------------------------------------------------------------


class Filter(Model):
    """Which assessments of the queue, and from where on."""

    status: Status = "referred"
    band: Band | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    after: Cursor | None = None


class AssessmentRow(Model):
    """One assessment in the queue. The name is unknown before the package is heard, and forgotten after closing."""

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


async def queue(assessments: Assessments, wanted: Filter) -> Queue:
    """Raises Refused("malformed") for a foreign cursor."""
    query = {"state.status": wanted.status} | ({"state.score.band": wanted.band} if wanted.band else {})
    page = await assessments.page(query, limit=wanted.limit, after=wanted.after)
    return Queue(assessments=tuple(_row(_known(snapshot.state)) for snapshot in page.snapshots), next=page.next)


def _known(state: State) -> Collecting | Referred | Assessed | Closed:
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


# --- one assessment ------------------------------------------------------------------------------


class AssessmentView(AssessmentRow):
    """What was weighed, which rules held and why, and what was decided."""

    declared: Declared | None
    score: Score | None
    decision: Decision | None


def assessment_view(state: State) -> AssessmentView:
    """Raises Refused("not_found") if nothing is known of the application."""
    known = _known(state)
    return AssessmentView(
        **dict(_row(known)),
        declared=None if isinstance(known, Closed) else known.declared,
        score=known.score if isinstance(known, Scored) else None,
        decision=known.decision if isinstance(known, Assessed) else None,
    )


# --- under another version of the policy ---------------------------------------------------------


class Policies(Model):
    """Every version by age. In an explanation {value} stands for what was found, {above} and {up_to} for the bounds."""

    policies: tuple[Policy, ...]


class Standing(Model):
    """What one version of the policy makes of a submission."""

    policy_version: Code
    score: int
    band: Band
    course: Course


class RuleCompared(Model):
    """One rule, and what it adds under either version: nothing if it does not hold, or the version has no such rule."""

    rule_id: Code
    scored: RuleHit | None
    what_if: RuleHit | None


class WhatIf(Model):
    """A submission as it was scored, and as another version of the policy would score it."""

    application_id: UUID
    submission: int
    scored: Standing
    what_if: Standing
    rules: tuple[RuleCompared, ...]


def version(policies: tuple[Policy, ...], wanted: Code) -> Policy:
    """Raises Refused("unknown_policy")."""
    for policy in policies:
        if policy.version == wanted:
            return policy
    raise Refused("unknown_policy", field="policy")


def what_if(state: State, policy: Policy) -> WhatIf:
    """Raises Refused where nothing is scored yet, or nothing is kept any more."""
    match _known(state):
        case Collecting():
            raise Refused("not_assessed_yet")
        case Closed():
            raise Refused("assessment_closed")
        case Scored() as known:
            other = score(policy, known)
            return WhatIf(
                application_id=known.application.application_id,
                submission=known.application.submission,
                scored=_standing(known.score),
                what_if=_standing(other),
                rules=_compared(known.score, other),
            )


def _standing(scored: Score) -> Standing:
    return Standing(**scored.model_dump(include=set(Standing.model_fields)))


def _compared(scored: Score, other: Score) -> tuple[RuleCompared, ...]:
    before, after = ({hit.rule_id: hit for hit in one.rules} for one in (scored, other))
    return tuple(
        RuleCompared(rule_id=rule, scored=before.get(rule), what_if=after.get(rule)) for rule in {**before, **after}
    )
