"""The numbers of the programme are those of the code: golden values, bounds, due days, points, settings."""

import re
from collections.abc import Callable
from datetime import date
from typing import get_args

import pytest

from services.intake.domain.company.divisions import MOST_DIVISIONS
from services.intake.domain.company.documents import MOST_FILINGS
from services.intake.domain.company.users import MOST_USERS
from services.intake.settings import Settings as IntakeSettings
from services.mra_exchange.domain.disclosure.sharing import RecordShared
from services.review.domain.case.clock import MOST_PAUSES
from services.review.domain.case.questions import LONGEST_DAYS_TO_ANSWER, MOST_QUESTIONS
from services.review.domain.membership.activation import YEARS_TO_REVALIDATION
from services.review.settings import Settings as ReviewSettings
from services.risk.catalogue import policies
from services.site_validation.domain.validation.findings import MOST_FINDINGS
from services.site_validation.domain.validation.visits import MOST_VISITS
from services.site_validation.settings import Settings as SiteSettings
from shared.contracts.catalogue import EDITION
from shared.contracts.catalogue import load as load_catalogue
from shared.contracts.pip_id import pip_id
from shared.contracts.review import Clock, Pause
from shared.programme.calendar import due_on
from shared.settings import ServiceSettings
from tests.architecture import programme
from tests.architecture.programme import coded, rows

DAY = re.compile(r"\d{4}-\d\d-\d\d")


def prose(number: str) -> str:
    """A section in one line."""
    return " ".join(programme.section(number).split())


def default(settings: type[ServiceSettings], name: str) -> int:
    """What a service takes where it is not set."""
    return int(settings.model_fields[name].default)


def test_the_golden_number_is_that_of_the_code() -> None:
    (row,) = (row for row in rows(programme.section("1.1")) if row[0] == "golden value")
    (company,) = re.findall(r"[\w-]{36}", row[1])
    assert coded(row[1]) == [pip_id(company)]


def test_the_golden_days_are_those_of_the_code() -> None:
    golden = [[date.fromisoformat(day) for day in DAY.findall(" ".join(row))] for row in rows(programme.section("1.7"))]
    golden = [days for days in golden if days]
    assert golden
    for submitted, *paused, due in golden:
        pauses = (Pause(since=paused[0], until=paused[1], code="awaiting_company", text="Awaited."),) if paused else ()
        clock = Clock(started_on=submitted, standard_days=default(ReviewSettings, "standard_days"), pauses=pauses)
        assert due_on(clock) == due


def test_the_bounds_are_those_of_the_code() -> None:
    most_files = load_catalogue().documents.max_files
    text = prose("2.1")
    for bound in (
        f"{MOST_USERS} users, {MOST_DIVISIONS} divisions and {most_files} documents ({MOST_FILINGS:,} with",
        f"{MOST_QUESTIONS} drafted questions and {MOST_PAUSES} pauses",
        f"{MOST_VISITS} visits and {MOST_FINDINGS} findings",
    ):
        assert bound in text


def test_the_settings_are_those_of_the_code() -> None:
    days = default(ReviewSettings, "answer_days")
    assert f"The service standard is {default(ReviewSettings, 'standard_days')} business days" in prose("1.7")
    assert default(IntakeSettings, "standard_days") == default(ReviewSettings, "standard_days")
    assert f"open for {default(IntakeSettings, 'offer_days')} days (setting)" in prose("3.1")
    assert f"the company has {days} calendar days to answer (setting)" in prose("3.2")
    assert f"`date_too_far` ({LONGEST_DAYS_TO_ANSWER} days)" in prose("3.2")
    assert f"a due date {default(SiteSettings, 'action_days')} calendar days ahead is proposed" in prose("3.5")


def test_a_membership_is_revalidated_after_the_years_of_the_code() -> None:
    spelled = {3: "three", 4: "four", 5: "five"}
    assert f"due for revalidation {spelled[YEARS_TO_REVALIDATION]} years later" in prose("3.3")


def test_the_points_of_risk_are_those_of_the_policy_in_force() -> None:
    policy = next(policy for policy in reversed(policies()) if policy.since)
    listed = {row[0]: row[1] for row in rows(programme.section("3.4")) if row[1].partition(",")[0].isdigit()}
    low, medium, high = (band.since for band in policy.bands)
    assert listed == {rule.id: f"{rule.points}{', hard' if rule.hard else ''}" for rule in policy.rules}
    assert f"The policy {policy.version} is this." in prose("3.4")
    assert f"low risk begins at {low}, medium at {medium}, high at {high}" in prose("3.4")


def test_the_causes_in_a_companys_log_are_those_of_the_code() -> None:
    _, _, listed = prose("3.6").partition("gives each message its cause: ")
    reasons = get_args(RecordShared.model_fields["cause"].annotation)
    assert set(re.findall(r"\w+", listed.partition(".")[0])) - {"or"} == set(reasons)


def test_what_an_edition_has_changed_is_in_the_catalogue() -> None:
    section = programme.section("9.15")
    assert section.startswith(f"\nThe edition of the catalogue is {EDITION}.")
    changed = dict(rows(section))
    levels = {requirement.id: requirement.level for requirement in load_catalogue().requirements}
    recommended = {name for name, change in changed.items() if "recommended" in change}
    assert {name for name in changed if levels[name] == "should"} == recommended


@pytest.mark.parametrize(
    ("check", "number", "true", "wrong"),
    [
        (test_the_golden_number_is_that_of_the_code, "1.1", "C74V3GW", "C74V3GX"),
        (test_the_golden_days_are_those_of_the_code, "1.7", "2026-09-22", "2026-09-18"),
        (test_the_golden_days_are_those_of_the_code, "1.7", "2026-02-20", "2026-02-23"),
        (test_the_bounds_are_those_of_the_code, "2.1", "200 divisions", "100 divisions"),
        (test_the_bounds_are_those_of_the_code, "2.1", "50 pauses", "20 pauses"),
        (test_the_settings_are_those_of_the_code, "1.7", "is 180 business", "is 120 business"),
        (test_the_settings_are_those_of_the_code, "3.5", "90 calendar", "60 calendar"),
        (test_a_membership_is_revalidated_after_the_years_of_the_code, "3.3", "four years later", "three years later"),
        (test_the_points_of_risk_are_those_of_the_policy_in_force, "3.4", "| insolvency | 40 |", "| insolvency | 45 |"),
        (test_the_points_of_risk_are_those_of_the_policy_in_force, "3.4", "medium at 25", "medium at 30"),
        (test_the_causes_in_a_companys_log_are_those_of_the_code, "3.6", "arrangement_ended or ", ""),
        (test_what_an_edition_has_changed_is_in_the_catalogue, "9.15", "catalogue is 2026-12", "catalogue is 2026-01"),
        (test_what_an_edition_has_changed_is_in_the_catalogue, "9.15", "| new, recommended: a", "| new: a"),
    ],
)
def test_a_wrong_number_is_found(
    check: Callable[[], None], number: str, true: str, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programme, "section", programme.seeded(number, true, wrong))
    with pytest.raises(AssertionError):
        check()
