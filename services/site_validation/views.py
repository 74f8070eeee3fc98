"""What officers and companies see of validations; the only file that knows which stored fields are read."""

from datetime import date
from typing import Annotated, Literal
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
    Absent,
    Appointment,
    Closed,
    Concluded,
    Dossier,
    Finding,
    GivenResponse,
    Proof,
    State,
)
from shared.contracts.catalogue import Requirement
from shared.contracts.intake import document_url
from shared.contracts.site_validation import ReportedFinding
from shared.contracts.types import FreeText, Name, ValidationOutcome
from shared.errors import Refused
from shared.handling import Aggregate
from shared.i18n import Text
from shared.model import Model
from shared.repository import Snapshot
from shared.store.paging import Cursor

Validations = Aggregate[validation.ValidationCommand, State, validation.ValidationFact]
Status = Literal["collecting", "open", "concluded", "closed"]
INDEXES = ("state.status", "state.application.company_id")
OVER = ("held", "cancelled")

# --- the queue -----------------------------------------------------------------------------------


class Filter(Model):
    """Which validations of the queue, and from where on."""

    status: Status = "open"
    overdue: bool = False
    visit_from: date | None = None
    visit_until: date | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    after: Cursor | None = None


class ValidationRow(Model):
    """One validation in the queue. The name is unknown before the package is heard, and forgotten after closing."""

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


async def queue(validations: Validations, wanted: Filter) -> Queue:
    """Raises Refused("malformed") for a foreign cursor."""
    page = await validations.page(_query(wanted), limit=wanted.limit, after=wanted.after)
    return Queue(validations=tuple(_row(snapshot.state) for snapshot in page.snapshots), next=page.next)


def _query(wanted: Filter) -> dict[str, object]:
    days = {"$gte": wanted.visit_from, "$lte": wanted.visit_until}
    on = {bound: day.isoformat() for bound, day in days.items() if day}
    return {
        "state.status": wanted.status,
        **({"state.findings.overdue": True} if wanted.overdue else {}),
        **({"state.visits": {"$elemMatch": {"on": on, "state": {"$nin": OVER}}}} if on else {}),
    }


def _row(state: State) -> ValidationRow:
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


# --- one validation, as officers see it ----------------------------------------------------------


class AnswerView(Answer):
    """An answer, and how it was judged from the desk."""

    judgement: Judgement | None


class DivisionView(Division):
    answers: tuple[AnswerView, ...]


class DocumentView(Document):
    """A document, and where its bytes are."""

    link: str


class ProofView(Proof):
    link: str


class ResponseView(GivenResponse):
    documents: tuple[ProofView, ...]


class FindingView(Finding):
    """A finding and the company's responses. A linked file is the one that was named if its SHA-256 is the same."""

    responses: tuple[ResponseView, ...]


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


def validation_view(
    state: State, requirements: tuple[Requirement, ...], intake_url: str, proposed_due_on: date
) -> ValidationView | ValidationRow:
    """Before it is open, and once it is closed, there is no more than the row. Raises Refused("not_found")."""
    row = _row(state)
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
        findings=tuple(_finding(finding, intake_url) for finding in state.findings),
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


def _finding(finding: Finding, intake_url: str) -> FindingView:
    return FindingView.model_validate(
        dict(finding) | {"responses": tuple(_response(one, intake_url) for one in finding.responses)}
    )


def _response(response: GivenResponse, intake_url: str) -> ResponseView:
    documents = tuple(
        ProofView(**dict(proof), link=document_url(intake_url, proof.document_id)) for proof in response.documents
    )
    return ResponseView.model_validate(dict(response) | {"documents": documents})


# --- one validation, as the company sees it ------------------------------------------------------


class OwnFinding(ReportedFinding):
    """A finding without the officers' note, and what the requirement says; the responses with the officer's answers."""

    finding_id: UUID
    due_on: date | None
    overdue: bool
    responses: tuple[GivenResponse, ...]
    requirement: Text | None


class CompanyView(Model):
    """The visits to arrange, and what was found."""

    application_id: UUID
    visits: tuple[Appointment, ...]
    findings: tuple[OwnFinding, ...]


async def newest(validations: Validations, company_id: UUID) -> Snapshot[Dossier]:
    """The validation of the company's newest application, once it is open. Raises Refused("not_found")."""
    found = await validations.find(
        {"state.application.company_id": str(company_id), "state.status": {"$in": ["open", "concluded"]}}
    )
    opened: list[Snapshot[Dossier]] = [
        Snapshot(one.id, one.sequence, one.state) for one in found if isinstance(one.state, Dossier)
    ]
    if not opened:
        raise Refused("not_found")
    return max(opened, key=lambda snapshot: snapshot.state.package.submitted_at)


async def with_visit(validations: Validations, company_id: UUID, visit_id: UUID) -> str:
    """The id of the company's validation to which a visit belongs. Raises Refused("not_found")."""
    return await _own(validations, company_id, {"state.visits.visit_id": str(visit_id)})


async def with_finding(validations: Validations, company_id: UUID, finding_id: UUID) -> str:
    """The id of the company's validation to which a finding belongs. Raises Refused("not_found")."""
    return await _own(validations, company_id, {"state.findings.finding_id": str(finding_id)})


async def _own(validations: Validations, company_id: UUID, query: dict[str, str]) -> str:
    one = await validations.find({"state.application.company_id": str(company_id), **query}, limit=1)
    if not one:
        raise Refused("not_found")
    return one[0].id


def company_view(state: Dossier, requirements: tuple[Requirement, ...]) -> CompanyView:
    texts = {requirement.id: requirement.text for requirement in requirements}
    return CompanyView(
        application_id=state.application.application_id,
        visits=state.visits,
        findings=tuple(
            OwnFinding.model_validate(
                finding.model_dump(exclude={"note"}) | {"requirement": texts.get(finding.requirement_id)}
            )
            for finding in state.findings
        ),
    )
