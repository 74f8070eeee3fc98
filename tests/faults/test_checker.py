"""The checker is held against liars: for each kind of flaw a history that has it, made from one that has none."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.faults.checker import NO_CONSENT, UNDER_WAY, flaws
from tests.faults.history import History
from tests.faults.history_builder import BUS, TALLY, truth
from tests.faults.liars import LIARS, a_late_repeat_to_a_partner, forgetting, on, sent_after_the_end
from tests.support.builders.toys import Deploy


@pytest.fixture
def history(monkeypatch: pytest.MonkeyPatch) -> History:
    monkeypatch.setattr(Deploy, "mended", True)
    return truth()


def test_a_history_that_keeps_the_promises_has_no_flaw(history: History) -> None:
    assert flaws(history) == []


def test_repeats_are_no_flaw_where_they_are_consumed_once(history: History) -> None:
    again = [replace(record, offset=6 + record.offset) for record in on(history, BUS)]
    assert flaws(replace(history, records=(*history.records, *again))) == []


def test_what_was_set_aside_for_an_operator_is_no_flaw(history: History) -> None:
    lives = forgetting(history, 3)
    parked = frozenset({f"{TALLY}/3"})
    assert flaws(replace(lives, parties=tuple(replace(party, parked=parked) for party in lives.parties))) == []


def test_a_record_that_was_under_way_when_consent_ended_is_no_flaw(history: History) -> None:
    assert flaws(sent_after_the_end(history, UNDER_WAY)) == []


@pytest.mark.parametrize("liar", LIARS, ids=lambda liar: liar.__name__)
def test_a_liar_is_caught(history: History, liar: Callable[[History], History]) -> None:
    assert LIARS[liar] in {flaw.kind for flaw in flaws(liar(history))}


def test_a_late_repeat_to_a_partner_is_also_a_record_without_consent(history: History) -> None:
    assert NO_CONSENT in {flaw.kind for flaw in flaws(a_late_repeat_to_a_partner(history))}
