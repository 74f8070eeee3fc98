"""Federal business days in Ontario time, and the clock that counts them. The caller gives the day."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from itertools import islice, takewhile
from typing import Protocol
from zoneinfo import ZoneInfo

from shared import yaml_text
from shared.i18n import Text

_ONTARIO = ZoneInfo("America/Toronto")
_SATURDAY = 5
_DAY = timedelta(days=1)


class Pause(Protocol):
    """Days on which a clock does not run: since < day <= until, or still open."""

    @property
    def since(self) -> date: ...
    @property
    def until(self) -> date | None: ...


class Clock(Protocol):
    """The service standard of one application, in any service."""

    @property
    def started_on(self) -> date: ...
    @property
    def standard_days(self) -> int: ...
    @property
    def pauses(self) -> Sequence[Pause]: ...
    @property
    def stopped_on(self) -> date | None: ...


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
    return _holidays().get(day)


def is_business_day(day: date) -> bool:
    return day.weekday() < _SATURDAY and day not in _holidays()


def elapsed(clock: Clock, today: date) -> int:
    """Business days that have counted by the end of today (programme 1.7)."""
    return sum(1 for _ in takewhile(lambda day: day <= today, _counted(clock)))


def due_on(clock: Clock) -> date | None:
    """The day on which the standard is used up; None while a pause is open, or if the clock stopped before."""
    return next(islice(_counted(clock), clock.standard_days - 1, None), None)


def _counted(clock: Clock) -> Iterator[date]:
    """The business days that count: after the start, outside pauses, until the clock stops or an open pause begins."""
    ends = (clock.stopped_on, *(pause.since for pause in clock.pauses if pause.until is None))
    last = min((end for end in ends if end), default=date.max)
    day = clock.started_on
    while day < last:
        day += _DAY
        if is_business_day(day) and not any(pause.since < day <= (pause.until or last) for pause in clock.pauses):
            yield day


@cache
def _holidays() -> dict[date, Text]:
    """The days off of the federal public service, in both languages."""
    read = yaml_text.values((files("shared.programme") / "calendar.yaml").read_text("utf-8"))
    return {day: Text.model_validate(row["name"]) for row in read for day in row["days"]}
