"""The rules of the policy: what each adds, at its bounds, and the fact that it names."""

from datetime import date, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given as each
from hypothesis import strategies as st

from services.risk.catalogue import policies
from services.risk.domain.assessment.policy import Policy, Quantity, in_force
from services.risk.domain.assessment.scoring import ASKED, QUANTITIES, Weighed, score
from shared.contracts.catalogue import load
from shared.contracts.types import Verdict
from shared.i18n import Text
from tests.support.builders.packages import SUBMITTED_AT
from tests.support.builders.risk import DRAFT, IN_FORCE_SINCE, PLANNED, PLANNED_FROM, POLICY, declared

ALL_MET: tuple[Verdict, ...] = ("met", "met", "met", "met")


def weighed(recommended: tuple[Verdict, ...] = ALL_MET, **changes: Any) -> Weighed:
    return Weighed(declared=declared(**changes), recommended=recommended)


def moved(days_before_submission: int) -> dict[str, Any]:
    return {"last_movement_on": SUBMITTED_AT.date() - timedelta(days=days_before_submission)}


def unmet(count: int, of: int) -> tuple[Verdict, ...]:
    return tuple("not_met" if number < count else "met" for number in range(of))


def test_a_spotless_application_scores_nothing() -> None:
    result = score(POLICY, weighed())
    assert (result.score, result.band, result.course, result.rules) == (0, "low", "acceptable", ())


@pytest.mark.parametrize(
    ("rule", "points", "adverse"),
    [
        ("conviction", 60, weighed(convictions=True)),
        ("bankruptcy", 60, weighed(bankruptcy=True)),
        ("insolvency", 40, weighed(insolvent=True)),
        ("foreign_conviction", 40, weighed(foreign_convictions=True)),
        ("crown_debt", 30, weighed(crown_debt=True)),
        ("contraventions", 25, weighed(contraventions=True)),
        ("recommended_measures_lacking", 10, weighed(unmet(26, of=100))),
        ("recommended_measures_lacking", 10, weighed(unmet(50, of=100))),
        ("most_recommended_measures_lacking", 20, weighed(unmet(51, of=100))),
        ("many_not_applicable", 10, weighed(answers=100, not_applicable=21)),
        ("few_movements", 10, weighed(movements_12_months=11)),
        ("few_movements", 10, weighed(movements_12_months=0)),
        ("last_movement_long_ago", 5, weighed(**moved(61))),
        ("last_movement_long_ago", 5, weighed(**moved(90))),
        ("many_divisions", 5, weighed(divisions=6)),
    ],
)
def test_a_rule_holds(rule: str, points: int, adverse: Weighed) -> None:
    result = score(POLICY, adverse)
    assert [(hit.rule_id, hit.points) for hit in result.rules] == [(rule, points)]
    assert result.score == points


@pytest.mark.parametrize(
    "harmless",
    [
        weighed(unmet(1, of=4)),
        weighed(("met", "not_applicable", "not_applicable", "not_applicable")),
        weighed(()),
        weighed(answers=100, not_applicable=20),
        weighed(movements_12_months=12),
        weighed(**moved(60)),
        weighed(**moved(91)),
        weighed(divisions=5),
    ],
)
def test_just_within_bounds_nothing_holds(harmless: Weighed) -> None:
    assert score(POLICY, harmless).rules == ()


def test_a_share_just_above_a_whole_number_is_above_it() -> None:
    result = score(POLICY, weighed(unmet(251, of=1000)))
    assert [hit.explanation.en for hit in result.rules] == [
        "26% of the recommended measures are not met (more than 25%)."
    ]


@pytest.mark.parametrize(
    ("adverse", "english", "french"),
    [
        (
            weighed(movements_12_months=3),
            "3 movements across the border in twelve months (not more than 11).",
            "3 mouvements transfrontaliers en douze mois (pas plus de 11).",
        ),
        (
            weighed(**moved(75)),
            "The last movement across the border was 75 days before submission (more than 60).",
            "Le dernier mouvement transfrontalier a eu lieu 75 jours avant la présentation de la demande (plus de 60).",
        ),
    ],
)
def test_an_explanation_names_the_fact_in_both_languages(adverse: Weighed, english: str, french: str) -> None:
    (hit,) = score(POLICY, adverse).rules
    assert (hit.explanation.en, hit.explanation.fr) == (english, french)


