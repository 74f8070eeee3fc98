"""One company on its way through the programme: its stage, and when every service concerned has consumed it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Literal
from uuid import UUID, uuid5

from shared.contracts.pip_id import pip_id
from tests.support.servers.bus import until
from tests.support.servers.workload.companies import Company
from tests.support.servers.workload.people import Json, Person, Staff

PATIENCE_SECONDS = 90.0
BETWEEN_LOOKS = 0.3
Stage = Literal[
    "preparing",
    "under_review",
    "judged",
    "returned",
    "referred",
    "low_risk",
    "medium_risk",
    "visit_planned",
    "visited",
    "action_open",
    "action_answered",
    "to_be_approved",
    "to_be_denied",
    "denied",
    "withdrawn",
    "active",
    "suspended",
    "cancelled",
    "left",
]
Band = Literal["low", "medium", "high"]

COMPANY = "intake/companies/{company}/dashboard"
CASE = "review/cases/{application}"
ASSESSMENT = "risk/assessments/{application}"
VALIDATION = "site_validation/validations/{application}"
MEMBER = {"status": "preparing", "course.stage": "approved"}
AT_SITE = {CASE: {"status": "site_validation"}, VALIDATION: {"status": "open"}}

# What is read once a stage has come: a path in a view, and its value. Of a stage without views nobody else has to hear.
ARRIVED: Mapping[Stage, Mapping[str, Mapping[str, str]]] = {
    "preparing": {},
    "under_review": {
        CASE: {"status": "under_review"},
        COMPANY: {"status": "under_review", "course.stage": "under_review"},
    },
    "judged": {},
    "returned": {COMPANY: {"status": "returned", "course.stage": "returned"}},
    "referred": {ASSESSMENT: {"status": "referred"}},
    "low_risk": AT_SITE,
    "medium_risk": AT_SITE,
    "visit_planned": {},
    "visited": {},
    "action_open": {},
    "action_answered": {},
    "to_be_approved": {CASE: {"status": "decision_pending"}},
    "to_be_denied": {CASE: {"status": "decision_pending"}},
    "denied": {COMPANY: {"status": "preparing", "course.stage": "denied", "outcome.result": "denied"}},
    "withdrawn": {COMPANY: {"status": "preparing", "course.stage": "withdrawn"}},
    "active": {COMPANY: MEMBER | {"membership.status": "active"}},
    "suspended": {COMPANY: MEMBER | {"membership.status": "suspended"}},
    "cancelled": {COMPANY: {"membership.status": "cancelled"}},
    "left": {COMPANY: {"membership.status": "withdrawn"}},
}


@dataclass
class Life:
    """Everything about one company that its moves need; `trail` are the moves that it has made."""

    company: Company
    staff: Staff
    chance: Random
    stage: Stage = "preparing"
    band: Band = "low"
    applications: int = 0
    submission: int = 0
    visit: str = ""
    finding: str = ""
    trail: list[str] = field(default_factory=list)

    @property
    def application(self) -> str:
        return str(uuid5(UUID(self.company.id), f"application/{self.applications}"))

    def path(self, template: str) -> str:
        """A path or request with the ids of this company, its application, visit and finding, and its PIP number."""
        company = {"company": self.company.id, "pip": pip_id(self.company.id)}
        return template.format(**company, application=self.application, visit=self.visit, finding=self.finding)

    async def reads(self, view: str) -> Json:
        """A view as somebody sees it who may; None while there is none."""
        return await self._reader(view).sees(self.path(view))

    async def arrived(self) -> None:
        """Returns once every service concerned has consumed the stage. Raises AssertionError with what it sees."""
        for view, expected in ARRIVED[self.stage].items():
            seen: dict[str, object] = {}

            async def so(
                view: str = view, expected: Mapping[str, str] = expected, seen: dict[str, object] = seen
            ) -> bool:
                read = await self.reads(view)
                seen.update({path: _at(read, path) for path in expected})
                newest = view == COMPANY or (read or {}).get("submission") == self.submission
                return seen == expected and newest

            try:
                await until(so, PATIENCE_SECONDS, BETWEEN_LOOKS)
            except AssertionError as late:
                raise AssertionError(f"{self}: {view} shows {seen}, not {dict(expected)}, {late}") from None

    def __str__(self) -> str:
        where = f"company {self.company.number} ({self.company.line}) {self.company.id}, {self.stage}"
        return f"{where}: {' '.join(self.trail)}"

    def _reader(self, view: str) -> Person:
        readers = {COMPANY: self.company.founder, CASE: self.staff.reviewer, ASSESSMENT: self.staff.assessor}
        return readers.get(view, self.staff.visitor)


def _at(view: Json, path: str) -> object:
    """The value at `course.stage`, or None where the way ends."""
    for name in path.split("."):
        view = (view or {}).get(name)
    found: object = view
    return found
