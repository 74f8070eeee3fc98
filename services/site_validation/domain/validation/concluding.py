"""How an officer concludes a validation. Pure: no clock, no ids, no I/O."""

from collections.abc import Callable
from datetime import date
from typing import Literal

from services.site_validation.domain.validation.state import Concluded, Open
from shared.calendar import today
from shared.contracts.site_validation import ValidationOutcome
from shared.contracts.types import FreeText
from shared.decider import Command, Fact
from shared.errors import Refused


class Conclude(Command):
    kind: Literal["conclude"] = "conclude"
    outcome: Literal["passed"]


class ValidationConcluded(Fact):
    kind: Literal["validation_concluded"] = "validation_concluded"
    outcome: ValidationOutcome
    concluded_on: date
    reason: FreeText | None = None


def visit_held(state: Open) -> Refused | None:
    """Nothing is validated from a desk."""
    return None if any(visit.state == "held" for visit in state.visits) else Refused("no_visit_held")


def no_visit_outstanding(state: Open) -> Refused | None:
    """What is planned is held or cancelled first."""
    return None if all(visit.state in {"held", "cancelled"} for visit in state.visits) else Refused("visit_outstanding")


def no_action_open(state: Open) -> Refused | None:
    """Every required action has been taken and accepted."""
    return Refused("open_actions") if any(finding.state in {"open", "responded"} for finding in state.findings) else None


TO_PASS: tuple[Callable[[Open], Refused | None], ...] = (visit_held, no_visit_outstanding, no_action_open)


def conclude(command: Conclude, state: Open) -> tuple[ValidationConcluded, ...]:
    for rule in TO_PASS:
        if refused := rule(state):
            raise refused
    return (ValidationConcluded(outcome=command.outcome, concluded_on=today(command.at)),)


def evolve(state: Open, fact: ValidationConcluded) -> Concluded:
    conclusion = {"status": "concluded", "outcome": fact.outcome, "concluded_on": fact.concluded_on, "reason": fact.reason}
    return Concluded.model_validate({**dict(state), **conclusion})
