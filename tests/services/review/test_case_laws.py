"""Laws of the case: the fold, and the law of interleaving (programme.md 1.6)."""

import pytest
from hypothesis import given as each
from hypothesis import strategies as st

from services.review.domain import case
from services.review.domain.case.state import Absent, DecisionPending, State
from tests.support.deciding import assert_fold_law, live
from tests.support.interleaving import interleavings
from tests.support.packages import TERMINAL, YARD
from tests.support.samples_review import (
    CASES,
    COLLEAGUE,
    IN_RISK,
    MUST,
    OFFICER,
    REJECTED,
    SHOULD,
    STATES,
    UNMET,
    approve,
    assign,
    close_withdrawn,
    conclude,
    judge,
    judge_all,
    judge_document,
    note_risk,
    note_validation,
    note_visits,
    receive,
)

COMMANDS: tuple[case.Asked, ...] = (
    receive(),
    assign(OFFICER),
    assign(COLLEAGUE),
    *judge_all(),
    judge(UNMET, division=YARD, requirement=MUST),
    judge(UNMET, division=TERMINAL, requirement=SHOULD),
    judge_document(REJECTED),
    conclude("meets"),
    conclude("does_not_meet"),
    note_risk("acceptable"),
    note_risk("unacceptable"),
    note_visits("planned"),
    note_visits("held"),
    note_validation("passed"),
    note_validation("failed"),
    approve(),
    close_withdrawn(),
)


def outcome(state: State) -> tuple[str, str | None, int]:
    """What the law compares: status, basis of the decision, submission."""
    assert not isinstance(state, Absent)
    return state.status, state.basis if isinstance(state, DecisionPending) else None, state.dossier.package.submission


@each(st.lists(st.sampled_from(COMMANDS), max_size=30))
def test_the_state_is_the_fold_of_the_facts(commands: list[case.Asked]) -> None:
    assert_fold_law(CASES, commands)


@each(st.lists(st.sampled_from(COMMANDS), max_size=12))
def test_so_it_is_late_in_a_life(commands: list[case.Asked]) -> None:
    assert_fold_law(CASES, (*IN_RISK, *commands))


@pytest.mark.parametrize("life", STATES)
def test_every_status_is_stored_and_read_again(life: str) -> None:
    stored = CASES.states.dump_python(STATES[life], mode="json")
    assert CASES.state(stored) == STATES[life]


@each(interleavings((note_risk(),), (note_visits("planned"), note_visits("held"), note_validation("passed"))))
def test_the_decision_rests_on_the_same_whatever_overtakes(messages: tuple[case.Asked, ...]) -> None:
    state, _ = live(CASES, messages, STATES["risk_assessment"])
    assert outcome(state) == ("decision_pending", "passed", 1)


@each(interleavings((note_risk(),), (note_visits("planned"), note_validation("passed")), (close_withdrawn(),)))
def test_a_withdrawal_before_any_decision_closes_the_case(messages: tuple[case.Asked, ...]) -> None:
    state, _ = live(CASES, messages, STATES["risk_assessment"])
    assert outcome(state) == ("withdrawn", None, 1)