@pytest.mark.parametrize("movements", [0, 1, 2])
def test_an_explanation_reads_well_whatever_its_number(movements: int) -> None:
    (hit,) = score(DRAFT, weighed(movements_12_months=movements)).rules
    assert hit.explanation == Text(
        en=f"Movements across the border in twelve months: {movements} (not more than 11).",
        fr=f"Nombre de mouvements transfrontaliers en douze mois\N{NO-BREAK SPACE}: {movements} (pas plus de 11).",
    )


@pytest.mark.parametrize(
    ("adverse", "points", "band", "course"),
    [
        (weighed(movements_12_months=1, divisions=6, **moved(70)), 20, "low", "acceptable"),
        (weighed(contraventions=True), 25, "medium", "refer"),
        (weighed(contraventions=True, crown_debt=True), 55, "medium", "refer"),
        (weighed(contraventions=True, crown_debt=True, divisions=6), 60, "high", "unacceptable"),
    ],
)
def test_a_band_begins_at_its_score(adverse: Weighed, points: int, band: str, course: str) -> None:
    result = score(POLICY, adverse)
    assert (result.score, result.band, result.course) == (points, band, course)


def test_a_hard_rule_leads_to_the_highest_band_whatever_its_points() -> None:
    lenient = POLICY.model_copy(update={"rules": tuple(rule.model_copy(update={"points": 0}) for rule in POLICY.rules)})
    result = score(lenient, weighed(bankruptcy=True))
    assert (result.score, result.band, result.course) == (0, "high", "unacceptable")


@each(st.integers(min_value=0, max_value=400))
def test_every_score_has_a_band(points: int) -> None:
    assert POLICY.band_of(points).since <= points


@pytest.mark.parametrize(
    ("points", "band"), [(0, "low"), (24, "low"), (25, "medium"), (59, "medium"), (60, "high"), (400, "high")]
)
def test_the_bands_of_the_programme(points: int, band: str) -> None:
    assert POLICY.band_of(points).band == band


@pytest.mark.parametrize("policy", policies(), ids=lambda policy: policy.version)
def test_every_version_is_sound(policy: Policy) -> None:
    starts = [band.since for band in policy.bands]
    ids = [rule.id for rule in policy.rules]
    texts = [policy.summary, *(rule.explanation for rule in policy.rules)]
    assert starts[0] == 0
    assert starts == sorted(set(starts))
    assert len(ids) == len(set(ids))
    assert all(text.en != text.fr for text in texts)


@pytest.mark.parametrize("policy", policies(), ids=lambda policy: policy.version)
def test_every_quantity_is_measured_and_weighed(policy: Policy) -> None:
    assert set(get_args(Quantity)) == set(QUANTITIES) == {rule.quantity for rule in policy.rules}
    assert all(name == measure.__name__ for name, measure in QUANTITIES.items() if name not in ASKED)
    assert {*ASKED} <= {question.id for question in load().questions}


def test_versions_differ_and_follow_each_other() -> None:
    days = [policy.since for policy in policies() if policy.since]
    assert days == sorted(set(days))
    assert len({policy.version for policy in policies()}) == len(policies())


@pytest.mark.parametrize(
    ("day", "policy"),
    [
        (IN_FORCE_SINCE - timedelta(days=1), POLICY),
        (IN_FORCE_SINCE, POLICY),
        (PLANNED_FROM - timedelta(days=1), POLICY),
        (PLANNED_FROM, PLANNED),
        (PLANNED_FROM + timedelta(days=9999), PLANNED),
    ],
)
def test_a_version_is_in_force_from_its_day_until_the_next(day: date, policy: Policy) -> None:
    assert in_force((POLICY, PLANNED, DRAFT), day) == policy
