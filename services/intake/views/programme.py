"""What everybody may read of the programme: its service standard, and the notices that stand."""

from datetime import date

from services.intake.catalogue import Notice
from shared.model import Model


class ServiceStandard(Model):
    """In how many business days an application is decided, and the notices that stand today."""

    standard_days: int
    notices: tuple[Notice, ...]


def current(notices: tuple[Notice, ...], today: date) -> tuple[Notice, ...]:
    """The notices that stand today."""
    return tuple(
        notice for notice in notices if notice.since <= today and (notice.until is None or today < notice.until)
    )
