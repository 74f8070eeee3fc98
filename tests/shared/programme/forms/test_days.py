"""A day has come once it has come anywhere in Canada (programme 9.4)."""

from datetime import UTC, date, datetime
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.contracts.types import CalendarDay
from shared.programme.forms import Form
from shared.programme.forms.days import has_come, not_before


@pytest.mark.parametrize(("hour", "come"), [("02:29", False), ("02:30", True), ("03:59", True)])
def test_a_day_has_come_once_it_has_in_newfoundland(hour: str, *, come: bool) -> None:
    assert has_come(date(2026, 7, 2), datetime.fromisoformat(f"2026-07-02T{hour}Z").astimezone(UTC)) is come


class Period(Form):
    first: CalendarDay | None = None
    last: Annotated[CalendarDay, not_before("first")] | None = None


@given(first=st.none() | st.dates(date(1900, 1, 1)), last=st.none() | st.dates(date(1900, 1, 1)))
def test_a_period_ends_on_its_first_day_or_later(first: date | None, last: date | None) -> None:
    try:
        Period(first=first, last=last)
    except ValidationError as refused:
        [error] = refused.errors()
        assert (error["loc"], str(error["ctx"]["error"])) == (("last",), "period_reversed")
        assert first is not None
        assert last is not None
        assert last < first
    else:
        assert first is None or last is None or first <= last
