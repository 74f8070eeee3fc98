"""Days are Ontario's; a day that must have come is measured where the day comes first in Canada (programme 9.4)."""

from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, ValidationInfo

from shared.clock import now
from shared.contracts.types import CalendarDay
from shared.errors import RefusedWith

ZONE = "America/Toronto"
_FURTHEST_AHEAD = ZoneInfo("America/St_Johns")


def has_come(day: date, at: datetime) -> bool:
    """Whether a day has begun anywhere in Canada."""
    return day <= at.astimezone(_FURTHEST_AHEAD).date()


def _come(day: date) -> date:
    if not has_come(day, now()):
        raise ValueError("date_in_future")
    return day


def not_before(first: str) -> AfterValidator:
    """The rule of the last day of a period: `first` names the field of its first day, which stands above it."""

    def ordered(last: date, period: ValidationInfo) -> date:
        began = period.data.get(first)
        if began and last < began:
            raise ValueError("period_reversed")
        return last

    return AfterValidator(ordered)


REVERSED = RefusedWith("period_reversed")
Day = Annotated[CalendarDay, Field(description=f"a day in Ontario ({ZONE})")]
PastDay = Annotated[
    CalendarDay,
    AfterValidator(_come),
    RefusedWith("date_in_future"),
    Field(description=f"a day in Ontario ({ZONE}) that is not still to come", examples=["2026-10-09"]),
]
