"""The course of an application as six stages, from preparing to membership, and in which of them the company is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from services.intake.domain.company import Company
from services.intake.domain.company.submission import not_a_member
from services.intake.views.dashboard import Dashboard
from shared.contracts.types import Stage
from shared.programme.calendar import today

StepName = Literal["preparing", "review", "risk_assessment", "site_validation", "decision", "membership"]
STEPS: tuple[StepName, ...] = get_args(StepName)
STEP_OF: Mapping[Stage, StepName] = {
    "under_review": "review",
    "returned": "review",
    "risk_assessment": "risk_assessment",
    "site_validation": "site_validation",
    "decision": "decision",
}


@dataclass(frozen=True)
class Step:
    """One stage: over, going on, or still to come; `day` is when the first ended or the present one began."""

    name: StepName
    state: Literal["done", "now", "later"]
    day: date | None = None


def track(company: Company, shown: Dashboard) -> tuple[Step, ...]:
    present = step_of(company, shown)
    at, days = STEPS.index(present), _days(shown, present)
    return tuple(
        Step(name, "done" if place < at else "now" if place == at else "later", days.get(name))
        for place, name in enumerate(STEPS)
    )


def step_of(company: Company, shown: Dashboard) -> StepName:
    """A company whose membership has ended, or whose application was denied or withdrawn, prepares anew."""
    if shown.status != "preparing":
        return STEP_OF.get(shown.course.stage, "review") if shown.course else "review"
    return "membership" if not_a_member(company) else "preparing"


def _days(shown: Dashboard, present: StepName) -> Mapping[StepName, date]:
    if present == "membership":
        return {"membership": shown.membership.member_since} if shown.membership else {}
    if present == "preparing" or shown.course is None:
        return {}
    return {"preparing": shown.course.clock.started_on, present: today(shown.course.since)}
