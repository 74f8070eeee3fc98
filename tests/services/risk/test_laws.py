"""Laws of the assessment: the state is the fold of its facts, and messages commute."""

from hypothesis import given as each
from hypothesis import strategies as st

from services.risk.domain import assessment
from services.risk.domain.assessment.state import Absent, Assessed, Closed, Referred, State
from tests.support.builders.deciding import assert_fold_law, live
from tests.support.builders.interleaving import interleavings
from tests.support.builders.risk import ASSESSMENTS, close, collect_facts, decide, note_review

CONSUMED: tuple[assessment.AssessmentCommand, ...] = (
    collect_facts(1),
    collect_facts(2, crown_debt=True),
    collect_facts(3, convictions=True),
    note_review(1),
    note_review(2, meets=False),
    note_review(2, unmet=2),
    note_review(3),
    close(),
)
COMMANDS = st.lists(st.sampled_from((*CONSUMED, decide(), decide("unacceptable"))), max_size=20)


def outcome(state: State) -> tuple[object, ...]:
    """What must not depend on the order of messages."""
    match state:
        case Absent():
            return ("absent",)
        case Closed():
            return ("closed",)
        case Assessed():
            return (state.status, state.application, state.score, state.decision.outcome)
        case Referred():
            return (state.status, state.application, state.score)
        case _:
            return (state.status, state.application)


@each(COMMANDS)
def test_the_state_is_the_fold_of_its_facts(commands: list[assessment.AssessmentCommand]) -> None:
    assert_fold_law(ASSESSMENTS, commands)


@each(
    interleavings(
        (collect_facts(1), collect_facts(2), collect_facts(3, contraventions=True)),
        (note_review(1), note_review(2, meets=False), note_review(3, unmet=2)),
    ),
)
def test_every_order_of_three_submissions_assesses_the_last(consumed: tuple[assessment.AssessmentCommand, ...]) -> None:
    alone, _ = live(ASSESSMENTS, (collect_facts(3, contraventions=True), note_review(3, unmet=2)))
    assert outcome(alone)[0] == "referred"
    assert outcome(live(ASSESSMENTS, consumed)[0]) == outcome(alone)


@each(interleavings((collect_facts(1), collect_facts(2)), (note_review(1), note_review(2, meets=False))))
def test_a_last_submission_that_does_not_meet_the_requirements_stays_unassessed(
    consumed: tuple[assessment.AssessmentCommand, ...],
) -> None:
    assert outcome(live(ASSESSMENTS, consumed)[0]) == outcome(live(ASSESSMENTS, (collect_facts(2),))[0])


@each(
    interleavings((collect_facts(1, crown_debt=True),), (note_review(1),)),
    interleavings((collect_facts(2),), (note_review(2),)),
)
def test_an_officers_decision_holds_for_its_submission(
    first: tuple[assessment.AssessmentCommand, ...], second: tuple[assessment.AssessmentCommand, ...]
) -> None:
    decided, _ = live(ASSESSMENTS, (*first, decide("unacceptable")))
    assert outcome(decided)[-1] == "unacceptable"
    assert outcome(live(ASSESSMENTS, second, decided)[0])[-1] == "acceptable"


@each(interleavings((collect_facts(1), collect_facts(2), close(2)), (note_review(1), close(1))))
def test_withdrawn_or_denied_in_every_order_it_ends_closed(consumed: tuple[assessment.AssessmentCommand, ...]) -> None:
    assert outcome(live(ASSESSMENTS, consumed)[0]) == ("closed",)


@each(COMMANDS, st.sampled_from(CONSUMED))
def test_what_is_consumed_is_never_refused_and_counts_once(
    commands: list[assessment.AssessmentCommand], consumed: assessment.AssessmentCommand
) -> None:
    state, _ = live(ASSESSMENTS, commands)
    for fact in ASSESSMENTS.decide(consumed, state):
        state = ASSESSMENTS.evolve(state, fact)
    assert ASSESSMENTS.decide(consumed, state) == ()
