"""What an officer looks at in one division: each requirement with its answer, its evidence, and what was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from services.site_validation.views.findings import FindingView
from services.site_validation.views.validations import AnswerView, DivisionView, DocumentView, ValidationView
from shared.contracts.catalogue import Area, Requirement
from shared.contracts.types import Code
from shared.errors import Refused


@dataclass(frozen=True)
class Check:
    """One answer of a division. `requirement` is None where the catalogue of this release no longer has it."""

    answer: AnswerView
    requirement: Requirement | None
    evidence: tuple[DocumentView, ...]
    found: tuple[FindingView, ...]


def checks_of(validation: ValidationView, division: DivisionView) -> tuple[Check, ...]:
    """In the order in which the company has answered."""
    requirements = {requirement.id: requirement for requirement in validation.requirements}
    return tuple(
        Check(
            answer,
            requirements.get(answer.requirement_id),
            tuple(document for document in validation.documents if document.document_id in answer.evidence),
            _found(validation, division.division_id, answer.requirement_id),
        )
        for answer in division.answers
    )


def by_area(checks: tuple[Check, ...]) -> Mapping[Area | None, list[Check]]:
    """The checks of each area, in the order of the catalogue."""
    found: dict[Area | None, list[Check]] = {}
    for check in checks:
        area = check.requirement.area if check.requirement else None
        found.setdefault(area, []).append(check)
    return found


def check_of(checks: tuple[Check, ...], requirement_id: Code) -> tuple[Check, Check | None]:
    """The check of one requirement, and the one after it. Raises Refused("not_found") for what was not answered."""
    for check, following in zip(checks, (*checks[1:], None), strict=True):
        if check.answer.requirement_id == requirement_id:
            return check, following
    raise Refused("not_found")


def _found(validation: ValidationView, division_id: UUID, requirement_id: Code) -> tuple[FindingView, ...]:
    about = (division_id, requirement_id)
    return tuple(each for each in validation.findings if (each.division_id, each.requirement_id) == about)
