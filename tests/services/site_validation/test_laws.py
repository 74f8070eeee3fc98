"""Laws of the validation: the state is the fold of its facts, and messages commute."""

from datetime import timedelta

from hypothesis import given as each
from hypothesis import strategies as st

from services.site_validation.domain import validation
from services.site_validation.domain.validation.state import Absent, Closed, Open, State
from tests.support.builders.deciding import assert_fold_law, live
from tests.support.builders.interleaving import interleavings
from tests.support.builders.site_validation import (
    DUE,
    FINDING,
    OPENED,
    OTHER_FINDING,
    OTHER_VISIT,
    VALIDATIONS,
    VISIT,
    accept,
    ask_another_day,
    cancel,
    close,
    collect_profile,
    conclude,
    confirm,
    fail,
    move,
    note_review,
    note_risk,
    plan,
    record_finding,
    record_visit,
    reject,
    require_action,
    respond,
    tick,
    waive,
)

OF_PEOPLE: tuple[validation.ValidationCommand, ...] = (
    *(
        ask(visit)
        for ask in (plan, move, cancel, confirm, ask_another_day, record_visit)
        for visit in (VISIT, OTHER_VISIT)
    ),
    record_finding(),
    *(ask(finding) for ask in (require_action, respond, accept, reject) for finding in (FINDING, OTHER_FINDING)),
    conclude(),
    fail(),
    waive(),
)
TICKS: tuple[validation.ValidationCommand, ...] = (tick(), tick(DUE + timedelta(days=31)))
CONSUMED: tuple[validation.ValidationCommand, ...] = tuple(
    message
    for submission in (1, 2)
    for message in (
        collect_profile(submission),
        note_review(submission),
        note_risk(submission=submission),
        close(submission),
    )
)
SITE_WORK: tuple[validation.ValidationCommand, ...] = (
    *(plan(), confirm(), record_visit(), record_finding(OTHER_FINDING)),
    *(require_action(), respond(), reject(), tick(DUE + timedelta(days=31)), respond(), accept(), conclude()),
)


def outcome(state: State) -> tuple[object, ...]:
    """What must not depend on the order of messages."""
    match state:
        case Absent():
            return ("absent",)
        case Open():
            return (
                state.status,
                state.application.submission,
                state.package,
                state.review,
                state.risk,
                state.visits,
                state.findings,
            )
        case Closed():
            return ("closed",)
        case _:
            return (state.status, state.application.submission)


@each(st.lists(st.sampled_from((*CONSUMED, *OF_PEOPLE, *OF_PEOPLE, *TICKS)), max_size=30))
def test_the_state_is_the_fold_of_its_facts(commands: list[validation.ValidationCommand]) -> None:
    assert_fold_law(VALIDATIONS, commands)
    assert_fold_law(VALIDATIONS, (collect_profile(), note_review(), note_risk(), *commands))


@each(
    interleavings(
        *zip(*((collect_profile(n), note_review(n), note_risk(submission=n)) for n in (1, 2, 3)), strict=True)
    )
)
def test_every_order_of_three_submissions_opens_the_last(consumed: tuple[validation.ValidationCommand, ...]) -> None:
    state, _ = live(VALIDATIONS, consumed)
    assert outcome(state) == outcome(
        live(VALIDATIONS, (collect_profile(3), note_review(3), note_risk(submission=3)))[0]
    )


@each(
    interleavings((collect_profile(1),), (note_review(1),), (note_risk(submission=1),)),
    interleavings((collect_profile(2),), (note_review(2),), (note_risk("unacceptable", submission=2),)),
)
def test_site_work_between_two_submissions(
    first: tuple[validation.ValidationCommand, ...], second: tuple[validation.ValidationCommand, ...]
) -> None:
    concluded, _ = live(VALIDATIONS, (*first, *SITE_WORK))
    assert outcome(concluded) == ("concluded", 1)
    assert outcome(live(VALIDATIONS, second, concluded)[0]) == ("collecting", 2)


@each(
    interleavings(
        (collect_profile(1), collect_profile(2), close(2)), (note_review(1), close(1)), (note_risk(submission=1),)
    )
)
def test_withdrawn_or_denied_in_every_order_it_ends_closed(consumed: tuple[validation.ValidationCommand, ...]) -> None:
    assert outcome(live(VALIDATIONS, consumed)[0]) == ("closed",)


@each(st.lists(st.sampled_from((*OF_PEOPLE, *TICKS)), max_size=30))
def test_a_timer_is_not_due_for_the_same_again(commands: list[validation.ValidationCommand]) -> None:
    state, _ = live(VALIDATIONS, (*OPENED, *SITE_WORK[:5], *commands))
    while moment := VALIDATIONS.due(state):
        state, _ = live(VALIDATIONS, [tick().model_copy(update={"at": moment})], state)
        assert VALIDATIONS.due(state) != moment


@each(st.lists(st.sampled_from((*CONSUMED, *OF_PEOPLE, *TICKS)), max_size=30), st.sampled_from((*CONSUMED, *TICKS)))
def test_what_is_consumed_is_never_refused_and_counts_once(
    commands: list[validation.ValidationCommand], consumed: validation.ValidationCommand
) -> None:
    state, _ = live(VALIDATIONS, (collect_profile(), note_review(), note_risk(), *commands))
    after, _ = live(VALIDATIONS, (consumed,), state)
    VALIDATIONS.decide(consumed, state)
    assert VALIDATIONS.decide(consumed, after) == ()
