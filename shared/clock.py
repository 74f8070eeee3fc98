"""The only module that reads the clock; all others are given the time."""

from datetime import UTC, datetime

from shared.model import to_milliseconds


def now() -> datetime:
    """The present moment, UTC, cut to milliseconds."""
    return to_milliseconds(datetime.now(UTC))
