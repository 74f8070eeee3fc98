"""The security profile as a company's people work through it: divisions, areas, requirements, and what is next."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, takewhile
from uuid import UUID

from services.intake.domain.company import Company
from services.intake.domain.company.divisions import section
from shared.contracts import types
from shared.contracts.catalogue import Catalogue, LineOfBusiness, Requirement, binding
from shared.contracts.intake import Answer, Division
from shared.errors import Refused
from shared.i18n import Text


@dataclass(frozen=True)
class Task:
    """A requirement that binds a division: the answer, the code of what that lacks, and what officers advise on it."""

    division: Division
    requirement: Requirement
    answer: Answer | None
    lack: str | None
    advice: tuple[str, ...]

    @property
    def id(self) -> tuple[UUID, str]:
        return self.division.division_id, self.requirement.id


@dataclass(frozen=True)
class AreaView:
    """The tasks of a division in one area."""

    id: str
    title: Text
    tasks: tuple[Task, ...]

    @property
    def done(self) -> int:
        return sum(task.lack is None for task in self.tasks)


@dataclass(frozen=True)
class DivisionView:
    """One division, area by area."""

    division: Division
    areas: tuple[AreaView, ...]

    @property
    def tasks(self) -> tuple[Task, ...]:
        return tuple(task for area in self.areas for task in area.tasks)

    @property
    def done(self) -> int:
        return sum(area.done for area in self.areas)


@dataclass(frozen=True)
class SecurityProfile:
    """All divisions; `unlocated`: the declared lines of business that none of them carries on."""

    divisions: tuple[DivisionView, ...]
    unlocated: tuple[LineOfBusiness, ...]
    percent: int

    @property
    def tasks(self) -> tuple[Task, ...]:
        return tuple(task for view in self.divisions for task in view.tasks)

    @property
    def lacking(self) -> tuple[Task, ...]:
        return tuple(task for task in self.tasks if task.lack)

    def division(self, division_id: UUID) -> DivisionView:
        """Raises Refused("not_found")."""
        for view in self.divisions:
            if view.division.division_id == division_id:
                return view
        raise Refused("not_found")

    def task(self, division_id: UUID, requirement_id: str) -> Task:
        """Raises Refused("not_found") for a requirement that does not bind the division."""
        for task in self.division(division_id).tasks:
            if task.requirement.id == requirement_id:
                return task
        raise Refused("not_found")

    def next_lacking(self, after: Task) -> Task | None:
        """The next task that lacks something, once round."""
        before = list(takewhile(lambda task: task.id != after.id, self.tasks))
        later = self.tasks[len(before) + 1 :]
        return next((task for task in (*later, *before, after) if task.lack), None)

    def alike(self, task: Task) -> tuple[Task, ...]:
        """The same requirement in the other divisions that it binds."""
        return tuple(
            other for other in self.tasks if other.requirement.id == task.requirement.id and other.id != task.id
        )


def security_profile(company: Company, catalogue: Catalogue) -> SecurityProfile:
    measured = section(company, catalogue)
    lacks = {missing.where: missing.code for missing in measured.missing}
    return SecurityProfile(
        tuple(
            DivisionView(division, tuple(_areas(_tasks(division, company, catalogue, lacks), catalogue)))
            for division in company.divisions
        ),
        tuple(line for line in catalogue.lines_of_business if f"divisions?line={line.id}" in lacks),
        measured.percent,
    )


def _tasks(division: Division, company: Company, catalogue: Catalogue, lacks: dict[str, str]) -> Iterator[Task]:
    answers = {answer.requirement_id: answer for answer in division.answers}
    for requirement in binding(catalogue, division.lines_of_business):
        yield Task(
            division,
            requirement,
            answers.get(requirement.id),
            lacks.get(f"divisions/{division.division_id}/answers/{requirement.id}"),
            tuple(
                advice.text
                for advice in company.advice
                if (advice.division_id, advice.requirement_id) == (division.division_id, requirement.id)
            ),
        )


def _areas(tasks: Iterator[Task], catalogue: Catalogue) -> Iterator[AreaView]:
    """In the order of the catalogue, in which the requirements of an area stand together."""
    for area, of_area in groupby(tasks, key=lambda task: task.requirement.area):
        yield AreaView(area, catalogue.labels.areas[area], tuple(of_area))


def lines_to_choose(company: Company, division: Division | None, catalogue: Catalogue) -> tuple[LineOfBusiness, ...]:
    """The lines that the company has declared, and those of the division; all, as long as there are none."""
    chosen = {*company.profile.lines_of_business, *(division.lines_of_business if division else ())}
    return tuple(line for line in catalogue.lines_of_business if line.id in chosen) or catalogue.lines_of_business


def answers_lost(division: Division, lines: Iterable[types.LineOfBusiness], catalogue: Catalogue) -> int:
    """How many answers are to requirements that bind the division no longer once it has these lines."""
    bound = {requirement.id for requirement in binding(catalogue, lines)}
    return sum(answer.requirement_id not in bound for answer in division.answers)
