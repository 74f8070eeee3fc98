"""Concluding: passed, failed or waived; it is published with all visits and findings."""

from uuid import UUID

import pytest

from services.site_validation.domain import validation
from services.site_validation.domain.validation.concluding import ValidationConcluded
from services.site_validation.domain.validation.findings import FindingRecorded
from services.site_validation.domain.validation.state import Concluded
from services.site_validation.domain.validation.visits import VisitCancelled
from shared.contracts.site_validation import ReportedFinding, SiteValidated, Visit
from tests.support.builders.deciding import live, refusal
from tests.support.builders.packages import COMPANY, YARD
from tests.support.builders.site_validation import (
    APPLICATION,
    OTHER_VISIT,
    REQUIREMENT,
    TODAY,
    VALIDATIONS,
    VISIT,
    cancel,
    conclude,
    confirm,
    fail,
    plan,
    record_finding,
    require_action,
    validation_in,
    waive,
)

PASSED = ValidationConcluded(outcome="passed", concluded_on=TODAY)


@pytest.mark.parametrize(
    "commands",
    [
        (),
        (plan(OTHER_VISIT), cancel(OTHER_VISIT)),
        (record_finding(kind="recommendation"),),
    ],
)
def test_passed(commands: tuple[validation.ValidationCommand, ...]) -> None:
    state, _ = live(VALIDATIONS, commands, validation_in("held"))
    assert VALIDATIONS.decide(conclude(), state) == (PASSED,)


@pytest.mark.parametrize("commands", [(plan(OTHER_VISIT),), (plan(OTHER_VISIT), confirm(OTHER_VISIT))])
def test_not_while_a_visit_is_outstanding(commands: tuple[validation.ValidationCommand, ...]) -> None:
    state, _ = live(VALIDATIONS, commands, validation_in("held"))
    assert refusal(VALIDATIONS, conclude(), state) == "visit_outstanding"


FAILED = ValidationConcluded(outcome="failed", concluded_on=TODAY, reason="The yard has no fence.")


@pytest.mark.parametrize("commands", [(), (plan(OTHER_VISIT), cancel(OTHER_VISIT)), (require_action(),)])
def test_failed_whatever_is_outstanding(commands: tuple[validation.ValidationCommand, ...]) -> None:
    state, _ = live(VALIDATIONS, commands, validation_in("held"))
    assert VALIDATIONS.decide(fail(), state) == (FAILED,)


@pytest.mark.parametrize(("command", "life", "visit"), [(fail(), "held", OTHER_VISIT), (waive(), "open", VISIT)])
def test_a_visit_that_is_still_to_come_is_called_off_first(
    command: validation.ValidationCommand, life: str, visit: UUID
) -> None:
    state, _ = live(VALIDATIONS, [plan(visit)], validation_in(life))
    assert [type(fact) for fact in VALIDATIONS.decide(command, state)] == [VisitCancelled, ValidationConcluded]
    concluded, _ = live(VALIDATIONS, [command], state)
    assert isinstance(concluded, Concluded)
    assert concluded.visits[-1].state == "cancelled"


def test_the_reason_of_a_waiver_is_published_to_the_case() -> None:
    state = validation_in("waived")
    assert isinstance(state, Concluded)
    published = SiteValidated(
        company_id=COMPANY,
        application_id=APPLICATION,
        submission=1,
        outcome="waived",
        concluded_on=TODAY,
        visits=(),
        findings=(),
        reason="Visited last year under another programme.",
    )
    fact = ValidationConcluded(outcome="waived", concluded_on=TODAY, reason=state.reason)
    assert VALIDATIONS.publish(fact, state) == published.outgoing()


def test_the_case_gets_what_became_of_required_actions_but_not_what_was_written_about_them() -> None:
    state, facts = live(VALIDATIONS, [conclude()], validation_in("accepted"))
    published = VALIDATIONS.publish(facts[-1], state)
    assert published is not None
    [finding] = SiteValidated.model_validate_json(published.body or "").findings
    assert (finding.kind, finding.state, finding.text) == ("action_required", "accepted", "Replace the padlock.")


def test_the_case_gets_outcome_visits_and_findings_without_notes() -> None:
    published = SiteValidated(
        company_id=COMPANY,
        application_id=APPLICATION,
        submission=1,
        outcome="passed",
        concluded_on=TODAY,
        visits=(Visit(visit_id=VISIT, division_ids=(YARD,), on=TODAY, state="held"),),
        findings=(
            ReportedFinding(
                division_id=YARD, requirement_id=REQUIREMENT, kind="confirmed", state="noted", text="As described."
            ),
        ),
    )
    assert VALIDATIONS.publish(PASSED, validation_in("concluded")) == published.outgoing()


def test_nothing_is_added_to_a_concluded_validation() -> None:
    concluded = validation_in("concluded")
    late = FindingRecorded(finding_id=OTHER_VISIT, observation=record_finding().observation)
    assert VALIDATIONS.evolve(concluded, late) == concluded
