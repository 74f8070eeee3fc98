"""A person tries few numbers of other companies in a day, and registers few; nothing else counts."""

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.api.attempts import PENDING_FOR, Attempt, Limits, Outcome, begun, ended
from shared.errors import Refused
from shared.store.attempts import KEPT_FOR
from tests.support.builders.toys import NOON

LIMITS = Limits(foreign=2, registered=3)
Attempts = tuple[Attempt, ...]


def attempt(number: str, outcome: Outcome = "pending", after: timedelta = timedelta()) -> Attempt:
    return Attempt(number, f"request for {number}", NOON + after, outcome)


def refused(attempts: Attempts, new: Attempt) -> tuple[str, timedelta | None] | None:
    """The code with which a new attempt is refused, and for how long."""
    try:
        begun(attempts, new, LIMITS)
    except Refused as too_many:
        return too_many.code, too_many.retry_after
    return None


@pytest.mark.parametrize(
    ("outcome", "most", "code"),
    [("foreign", 2, "too_many_attempts"), ("registered", 3, "too_many_registrations")],
)
def test_whoever_has_tried_too_many_waits_for_the_rest_of_a_day(outcome: Outcome, most: int, code: str) -> None:
    tried = tuple(attempt(str(number), outcome) for number in range(most))
    hours = timedelta(hours=1)
    assert refused(tried[1:], attempt("new", after=hours)) is None
    assert refused(tried, attempt("new", after=hours)) == (code, KEPT_FOR - hours)
    assert refused(tried, attempt("new", after=KEPT_FOR)) is None


@pytest.mark.parametrize("outcome", get_args(Outcome))
def test_a_number_that_was_tried_costs_nothing_more(outcome: Outcome) -> None:
    tried = (*(attempt(str(number), "foreign") for number in range(2)), attempt("again", outcome))
    assert begun(tried, attempt("again"), LIMITS) == tried


def test_what_is_still_tried_counts_until_it_has_ended_or_its_process_has() -> None:
    pending = (attempt("1"), attempt("2"))
    assert refused(pending, attempt("3")) == ("too_many_attempts", PENDING_FOR)
    assert refused(pending, attempt("3", after=PENDING_FOR)) is None
    assert refused(ended(pending, pending[0]), attempt("3")) is None


def test_only_its_own_request_ends_an_attempt_without_an_outcome() -> None:
    first = attempt("1")
    assert ended((first,), replace(first, request="another")) == (first,)
    assert ended((), replace(first, outcome="registered")) == (replace(first, outcome="registered"),)


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from(get_args(Outcome)), st.booleans())))
def test_however_attempts_interleave_no_more_numbers_come_to_an_end_than_the_limits(
    steps: list[tuple[int, Outcome, bool]],
) -> None:
    """Each step begins an attempt; some end at once, all others last."""
    attempts: Attempts = ()
    still_open: list[Attempt] = []
    for number, outcome, at_once in steps:
        if refused(attempts, attempt(str(number))) is None:
            attempts = begun(attempts, attempt(str(number)), LIMITS)
            still_open.append(attempt(str(number), outcome))
        if at_once and still_open:
            attempts = ended(attempts, still_open.pop())
    for last in still_open:
        attempts = ended(attempts, last)
    assert len(attempts) <= LIMITS.foreign + LIMITS.registered
