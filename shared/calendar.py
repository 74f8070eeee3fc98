"""Business days of the federal public service in Ontario time, and the clock that counts them. Pure: whoever calls says what day it is."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from holidays import country_holidays

from shared.contracts.types import Clock
from shared.i18n import Text

_ONTARIO = ZoneInfo("America/Toronto")
_SATURDAY = 5
_DAY = timedelta(days=1)

# Corrections of the holidays library, which lacks these days off of federal employees, and leaves one name in English.
_EASTER_MONDAY = Text(en="Easter Monday", fr="Lundi de Pâques")
_CIVIC_HOLIDAY = Text(en="Civic Holiday", fr="Congé civique")
_ONCE = {date(2022, 9, 19): Text(en="National Day of Mourning", fr="Jour de deuil national")}
_UNTRANSLATED = ("Boxing Day", "Lendemain de Noël")


def today(at: datetime) -> date:
    """The day in Ontario at a moment."""
    return at.astimezone(_ONTARIO).date()


def beginning_of(day: date) -> datetime:
    """The moment at which a day begins in Ontario."""
    return datetime.combine(day, time.min, _ONTARIO).astimezone(UTC)


def add_years(day: date, years: int) -> date:
    """The same day of another year; 28 February where there is no 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def holiday_name(day: date) -> Text | None:
    return _holidays(day.year).get(day)


def is_business_day(day: date) -> bool:
    return day.weekday() < _SATURDAY and day not in _holidays(day.year)


def elapsed(clock: Clock, today: date) -> int:
    """Business days that have counted by the end of today (programme.md 1.7)."""
    return sum(1 for _ in takewhile(lambda day: day <= today, _counted(clock)))


def due_on(clock: Clock) -> date | None:
    """The day on which the standard is used up; None while a pause is open, or if the clock stopped before."""
    return next(islice(_counted(clock), clock.standard_days - 1, None), None)


def _counted(clock: Clock) -> Iterator[date]:
    """The business days that count: after the start, outside every pause, until the clock stops or an open pause begins."""
    ends = (clock.stopped_on, *(pause.since for pause in clock.pauses if pause.until is None))
    last = min((end for end in ends if end), default=date.max)
    day = clock.started_on
    while day < last:
        day += _DAY
        if is_business_day(day) and not any(pause.since < day <= (pause.until or last) for pause in clock.pauses):
            yield day


@cache
def _holidays(year: int) -> dict[date, Text]:
    """Every holiday of a year, in both languages whatever the machine speaks."""
    english, french = (country_holidays("CA", years=year, categories=("government",), language=language) for language in ("en_CA", "fr"))
    named = {day: Text(en=name, fr=french[day].replace(*_UNTRANSLATED)) for day, name in english.items()}
    easter = {day + timedelta(days=3): _EASTER_MONDAY for day, text in named.items() if text.en == "Good Friday"}
    august = date(year, 8, 1)
    return named | _ONCE | easter | {august + timedelta(days=-august.weekday() % 7): _CIVIC_HOLIDAY}
