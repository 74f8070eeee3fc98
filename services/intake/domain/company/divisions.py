"""The security profile: one per division, an answer to every requirement that binds it (programme 1.4)."""

from collections.abc import Iterator
from typing import Annotated, Literal, assert_never
from uuid import UUID

from pydantic import Field

from services.intake.domain.company import questions
from services.intake.domain.company.documents import require_drafted
from services.intake.domain.company.rights import DraftingCommand, PersonalCommand
from services.intake.domain.company.section import Item, Section, measured
from services.intake.domain.company.state import Company
from shared.contracts.catalogue import Catalogue, Requirement, binding
from shared.contracts.intake import Answer, Division
from shared.contracts.types import Address, Code, FreeText, LineOfBusiness, Name
from shared.decider import Fact, Refusals
from shared.errors import Refused
from shared.model import Model

MOST_DIVISIONS = 200


class Site(Model):
    """What a division is, apart from its answers."""

    name: Name
    lines_of_business: Annotated[tuple[LineOfBusiness, ...], Field(min_length=1, max_length=10)]
    address: Address


class AnswerReference(Model):
    """Names an answer: of which division, to which requirement."""

    division_id: UUID
    requirement_id: Code


class Statement(Model):
    """How a division meets a requirement, or why it does not apply."""

    response: Literal["described", "not_applicable"]
    text: FreeText
    evidence: Annotated[tuple[UUID, ...], Field(max_length=20)] = ()


class AddDivision(DraftingCommand):
    kind: Literal["add_division"] = "add_division"
    division_id: UUID
    site: Site


class ChangeDivision(DraftingCommand):
    kind: Literal["change_division"] = "change_division"
    division_id: UUID
    site: Site


class RemoveDivision(PersonalCommand):
    kind: Literal["remove_division"] = "remove_division"
    division_id: UUID


class AnswerRequirement(DraftingCommand):
    kind: Literal["answer_requirement"] = "answer_requirement"
    answer: AnswerReference
    statement: Statement


class DivisionAdded(Fact):
    kind: Literal["division_added"] = "division_added"
    division: Division


class DivisionChanged(Fact):
    """Answers to requirements that no longer bind the division are gone."""

    kind: Literal["division_changed"] = "division_changed"
    division: Division


class DivisionRemoved(Fact):
    kind: Literal["division_removed"] = "division_removed"
    division_id: UUID


class RequirementAnswered(Fact):
    kind: Literal["requirement_answered"] = "requirement_answered"
    division_id: UUID
    answer: Answer


DivisionCommand = AddDivision | ChangeDivision | RemoveDivision | AnswerRequirement
DivisionFact = DivisionAdded | DivisionChanged | DivisionRemoved | RequirementAnswered
REFUSES: Refusals = {
    AddDivision: ("too_many_divisions",),
    ChangeDivision: ("unknown_division",),
    RemoveDivision: ("unknown_division",),
    AnswerRequirement: ("requirement_not_binding", "unknown_division", "unknown_document"),
}


def decide(command: DivisionCommand, company: Company, catalogue: Catalogue) -> tuple[DivisionFact, ...]:
    match command:
        case AddDivision():
            return add(command, company)
        case ChangeDivision():
            return change(command, company, catalogue)
        case RemoveDivision():
            return remove(command, company)
        case AnswerRequirement():
            return answer(command, company, catalogue)
        case _:
            assert_never(command)


def add(command: AddDivision, company: Company) -> tuple[DivisionAdded, ...]:
    if company.division(command.division_id):
        return ()
    if len(company.divisions) >= MOST_DIVISIONS:
        raise Refused("too_many_divisions")
    return (DivisionAdded(division=_division(command.division_id, command.site)),)


def change(command: ChangeDivision, company: Company, catalogue: Catalogue) -> tuple[DivisionChanged, ...]:
    before = _known(company, command.division_id)
    bound = _ids(binding(catalogue, command.site.lines_of_business))
    kept = tuple(answer for answer in before.answers if answer.requirement_id in bound)
    after = _division(command.division_id, command.site, kept)
    return () if after == before else (DivisionChanged(division=after),)


def remove(command: RemoveDivision, company: Company) -> tuple[DivisionRemoved]:
    return (DivisionRemoved(division_id=_known(company, command.division_id).division_id),)


def answer(command: AnswerRequirement, company: Company, catalogue: Catalogue) -> tuple[RequirementAnswered, ...]:
    division, requirement_id = _known(company, command.answer.division_id), command.answer.requirement_id
    if requirement_id not in _ids(binding(catalogue, division.lines_of_business)):
        raise Refused("requirement_not_binding", field="requirement_id")
    require_drafted(command.statement.evidence, company, field="evidence")
    given = Answer(requirement_id=requirement_id, **command.statement.model_dump())
    return () if given in division.answers else (RequirementAnswered(division_id=division.division_id, answer=given),)


def section(company: Company, catalogue: Catalogue) -> Section:
    """The security profile: divisions, at least one per declared line, answers, and replies to officers' questions."""
    located = {line for division in company.divisions for line in division.lines_of_business}
    return measured(
        (
            ("divisions", None if company.divisions else "division_required"),
            *(
                (f"divisions?line={line}", None if line in located else "line_without_division")
                for line in company.profile.lines_of_business
            ),
            *(item for division in company.divisions for item in _answers(division, catalogue)),
            *questions.items(company),
        )
    )


def _answers(division: Division, catalogue: Catalogue) -> Iterator[Item]:
    given = {answer.requirement_id: answer for answer in division.answers}
    answers = f"divisions/{division.division_id}/answers"
    for requirement in binding(catalogue, division.lines_of_business):
        yield f"{answers}/{requirement.id}", _lack(requirement, given.get(requirement.id))


def _lack(requirement: Requirement, given: Answer | None) -> str | None:
    """A measure that must be in place needs evidence; one that does not apply needs only the reason in the answer."""
    if given is None:
        return "answer_required"
    proven = given.evidence or given.response == "not_applicable" or requirement.level == "should"
    return None if proven else "evidence_required"


def _known(company: Company, division_id: UUID) -> Division:
    if division := company.division(division_id):
        return division
    raise Refused("unknown_division")


def _division(division_id: UUID, site: Site, answers: tuple[Answer, ...] = ()) -> Division:
    return Division(
        division_id=division_id,
        name=site.name,
        lines_of_business=site.lines_of_business,
        address=site.address,
        answers=answers,
    )


def _ids(requirements: tuple[Requirement, ...]) -> frozenset[str]:
    return frozenset(requirement.id for requirement in requirements)


def evolve(company: Company, fact: DivisionFact) -> Company:
    match fact:
        case DivisionAdded():
            divisions = (*company.divisions, fact.division)
        case DivisionChanged():
            divisions = tuple(
                fact.division if division.division_id == fact.division.division_id else division
                for division in company.divisions
            )
        case DivisionRemoved():
            divisions = tuple(division for division in company.divisions if division.division_id != fact.division_id)
        case RequirementAnswered():
            divisions = tuple(
                _answered(division, fact.answer) if division.division_id == fact.division_id else division
                for division in company.divisions
            )
    return company.model_copy(update={"divisions": divisions})


def _answered(division: Division, new: Answer) -> Division:
    others = tuple(answer for answer in division.answers if answer.requirement_id != new.requirement_id)
    return division.model_copy(update={"answers": (*others, new)})
