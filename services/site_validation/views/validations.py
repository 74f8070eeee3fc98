"""The queue of validations, and one of them as officers see it."""

from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import Annotated, Literal, TypeVar
from uuid import UUID

from pydantic import Field

from services.site_validation.domain import validation
from services.site_validation.domain.validation.consumed import (
    Answer,
    Attestation,
    Contact,
    Division,
    Document,
    Judgement,
    Risk,
)
from services.site_validation.domain.validation.state import (
    OVER,
    Absent,
    Appointment,
    Closed,
    Concluded,
    Dossier,
    State,
)
from services.site_validation.views.findings import FindingView, finding_view
from shared.contracts.catalogue import Requirement
from shared.contracts.intake import document_url
from shared.contracts.types import FreeText, Name, ValidationOutcome
from shared.errors import Refused
from shared.handling import Aggregate
from shared.model import Model
from shared.programme.forms.days import REVERSED, Day, not_before
from shared.store.paging import Cursor

Validations = Aggregate[validation.ValidationCommand, State, validation.ValidationFact]
Found = TypeVar("Found")
Status = Literal["collecting", "open", "concluded", "closed"]
COMPANY = "state.application.company_id"
LEGAL_NAME = "state.package.profile.legal_name"
SUBMITTED = "state.package.submitted_at"
INDEXES = (
    "state.status",
    f"state.status {SUBMITTED}",
    f"state.status {LEGAL_NAME}",
    f"state.status state.visits.state {SUBMITTED}",
    "state.status state.visits.state state.visits.on",
    "state.status state.findings.state state.findings.overdue state.findings.due_on",
    COMPANY,
)
NAMES = (LEGAL_NAME,)


class Filter(Model):
    """Which validations of the queue, and from where on."""

    status: Status = "open"
    overdue: bool = False
    visit_from: Day | None = None
    visit_until: Annotated[Day, not_before("visit_from"), REVERSED] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    after: Cursor | None = None


class ValidationRow(Model):
    """One validation in the queue. The name is unknown before the package is received, and forgotten after closing."""

    application_id: UUID
    company_id: UUID
    submission: int
    status: Status
    legal_name: Name | None
    next_visit_on: date | None
    overdue_actions: int


class Queue(Model):
    """One page of validations in order of their ids."""

    validations: tuple[ValidationRow, ...]
    next: str | None


async def queue(validations: Validations, criteria: Filter) -> Queue:
    """Raises Refused("malformed") for a foreign cursor."""
    page = await validations.page(_query(criteria), limit=criteria.limit, after=criteria.after)
    return Queue(validations=tuple(validation_row(snapshot.state) for snapshot in page.snapshots), next=page.next)


def _query(criteria: Filter) -> dict[str, object]:
    days = {"$gte": criteria.visit_from, "$lte": criteria.visit_until}
    on = {bound: day.isoformat() for bound, day in days.items() if day}
    return {
        "state.status": criteria.status,
        **({"state.findings.overdue": True} if criteria.overdue else {}),
        **({"state.visits": {"$elemMatch": {"on": on, "state": {"$nin": OVER}}}} if on else {}),
    }


def validation_row(state: State) -> ValidationRow:
    """Raises Refused("not_found") if nothing is known of the application."""
    if isinstance(state, Absent):
        raise Refused("not_found")
    package = None if isinstance(state, Closed) else state.package
    visits = state.visits if isinstance(state, Dossier) else ()
    return ValidationRow(
        **dict(state.application),
        status=state.status,
        legal_name=package.profile.legal_name if package else None,
        next_visit_on=min((visit.on for visit in visits if visit.state not in OVER), default=None),
        overdue_actions=sum(finding.overdue for finding in state.findings) if isinstance(state, Dossier) else 0,
    )


class AnswerView(Answer):
    """An answer, and how it was judged from the desk."""

    judgement: Judgement | None


class DivisionView(Division):
    answers: tuple[AnswerView, ...]


class DocumentView(Document):
    """A document, and where its bytes are."""

    link: str


class ValidationView(ValidationRow):
    """What an officer takes to the site. An action required today is due on `proposed_due_on`, or as agreed."""

    contact: Contact
    requirements: tuple[Requirement, ...]
    divisions: tuple[DivisionView, ...]
    documents: tuple[DocumentView, ...]
    risk: Risk
    attestation: Attestation
    visits: tuple[Appointment, ...]
    findings: tuple[FindingView, ...]
    outcome: ValidationOutcome | None
    concluded_on: date | None
    reason: FreeText | None
    proposed_due_on: date

    def division(self, division_id: UUID) -> DivisionView:
        """Raises Refused("not_found")."""
        return _only(each for each in self.divisions if each.division_id == division_id)

    def visit(self, visit_id: UUID) -> Appointment:
        """Raises Refused("not_found")."""
        return _only(each for each in self.visits if each.visit_id == visit_id)

    def finding(self, finding_id: UUID) -> FindingView:
        """Raises Refused("not_found")."""
        return _only(each for each in self.findings if each.finding_id == finding_id)

    @property
    def visited(self) -> frozenset[UUID]:
        """The divisions at which a visit has been held."""
        return frozenset(chain.from_iterable(visit.division_ids for visit in self.visits if visit.state == "held"))


def _only(found: Iterator[Found]) -> Found:
    for each in found:
        return each
    raise Refused("not_found")


def validation_view(
    state: State, requirements: tuple[Requirement, ...], intake_url: str, proposed_due_on: date
) -> ValidationView | ValidationRow:
    """Before it is open, and once it is closed, there is no more than the row. Raises Refused("not_found")."""
    row = validation_row(state)
    if not isinstance(state, Dossier):
        return row
    return ValidationView(
        **dict(row),
        contact=state.package.profile.contact,
        requirements=tuple(requirement for requirement in requirements if requirement.id in _answered(state)),
        divisions=_divisions(state),
        documents=tuple(
            DocumentView(**dict(document), link=document_url(intake_url, document.document_id))
            for document in state.package.documents
        ),
        risk=state.risk,
        attestation=state.package.attestation,
        visits=state.visits,
        findings=tuple(finding_view(finding, intake_url) for finding in state.findings),
        outcome=state.outcome if isinstance(state, Concluded) else None,
        concluded_on=state.concluded_on if isinstance(state, Concluded) else None,
        reason=state.reason if isinstance(state, Concluded) else None,
        proposed_due_on=proposed_due_on,
    )


def _answered(state: Dossier) -> set[str]:
    return {answer.requirement_id for division in state.package.divisions for answer in division.answers}


def _divisions(state: Dossier) -> tuple[DivisionView, ...]:
    judged = {(judgement.division_id, judgement.requirement_id): judgement for judgement in state.review.judgements}

    def viewed(division: Division) -> DivisionView:
        judgements = (judged.get((division.division_id, answer.requirement_id)) for answer in division.answers)
        answers = (
            AnswerView(**dict(answer), judgement=judgement)
            for answer, judgement in zip(division.answers, judgements, strict=True)
        )
        return DivisionView.model_validate(dict(division) | {"answers": tuple(answers)})

    return tuple(map(viewed, state.package.divisions))
