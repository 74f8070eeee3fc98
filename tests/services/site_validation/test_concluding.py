"""Concluding: passed once a visit was held, none is outstanding and no action is open; the case hears it with all findings."""

import pytest

from services.site_validation.domain import validation
from services.site_validation.domain.validation.concluding import ValidationConcluded
from services.site_validation.domain.validation.findings import FindingRecorded
from shared.contracts.site_validation import FindingState, ReportedFinding, SiteValidated
from shared.contracts.types import Visit
from tests.support.deciding import live, refusal
from tests.support.packages import COMPANY, YARD
from tests.support.samples_site_validation import (
    APPLICATION,
    OTHER_VISIT,
    REQUIREMENT,
    TODAY,
    VALIDATIONS,
    VISIT,
    cancel,
    conclude,
    confirm,
    opened,
    plan,
    record_finding,
    require_action,
    validation_in,
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
def test_passed(commands: tuple[validation.Asked, ...]) -> None:
    state, _ = live(VALIDATIONS, commands, validation_in("held"))
    assert VALIDATIONS.decide(conclude(), state) == (PASSED,)


@pytest.mark.parametrize(
    ("life", "commands", "code"),
    [
        ("open", (), "no_visit_held"),
        ("planned", (), "no_visit_held"),
        ("cancelled", (), "no_visit_held"),
        ("held", (plan(OTHER_VISIT),), "visit_outstanding"),
        ("held", (plan(OTHER_VISIT), confirm(OTHER_VISIT)), "visit_outstanding"),
        ("held", (require_action(),), "open_actions"),
        ("absent", (), "not_found"),
        ("collecting", (), "risk_not_acceptable_yet"),
        ("unacceptable", (), "risk_not_acceptable_yet"),
        ("concluded", (), "already_concluded"),
        ("closed", (), "validation_closed"),
    ],
)
def test_not_yet_or_no_more(life: str, commands: tuple[validation.Asked, ...], code: str) -> None:
    state, _ = live(VALIDATIONS, commands, validation_in(life))
    assert refusal(VALIDATIONS, conclude(), state) == code


@pytest.mark.parametrize(("course", "code"), [("open", "open_actions"), ("responded", "open_actions"), ("accepted", "")])
def test_a_required_action_is_open_until_it_is_accepted(course: FindingState, code: str) -> None:
    (finding,) = opened("action_open").findings
    state = opened("action_open").model_copy(update={"findings": (finding.model_copy(update={"state": course}),)})
    assert refusal(VALIDATIONS, conclude(), state) == code


def test_the_case_hears_outcome_visits_and_findings_without_notes() -> None:
    told = SiteValidated(
        company_id=COMPANY,
        application_id=APPLICATION,
        submission=1,
        outcome="passed",
        concluded_on=TODAY,
        visits=(Visit(visit_id=VISIT, division_ids=(YARD,), on=TODAY, state="held"),),
        findings=(ReportedFinding(division_id=YARD, requirement_id=REQUIREMENT, kind="confirmed", state="noted", text="As described."),),
    )
    assert VALIDATIONS.publish(PASSED, validation_in("concluded")) == told.outgoing()


def test_nothing_is_added_to_a_concluded_validation() -> None:
    concluded = validation_in("concluded")
    late = FindingRecorded(finding_id=OTHER_VISIT, observation=record_finding().observation)
    assert VALIDATIONS.evolve(concluded, late) == concluded
