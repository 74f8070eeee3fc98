"""What an officer does next in a validation, and what stands in the way of its end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import UUID

from services.site_validation.domain.validation.concluding import RULES, Conclude, Waive
from services.site_validation.domain.validation.state import OVER, Open, State
from services.site_validation.views.validations import ValidationView

Acts = Literal["officer", "company"]


@dataclass(frozen=True)
class Step:
    """The one next thing: by its key in the words, on which page with which ids, by which day, and who has to act."""

    key: str
    page: str
    acts: Acts = "officer"
    ids: Mapping[str, UUID] = field(default_factory=dict)
    day: date | None = None


def next_step(validation: ValidationView, today: date) -> Step | None:
    """What a site officer does next, or waits for; None once it is concluded."""
    if validation.status != "open":
        return None
    return _answer(validation) or _visit(validation, today) or _after_visits(validation)


def _answer(validation: ValidationView) -> Step | None:
    """What the company has written and nobody has answered."""
    for finding in validation.findings:
        if finding.state == "responded":
            return Step("respond", "site_finding", ids={"finding_id": finding.finding_id})
    for visit in validation.visits:
        if visit.state == "another_day_asked":
            return Step("another_day", "site_visit", ids={"visit_id": visit.visit_id}, day=visit.on)
    return None


def _visit(validation: ValidationView, today: date) -> Step | None:
    """The next visit, or that there is none yet."""
    to_come = [visit for visit in validation.visits if visit.state not in OVER]
    if not to_come:
        return None if validation.visited else Step("plan", "validation")
    visit = min(to_come, key=lambda visit: visit.on)
    key = "record" if visit.on <= today else "prepare" if visit.state == "confirmed" else "wait_for_visit"
    acts: Acts = "company" if key == "wait_for_visit" else "officer"
    return Step(key, "site_visit", acts, {"visit_id": visit.visit_id}, visit.on)


def _after_visits(validation: ValidationView) -> Step:
    """Findings, then what the company has to do about them, then the end."""
    actions = [finding for finding in validation.findings if finding.state == "open" and finding.due_on]
    if actions:
        first = min(actions, key=lambda finding: finding.due_on or date.max)
        key = "overdue" if first.overdue else "wait_for_action"
        return Step(key, "site_finding", "company", {"finding_id": first.finding_id}, first.due_on)
    if validation.findings:
        return Step("conclude", "conclusion")
    seen = next(each.division_id for each in validation.divisions if each.division_id in validation.visited)
    return Step("find", "checklist", ids={"division_id": seen})


def in_the_way(state: State, command: Conclude | Waive) -> tuple[str, ...]:
    """By their codes, the rules that the command would break, whatever reason it gives."""
    refusals = (rule(command, state) for rule in RULES[command.outcome]) if isinstance(state, Open) else ()
    return tuple(refused.code for refused in refusals if refused and refused.code != "reason_required")
