"""One validation, as the company sees it."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from services.site_validation.domain.validation.state import Appointment, Dossier, GivenResponse
from services.site_validation.views.validations import COMPANY, Validations
from shared.contracts.catalogue import Requirement
from shared.contracts.site_validation import ReportedFinding
from shared.contracts.types import Name
from shared.errors import Refused
from shared.i18n import Text
from shared.model import Model
from shared.repository import Snapshot


class OwnFinding(ReportedFinding):
    """A finding without the officers' note, with the text of its requirement; responses with the officers' answers."""

    finding_id: UUID
    due_on: date | None
    overdue: bool
    responses: tuple[GivenResponse, ...]
    requirement: Text | None


class OwnValidation(Model):
    """The visits to arrange, and what was found."""

    application_id: UUID
    visits: tuple[Appointment, ...]
    findings: tuple[OwnFinding, ...]


async def newest_validation(validations: Validations, company_id: UUID) -> Snapshot[Dossier]:
    """The validation of the company's newest application, once it is open. Raises Refused("not_found")."""
    return _found(await opened_validation(validations, company_id))


async def opened_validation(validations: Validations, company_id: UUID) -> Snapshot[Dossier] | None:
    """As `newest_validation`; None before it is open."""
    return await _newest(validations, company_id, {})


async def validation_of_visit(validations: Validations, company_id: UUID, visit_id: UUID) -> Snapshot[Dossier]:
    """The company's validation to which a visit belongs. Raises Refused("not_found")."""
    return _found(await _newest(validations, company_id, {"state.visits.visit_id": str(visit_id)}))


async def validation_of_finding(validations: Validations, company_id: UUID, finding_id: UUID) -> Snapshot[Dossier]:
    """The company's validation to which a finding belongs. Raises Refused("not_found")."""
    return _found(await _newest(validations, company_id, {"state.findings.finding_id": str(finding_id)}))


async def _newest(validations: Validations, company_id: UUID, query: dict[str, str]) -> Snapshot[Dossier] | None:
    """The validation of the newest application that is open and matches."""
    opened = {"state.status": {"$in": ["open", "concluded"]}}
    found = await validations.find({COMPANY: str(company_id), **opened, **query})
    dossiers: list[Snapshot[Dossier]] = [
        Snapshot(snapshot.id, snapshot.sequence, snapshot.state)
        for snapshot in found
        if isinstance(snapshot.state, Dossier)
    ]
    return max(dossiers, key=lambda snapshot: snapshot.state.package.submitted_at, default=None)


def _found(snapshot: Snapshot[Dossier] | None) -> Snapshot[Dossier]:
    if snapshot is None:
        raise Refused("not_found")
    return snapshot


def division_names(state: Dossier) -> Mapping[UUID, Name]:
    """What the company calls the divisions of which visits and findings name the ids."""
    return {division.division_id: division.name for division in state.package.divisions}


def own_validation(state: Dossier, requirements: tuple[Requirement, ...]) -> OwnValidation:
    texts = {requirement.id: requirement.text for requirement in requirements}
    return OwnValidation(
        application_id=state.application.application_id,
        visits=state.visits,
        findings=tuple(
            OwnFinding.model_validate(
                finding.model_dump(exclude={"note"}) | {"requirement": texts.get(finding.requirement_id)}
            )
            for finding in state.findings
        ),
    )
