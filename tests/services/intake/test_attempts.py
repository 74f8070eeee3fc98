"""Whoever meets one refusal too often has to wait, and nobody else."""

from datetime import timedelta

import pytest

from services.intake.api.attempts import Attempts
from shared.errors import Refused
from tests.support.builders.toys import NOON

TAKEN = "business_number_taken"
OFTEN = Attempts.MOST


def outcome(
    attempts: Attempts, code: str | None = TAKEN, subject: str = "zoe", later: timedelta = timedelta()
) -> str | None:
    """The code with which an attempt is refused, that the service itself refuses with this one."""
    try:
        with attempts.counted(subject, NOON + later):
            refuse(code)
    except Refused as refused:
        return refused.code
    return None


def refuse(code: str | None) -> None:
    if code:
        raise Refused(code)


def test_who_meets_it_too_often_waits_for_a_day() -> None:
    attempts = Attempts(TAKEN)
    assert [outcome(attempts) for _ in range(OFTEN + 1)] == [TAKEN] * OFTEN + ["too_many_attempts"]
    assert outcome(attempts, None) == "too_many_attempts"
    assert outcome(attempts, None, "maude") is None
    assert outcome(attempts, None, later=Attempts.WITHIN - timedelta(seconds=1)) == "too_many_attempts"
    assert outcome(attempts, None, later=Attempts.WITHIN) is None


@pytest.mark.parametrize("code", [None, "country_not_eligible"])
def test_other_outcomes_do_not_count(code: str | None) -> None:
    attempts = Attempts(TAKEN)
    assert {outcome(attempts, code) for _ in range(3 * OFTEN)} == {code}
