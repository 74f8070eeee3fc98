"""Laws of the case: the fold, and the law of interleaving (programme 1.6)."""

import pytest
from hypothesis import given as each
from hypothesis import settings
from hypothesis import strategies as st

from services.review.domain import case
from services.review.domain.case import StageChanged
from services.review.domain.case.closing import CloseWithdrawn
from services.review.domain.case.opening import Receive
from services.review.domain.case.results import NoteRisk, NoteValidation, NoteVisits
from services.review.domain.case.state import Absent, DecisionPending, State
from tests.support.builders.deciding import assert_fold_law, live
from tests.support.builders.interleaving import interleavings
from tests.support.builders.packages import TERMINAL, YARD
from tests.support.builders.review import (
    CASES,
    COLLEAGUE,
    IN_RISK,
    LATE,
    LIVES,
    MUST,
    OFFICER,
    REJECTED,
    SHOULD,
    UNMET,
    YEAR_LATER,
    approve,
    ask,
    assign,
    case_in,
    close_withdrawn,
    conclude,
    deny,
    drop,
    judge,
    judge_all,
    judge_document,
    note_risk,
    note_validation,
    note_visits,
    pause_clock,
    receive,
    resubmit,
    resume_clock,
    return_case,
    tick,
)

COMMANDS: tuple[case.CaseCommand, ...] = (
    receive(),
    assign(OFFICER),
    assign(COLLEAGUE),
    *judge_all(),
    judge(UNMET, division=YARD, requirement=MUST),
    judge(UNMET, division=TERMINAL, requirement=SHOULD),
    judge_document(REJECTED),
    conclude("meets"),
    conclude("does_not_meet"),
    ask(),
    drop(),
    return_case(),
    resubmit(),
    pause_clock(),
    resume_clock(),
    tick(LATE),
    tick(YEAR_LATER),
    note_risk("acceptable"),
    note_risk("unacceptable"),
    note_visits("planned"),
    note_visits("held"),
    note_validation("passed"),
    note_validation("failed"),
    approve(),
    deny(),
    close_withdrawn(),
)


def outcome(state: State) -> tuple[str, str | None, int]:
    """What the law compares: status, basis of the decision, submission."""
    assert not isinstance(state, Absent)
    return state.status, state.basis if isinstance(state, DecisionPending) else None, state.dossier.package.submission


@settings(deadline=None)
@each(st.lists(st.sampled_from(COMMANDS), max_size=30))
def test_the_state_is_the_fold_of_the_facts(commands: list[case.CaseCommand]) -> None:
    assert_fold_law(CASES, commands)


@settings(deadline=None)
@each(st.lists(st.sampled_from(COMMANDS), max_size=12))
def test_so_it_is_late_in_a_life(commands: list[case.CaseCommand]) -> None:
    assert_fold_law(CASES, (*IN_RISK, *commands))


@pytest.mark.parametrize("life", LIVES)
def test_every_status_is_stored_and_read_again(life: str) -> None:
    stored = CASES.states.dump_python(case_in(life), mode="json")
    assert CASES.state(stored) == case_in(life)


# --- interleaving: officers act at fixed points, after their preconditions (programme 1.6) -------

RISK, SITE = (note_risk(),), (note_visits("planned"), note_visits("held"), note_validation("passed"))
OFFICER_ACTS: dict[str, tuple[case.CaseCommand, ...]] = {
    "nothing": (),
    "assign": (assign(COLLEAGUE), assign(OFFICER)),
    "ask too late": (ask(), return_case()),
    "pause": (pause_clock(),),
    "pause and resume": (pause_clock(), resume_clock()),
    "deny too early": (deny(),),
    "approve too early": (approve(),),
    "tick": (tick(LATE), tick(YEAR_LATER)),
}


@pytest.mark.parametrize("acts", OFFICER_ACTS.values(), ids=OFFICER_ACTS)
@each(interleavings(RISK, SITE))
def test_the_decision_rests_on_the_same_whatever_overtakes(
    acts: tuple[case.CaseCommand, ...], messages: tuple[case.CaseCommand, ...]
) -> None:
    state, _ = live(CASES, (*acts, *messages), case_in("risk_assessment"))
    assert outcome(state) == ("decision_pending", "passed", 1)


@pytest.mark.parametrize("point", range(5))
@each(order=interleavings(RISK, SITE, (close_withdrawn(),)))
def test_a_withdrawal_before_any_decision_closes_the_case_wherever_the_clock_is_paused(
    point: int, order: tuple[case.CaseCommand, ...]
) -> None:
    state, _ = live(CASES, (*order[:point], pause_clock(), *order[point:]), case_in("risk_assessment"))
    assert outcome(state) == ("withdrawn", None, 1)


@each(
    interleavings((note_risk(), note_risk("unacceptable")), (note_visits(), note_validation("failed")), (resubmit(),))
)
def test_results_of_what_was_returned_and_resubmitted_mean_nothing(messages: tuple[case.CaseCommand, ...]) -> None:
    state, _ = live(CASES, (resubmit(), *messages), case_in("returned"))
    assert outcome(state) == ("under_review", None, 2)


@pytest.mark.parametrize(
    ("acts", "status"),
    [((ask(), return_case(), resubmit()), "under_review"), ((ask(), return_case()), "returned"), ((deny(),), "denied")],
)
@each(messages=interleavings((note_risk(),), SITE))
def test_a_late_result_moves_nothing_that_an_officer_has_moved_on(
    acts: tuple[case.CaseCommand, ...], status: str, messages: tuple[case.CaseCommand, ...]
) -> None:
    state, _ = live(CASES, (*acts, *messages), case_in("pending_on_profile"))
    assert state.status == status


@each(st.permutations([approve(), deny(), close_withdrawn()]))
def test_of_competing_closing_acts_the_first_wins(acts: list[case.CaseCommand]) -> None:
    """Every other service follows what the case announces, which is one ending."""
    state, facts = live(CASES, acts, case_in("pending_passed"))
    assert state.status == {"approve": "approved", "deny": "denied", "close_withdrawn": "withdrawn"}[acts[0].kind]
    assert [fact.stage for fact in facts if isinstance(fact, StageChanged)] == [state.status]
    late = acts[0].kind != "close_withdrawn"
    assert ("withdrawal_too_late" in {fact.kind for fact in facts}) is late


# --- redelivery ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("life", LIVES)
def test_everything_consumed_twice_leads_to_the_same(life: str) -> None:
    consumed = (Receive, CloseWithdrawn, NoteRisk, NoteVisits, NoteValidation)
    twice = (
        again
        for command in LIVES[life]
        for again in ((command, command) if isinstance(command, consumed) else (command,))
    )
    assert live(CASES, twice)[0] == case_in(life)
