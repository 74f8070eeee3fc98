"""The calendar of business days against the holidays library. Where they differ, a person decides which is wrong."""

from datetime import date, timedelta

import pytest

from shared.programme.calendar import holiday_name
from tests.contracts.federal_holidays import YEARS, holidays_of

YEARS_AHEAD = 10


@pytest.mark.parametrize("year", YEARS)
def test_a_year_has_the_holidays_of_the_library_and_its_corrections(year: int) -> None:
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    assert {day: name for day in days if day.year == year and (name := holiday_name(day))} == holidays_of(year)


def test_the_calendar_reaches_beyond_every_due_day() -> None:
    assert date.today().year + YEARS_AHEAD in YEARS  # noqa: DTZ011 - a year will do
