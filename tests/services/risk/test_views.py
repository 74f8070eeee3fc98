"""What officers see of an assessment."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.risk.catalogue import policies
from services.risk.domain.assessment.policy import Policy
from services.risk.domain.assessment.state import Absent, Assessed, Decision, Referred
from services.risk.views.assessments import assessment_view
from services.risk.views.policies import Standing, policy_of, readings, scale_of, what_if
from shared.errors import Refused
from tests.support.builders.deciding import live
from tests.support.builders.risk import (
    ASSESSMENTS,
    AT,
    DRAFT,
    LIVES,
    PLANNED,
    PLANNED_FROM,
    POLICY,
    assessment_in,
    collect_facts,
    declared,
    note_review,
)


@pytest.mark.parametrize(
    ("life", "name", "weighed", "scored", "decided"),
    [
        ("collecting", "Boreal Drayage Ltd.", True, False, False),
        ("reviewed", None, False, False, False),
        ("referred", "Boreal Drayage Ltd.", True, True, False),
        ("assessed", "Boreal Drayage Ltd.", True, True, True),
        ("closed", None, False, False, False),
    ],
)
def test_an_officer_sees_what_is_known_in_each_status(
    life: str, name: str | None, *, weighed: bool, scored: bool, decided: bool
) -> None:
    view = assessment_view(assessment_in(life))
    assert (view.legal_name, view.declared is not None, view.score is not None, view.decision is not None) == (
        name,
        weighed,
        scored,
        decided,
    )


def test_an_officer_sees_what_was_declared_which_rules_held_and_what_was_decided() -> None:
    view = assessment_view(assessment_in("decided"))
    assert view.declared == declared(crown_debt=True)
    assert view.score is not None
    assert [(hit.rule_id, hit.points) for hit in view.score.rules] == [("crown_debt", 30)]
    assert view.decision == Decision(
        outcome="acceptable", decided_by="officer", reason="The debt was paid in January.", decided_at=AT
    )


@pytest.mark.parametrize("life", [life for life in LIVES if life != "absent"])
def test_a_view_is_json(life: str) -> None:
    view = assessment_view(assessment_in(life))
    assert type(view).model_validate_json(view.model_dump_json()) == view


@pytest.mark.parametrize(
    ("life", "band"), [("collecting", None), ("referred", "medium"), ("unacceptable", "high"), ("closed", None)]
)
def test_the_row_names_the_band_once_there_is_a_score(life: str, band: str | None) -> None:
    assert assessment_view(assessment_in(life)).band == band


def test_an_application_that_was_never_published_is_not_found() -> None:
    with pytest.raises(Refused, match="not_found"):
        assessment_view(Absent())


def test_a_submission_is_tried_under_another_version_rule_by_rule() -> None:
    state, _ = live(ASSESSMENTS, (collect_facts(divisions=6), note_review(unmet=3)))
    tried = what_if(state, PLANNED)
    assert tried.scored == Standing(policy_version=POLICY.version, score=25, band="medium", course="refer")
    assert tried.what_if == Standing(policy_version=PLANNED.version, score=30, band="medium", course="refer")
    assert [
        (rule.rule_id, rule.scored and rule.scored.points, rule.what_if and rule.what_if.points) for rule in tried.rules
    ] == [
        ("most_recommended_measures_lacking", 20, 30),
        ("many_divisions", 5, None),
    ]


def test_a_rule_that_holds_only_under_the_other_version_is_shown() -> None:
    state, _ = live(ASSESSMENTS, (collect_facts(divisions=6, submitted_on=PLANNED_FROM), note_review()))
    [rule] = what_if(state, POLICY).rules
    assert (rule.rule_id, rule.scored) == ("many_divisions", None)


@pytest.mark.parametrize("life", ["referred", "assessed", "unacceptable", "decided"])
def test_under_its_own_version_a_submission_scores_the_same(life: str) -> None:
    tried = what_if(assessment_in(life), POLICY)
    assert tried.scored == tried.what_if
    assert all(rule.scored == rule.what_if for rule in tried.rules)


@pytest.mark.parametrize(
    ("life", "code"),
    [
        ("absent", "not_found"),
        ("collecting", "not_assessed_yet"),
        ("reviewed", "not_assessed_yet"),
        ("closed", "assessment_closed"),
    ],
)
def test_what_is_not_scored_cannot_be_tried(life: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        what_if(assessment_in(life), PLANNED)


def test_a_version_is_found_by_its_name() -> None:
    assert policy_of(policies(), DRAFT.version) == DRAFT
    with pytest.raises(Refused, match="unknown_policy"):
        policy_of(policies(), "1999-12")


def scored(unmet: int, **changes: Any) -> Referred | Assessed:
    state = live(ASSESSMENTS, (collect_facts(**changes), note_review(unmet=unmet)))[0]
    assert isinstance(state, Referred | Assessed)
    return state


SUBMISSIONS = st.builds(
    scored,
    st.integers(0, 4),
    convictions=st.booleans(),
    insolvent=st.booleans(),
    crown_debt=st.booleans(),
    movements_12_months=st.integers(0, 400),
    divisions=st.integers(1, 30),
    not_applicable=st.integers(0, 40),
)


@given(SUBMISSIONS)
def test_what_the_rules_have_read_adds_up_to_the_score(assessment: Referred | Assessed) -> None:
    read = readings(assessment, POLICY)
    assert sum(reading.points for reading in read) == assessment.score.score
    assert {reading.quantity for reading in read} == {rule.quantity for rule in POLICY.rules}


@given(SUBMISSIONS, st.sampled_from(policies()))
def test_a_scale_has_every_point_in_one_band_and_the_score_within_its_drawing(
    assessment: Referred | Assessed, policy: Policy
) -> None:
    standing = what_if(assessment, policy).what_if
    scale = scale_of(policy, standing)
    assert [step.band.band for step in scale.steps if step.here] == [standing.band]
    assert [step.up_to and step.up_to + 1 for step in scale.steps] == [
        *(step.band.since for step in scale.steps[1:]),
        None,
    ]
    assert scale.steps[-1].band.since < scale.end >= scale.points
    assert scale.hard is (policy.band_of(scale.points).band != standing.band)


def test_what_was_never_asked_has_no_value_and_what_was_explained_is_quoted() -> None:
    answers = declared(crown_debt=True)
    kept = tuple(answer for answer in answers.eligibility if answer.question_id != "last_movement_on")
    state = scored(0, crown_debt=True)
    asked = state.model_copy(update={"declared": answers.model_copy(update={"eligibility": kept}), "recommended": ()})
    read = {reading.quantity: reading for reading in readings(asked, POLICY)}
    assert [read[name].value for name in ("days_since_last_movement", "should_unmet_percent")] == [None, None]
    assert (read["crown_debt"].value, read["crown_debt"].explanation) == (1, "Settled in 2024.")
    assert (read["movements_12_months"].value, read["movements_12_months"].points) == (240, 0)
