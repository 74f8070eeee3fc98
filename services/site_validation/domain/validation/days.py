"""Days of visits and actions lie within a year of today, for a slip of the year must not stand (programme 9.4)."""

from datetime import date, timedelta

from shared.errors import Refused
from shared.model import Moment
from shared.programme.calendar import today

MOST_DAYS_AWAY = timedelta(days=366)


def still_to_come(day: date, at: Moment, field: str) -> Refused | None:
    """Refuses a day that has passed, or is more than a year ahead."""
    if day < today(at):
        return Refused("date_in_past", field=field)
    return Refused("date_too_far", field=field) if day > today(at) + MOST_DAYS_AWAY else None


def already_come(day: date, at: Moment, field: str) -> Refused | None:
    """Refuses a day that is still to come, or more than a year ago."""
    if day > today(at):
        return Refused("visit_in_future", field=field)
    return Refused("date_too_far", field=field) if day < today(at) - MOST_DAYS_AWAY else None
