"""An assessment is scored once it has facts and review of one submission; then policy or an officer decides it."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.risk.domain import assessment
from services.risk.domain.assessment.collecting import FactsCollected, ReviewNoted
from services.risk.domain.assessment.deciding import RiskDecided, RiskScored
from services.risk.domain.assessment.policy import Policy
from services.risk.domain.assessment.state import Absent, Assessed, Collecting, Decision, Referred
from shared.contracts.risk import RiskAssessed
from shared.contracts.types import RiskOutcome
from tests.support.builders.deciding import live
from tests.support.builders.packages import COMPANY
from tests.support.builders.risk import (
    APPLICATION,
    ASSESSMENTS,
    AT,
    LIVES,
    PLANNED,
    PLANNED_FROM,
    POLICY,
    application,
    assessment_in,
    close,
    collect_facts,
    decide,
    declared,
    note_review,
    review,
)
from tests.support.samples.golden import read

STATUS = {"reviewed": "collecting", "unacceptable": "assessed", "decided": "assessed"}
BY_POLICY = Decision(outcome="acceptable", decided_by="policy", decided_at=AT)


@pytest.mark.parametrize("life", LIVES)
def test_a_life_leads_to_its_status(life: str) -> None:
    assert assessment_in(life).status == STATUS.get(life, life)


def test_facts_are_collected_until_the_review_is_known() -> None:
    assert ASSESSMENTS.decide(collect_facts(), Absent()) == (
        FactsCollected(application=application(), declared=declared()),
    )


def test_a_review_is_noted_until_the_facts_are_known() -> None:
    assert ASSESSMENTS.decide(note_review(), Absent()) == (ReviewNoted(application=application(), review=review()),)


def test_of_a_review_that_was_noted_whole_the_ids_and_verdicts_are_read() -> None:
    noted = read("facts/assessments.review_noted.v1.json")
    assert ASSESSMENTS.fact(noted) == ReviewNoted(application=application(), review=review())
    collecting = read("states/assessments.collecting.v1.json") | {"declared": None, "review": noted["review"]}
    assert ASSESSMENTS.state(collecting) == Collecting(application=application(), review=review())


@pytest.mark.parametrize(("life", "last"), [("collecting", note_review()), ("reviewed", collect_facts())])
def test_the_second_of_the_two_has_the_risk_assessed(life: str, last: assessment.AssessmentCommand) -> None:
    _, scored, decided = ASSESSMENTS.decide(last, assessment_in(life))
    assert isinstance(scored, RiskScored)
    assert decided == RiskDecided(decision=BY_POLICY)


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ({}, "acceptable"),
        ({"movements_12_months": 2}, "acceptable"),
        ({"convictions": True}, "unacceptable"),
        ({"insolvent": True, "crown_debt": True}, "unacceptable"),
    ],
)
def test_policy_decides_the_clear_cases(answers: dict[str, Any], outcome: RiskOutcome) -> None:
    state, _ = live(ASSESSMENTS, (collect_facts(**answers), note_review()))
    assert isinstance(state, Assessed)
    assert (state.decision.outcome, state.decision.decided_by) == (outcome, "policy")


@pytest.mark.parametrize(("day", "policy"), [(PLANNED_FROM - timedelta(days=1), POLICY), (PLANNED_FROM, PLANNED)])
@pytest.mark.parametrize("in_order", [True, False])
def test_a_submission_is_weighed_by_the_policy_of_its_day_whenever_it_is_consumed(
    day: date, policy: Policy, *, in_order: bool
) -> None:
    submitted, concluded = collect_facts(submitted_on=day), note_review()
    state, _ = live(ASSESSMENTS, (submitted, concluded) if in_order else (concluded, submitted))
    assert isinstance(state, Assessed)
    assert state.score.policy_version == policy.version


def test_what_is_neither_low_nor_high_is_referred_to_an_officer() -> None:
    state, facts = live(ASSESSMENTS, (collect_facts(crown_debt=True), note_review()))
    assert isinstance(state, Referred)
    assert isinstance(facts[-1], RiskScored)
    assert ASSESSMENTS.publish(facts[-1], state) is None


def test_only_recommended_measures_weigh() -> None:
    state, _ = live(ASSESSMENTS, (collect_facts(), note_review(unmet=3)))
    assert isinstance(state, Assessed)
    assert [hit.explanation.en for hit in state.score.rules] == [
        "75% of the recommended measures are not met (more than 50%)."
    ]


@pytest.mark.parametrize("outcome", ["acceptable", "unacceptable"])
def test_an_officer_decides_what_was_referred(outcome: RiskOutcome) -> None:
    decision = Decision(outcome=outcome, decided_by="officer", reason="The debt was paid in January.", decided_at=AT)
    assert ASSESSMENTS.decide(decide(outcome), assessment_in("referred")) == (RiskDecided(decision=decision),)


def test_others_learn_the_outcome_its_band_and_who_decided_under_which_policy_and_no_reason() -> None:
    state = assessment_in("decided")
    assert isinstance(state, Assessed)
    published = RiskAssessed(
        company_id=COMPANY,
        application_id=APPLICATION,
        submission=1,
        outcome="acceptable",
        band="medium",
        decided_by="officer",
        assessed_at=AT,
        policy_version=POLICY.version,
    )
    assert ASSESSMENTS.publish(RiskDecided(decision=state.decision), state) == published.outgoing()


@pytest.mark.parametrize("life", ["collecting", "reviewed", "referred", "assessed", "decided"])
@pytest.mark.parametrize("command", [collect_facts(2), note_review(2)], ids=lambda command: command.kind)
def test_a_newer_submission_starts_over(command: assessment.AssessmentCommand, life: str) -> None:
    after, facts = live(ASSESSMENTS, [command], assessment_in(life))
    assert len(facts) == 1
    assert isinstance(after, Collecting)
    assert (after.application.submission, [after.declared, after.review].count(None)) == (2, 1)


@pytest.mark.parametrize("life", LIVES)
@pytest.mark.parametrize("command", [collect_facts(1), note_review(1)], ids=lambda command: command.kind)
def test_an_older_submission_is_nothing(command: assessment.AssessmentCommand, life: str) -> None:
    newer, _ = live(ASSESSMENTS, [collect_facts(2)], assessment_in(life))
    assert ASSESSMENTS.decide(command, newer) == ()


@pytest.mark.parametrize("life", LIVES)
@pytest.mark.parametrize("command", [collect_facts(), note_review(), close()], ids=lambda command: command.kind)
def test_what_is_consumed_twice_counts_once(command: assessment.AssessmentCommand, life: str) -> None:
    once, _ = live(ASSESSMENTS, [command], assessment_in(life))
    assert ASSESSMENTS.decide(command, once) == ()


def test_a_closed_assessment_keeps_nothing_of_the_company_but_its_ids() -> None:
    assert set(assessment_in("closed").model_dump()) == {"v", "status", "application"}
