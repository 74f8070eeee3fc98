"""A day has come once it has come anywhere in Canada (programme 9.4)."""

from datetime import UTC, date, datetime

import pytest

from shared.programme.forms.days import has_come


@pytest.mark.parametrize(("hour", "come"), [("02:29", False), ("02:30", True), ("03:59", True)])
def test_a_day_has_come_once_it_has_in_newfoundland(hour: str, *, come: bool) -> None:
    assert has_come(date(2026, 7, 2), datetime.fromisoformat(f"2026-07-02T{hour}Z").astimezone(UTC)) is come
