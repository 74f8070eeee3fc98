"""The day on which a membership is to be validated anew, noted once when it has come (programme 3.3)."""

from datetime import datetime
from typing import Literal

from services.review.domain.membership.state import Active, Member, State, Suspended
from shared.decider import Fact, Tick
from shared.programme.calendar import beginning_of


class RevalidationFellDue(Fact):
    kind: Literal["revalidation_fell_due"] = "revalidation_fell_due"


def tick(command: Tick, state: State) -> tuple[RevalidationFellDue, ...]:
    moment = due(state)
    return (RevalidationFellDue(),) if moment and command.at >= moment else ()


def due(state: State) -> datetime | None:
    if not isinstance(state, Active | Suspended) or state.term.revalidation_fell_due:
        return None
    return beginning_of(state.term.revalidation_due_on)


def evolve(state: State, _fact: RevalidationFellDue) -> State:
    if not isinstance(state, Member):
        return state
    return state.model_copy(update={"term": state.term.model_copy(update={"revalidation_fell_due": True})})
