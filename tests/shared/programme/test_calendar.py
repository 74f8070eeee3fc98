"""The business-day clock: golden values, laws over random clocks, and independence of the machine's language."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.review import Clock, Pause
from shared.i18n import Text
from shared.programme.calendar import add_years, beginning_of, due_on, elapsed, holiday_name, is_business_day, today

DAY = timedelta(days=1)
NEVER = date.max
SUBMITTED = Clock(started_on=date(2026, 1, 5), standard_days=180)


def paused(clock: Clock, since: date, until: date | None) -> Clock:
    pause = Pause(since=since, until=until, code="awaiting_company", text="A document is awaited.")
    return clock.model_copy(update={"pauses": (*clock.pauses, pause)})


@st.composite
def pauses(draw: st.DrawFn, start: date) -> tuple[date, date | None]:
    since = start + DAY * draw(st.integers(-10, 300))
    return since, draw(st.one_of(st.none(), st.integers(0, 60).map(lambda days: since + DAY * days)))


@st.composite
def clocks(draw: st.DrawFn) -> Clock:
    start = draw(st.dates(date(2020, 1, 1), date(2030, 12, 31)))
    clock = Clock(
        started_on=start,
        standard_days=draw(st.integers(1, 250)),
        stopped_on=draw(st.one_of(st.none(), st.integers(0, 400).map(lambda days: start + DAY * days))),
    )
    for since, until in draw(st.lists(pauses(start), max_size=3)):
        clock = paused(clock, since, until)
    return clock


@pytest.mark.parametrize(
    ("clock", "day"),
    [
        (SUBMITTED, date(2026, 9, 22)),
        (paused(SUBMITTED, date(2026, 2, 2), date(2026, 2, 20)), date(2026, 10, 14)),
    ],
)
def test_the_standard_is_used_up_on_the_golden_day(clock: Clock, day: date) -> None:
    assert due_on(clock) == day
    assert elapsed(clock, day) == 180
    assert elapsed(clock, day - DAY) == 179


def test_the_day_of_submission_does_not_count() -> None:
    assert elapsed(SUBMITTED, date(2026, 1, 5)) == 0
    assert elapsed(SUBMITTED, date(2026, 1, 6)) == 1


def test_a_pause_begins_after_its_first_day_and_holds_through_its_last() -> None:
    clock = paused(SUBMITTED, date(2026, 1, 6), date(2026, 1, 8))
    assert [elapsed(clock, date(2026, 1, day)) for day in (6, 7, 8, 9)] == [1, 1, 1, 2]


def test_overlapping_pauses_count_once() -> None:
    clock = paused(paused(SUBMITTED, date(2026, 2, 2), date(2026, 2, 20)), date(2026, 2, 10), date(2026, 2, 12))
    assert due_on(clock) == date(2026, 10, 14)


def test_an_open_pause_leaves_no_due_day() -> None:
    clock = paused(SUBMITTED, date(2026, 2, 2), None)
    assert due_on(clock) is None
    assert elapsed(clock, date(2027, 1, 1)) == elapsed(clock, date(2026, 2, 2)) == 20


def test_a_stopped_clock_stands_still() -> None:
    clock = SUBMITTED.model_copy(update={"stopped_on": date(2026, 1, 7)})
    assert elapsed(clock, date(2026, 12, 31)) == 2
    assert due_on(clock) is None


@given(clocks(), st.integers(-10, 600))
def test_elapsed_is_what_the_programme_defines(clock: Clock, after: int) -> None:
    now = clock.started_on + DAY * after
    days = (clock.started_on + DAY * n for n in range(1, after + 1))
    counted = [
        day
        for day in days
        if is_business_day(day)
        and not (clock.stopped_on and day > clock.stopped_on)
        and not any(pause.since < day <= (pause.until or NEVER) for pause in clock.pauses)
    ]
    assert elapsed(clock, now) == len(counted)


@given(clocks(), st.integers(-10, 600))
def test_elapsed_never_decreases(clock: Clock, after: int) -> None:
    now = clock.started_on + DAY * after
    assert elapsed(clock, now) <= elapsed(clock, now + DAY)


@given(clocks())
def test_the_due_day_is_where_elapsed_becomes_the_standard(clock: Clock) -> None:
    day = due_on(clock)
    if day is None:
        assert elapsed(clock, clock.started_on + DAY * 1500) < clock.standard_days
    else:
        assert elapsed(clock, day) == clock.standard_days == elapsed(clock, day - DAY) + 1


@given(st.data())
def test_a_pause_never_brings_the_due_day_nearer(data: st.DataObject) -> None:
    clock = data.draw(clocks())
    since, until = data.draw(pauses(clock.started_on))
    assert (due_on(paused(clock, since, until)) or NEVER) >= (due_on(clock) or NEVER)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2022, 9, 19), Text(en="National Day of Mourning", fr="Jour de deuil national")),
        (date(2026, 4, 6), Text(en="Easter Monday", fr="Lundi de Pâques")),
        (date(2026, 8, 3), Text(en="Civic Holiday", fr="Congé civique")),
        (date(2026, 9, 7), Text(en="Labour Day", fr="Fête du Travail")),
        (date(2026, 12, 28), Text(en="Boxing Day (observed)", fr="Lendemain de Noël (observé)")),
    ],
)
def test_a_holiday_is_no_business_day_and_has_its_names(day: date, name: Text) -> None:
    assert holiday_name(day) == name
    assert not is_business_day(day)


def test_the_day_of_mourning_was_one_year_only() -> None:
    assert is_business_day(date(2023, 9, 19))
    assert holiday_name(date(2023, 9, 19)) is None


def test_years_beyond_the_calendar_have_weekends_at_least() -> None:
    assert is_business_day(date(2300, 1, 3))
    assert not is_business_day(date(2300, 1, 6))


@pytest.mark.parametrize("year", range(2020, 2041))
def test_every_holiday_has_a_name_in_each_language(year: int) -> None:
    days = (date(year, 1, 1) + DAY * n for n in range(365))
    names = [name for name in map(holiday_name, days) if name]
    assert len(names) >= 12
    assert [name for name in names if name.en == name.fr] == []


@pytest.mark.parametrize("language", ["C", "en_US.UTF-8", "fr_CA.UTF-8"])
def test_the_machine_s_language_changes_nothing(language: str) -> None:
    program = (
        "from datetime import date; from shared.programme.calendar import holiday_name; "
        "print(ascii(holiday_name(date(2026, 9, 7))))"
    )
    environment = os.environ | {"LANG": language, "LC_ALL": language, "LANGUAGE": language}
    printed = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert printed.stdout.strip() == ascii(Text(en="Labour Day", fr="Fête du Travail"))


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 1, 1, 4, 59, tzinfo=UTC), date(2025, 12, 31)),
        (datetime(2026, 1, 1, 5, tzinfo=UTC), date(2026, 1, 1)),
        (datetime(2026, 7, 1, 4, tzinfo=UTC), date(2026, 7, 1)),
    ],
)
def test_a_day_begins_at_midnight_in_ontario(moment: datetime, day: date) -> None:
    assert today(moment) == day


@pytest.mark.parametrize(
    ("day", "years", "later"),
    [
        (date(2026, 11, 22), 4, date(2030, 11, 22)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
    ],
)
def test_years_are_added_by_the_calendar(day: date, years: int, later: date) -> None:
    assert add_years(day, years) == later


def test_a_day_begins_in_ontario_in_winter_and_in_summer() -> None:
    assert beginning_of(date(2026, 1, 5)) == datetime(2026, 1, 5, 5, tzinfo=UTC)
    assert beginning_of(date(2026, 7, 5)) == datetime(2026, 7, 5, 4, tzinfo=UTC)
    assert today(beginning_of(date(2026, 7, 5))) == date(2026, 7, 5)
