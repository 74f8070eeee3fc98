"""Findings: made on site, about a requirement that the division has answered; required actions with a due date."""

from datetime import timedelta

import pytest

from services.site_validation.domain.validation.findings import FindingRecorded
from shared.contracts.site_validation import FindingKind
from tests.support.builders.deciding import live, refusal
from tests.support.builders.packages import TERMINAL
from tests.support.builders.site_validation import (
    FINDING,
    OTHER_VISIT,
    TODAY,
    VALIDATIONS,
    observation,
    opened,
    plan,
    record_finding,
    validation_in,
)


def test_what_was_found_is_recorded() -> None:
    recorded = FindingRecorded(finding_id=FINDING, observation=observation())
    assert VALIDATIONS.decide(record_finding(), validation_in("held")) == (recorded,)


def test_a_finding_is_recorded_once() -> None:
    after, _ = live(VALIDATIONS, [record_finding()], validation_in("held"))
    assert VALIDATIONS.decide(record_finding(), after) == ()


@pytest.mark.parametrize("kind", ["confirmed", "recommendation", "best_practice"])
def test_what_requires_no_action_is_noted(kind: FindingKind) -> None:
    state, _ = live(VALIDATIONS, [record_finding(kind=kind)], opened("held"))
    assert [finding.state for finding in state.findings] == ["noted"]  # type: ignore[union-attr]


def test_a_required_action_is_open() -> None:
    (finding,) = opened("action_open").findings
    assert (finding.state, finding.due_on) == ("open", TODAY + timedelta(days=90))


def test_an_action_may_be_due_today() -> None:
    assert refusal(VALIDATIONS, record_finding(kind="action_required", due_on=TODAY), validation_in("held")) == ""


def test_another_planned_visit_does_not_stand_in_for_a_held_one() -> None:
    state, _ = live(VALIDATIONS, [plan(OTHER_VISIT, divisions=(TERMINAL,))], validation_in("held"))
    assert refusal(VALIDATIONS, record_finding(division_id=TERMINAL), state) == "division_not_visited"


def test_a_finding_is_published_with_the_outcome_not_before() -> None:
    state = validation_in("action_open")
    assert VALIDATIONS.publish(FindingRecorded(finding_id=FINDING, observation=observation()), state) is None
