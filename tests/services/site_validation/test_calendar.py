"""Laws of the calendar: every visit to come stands in one group of days, and every state has its next step."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.site_validation.domain.validation.state import Dossier, Open
from services.site_validation.views.calendar import Asked, Group, entry, matching
from services.site_validation.views.concluding import next_step
from services.site_validation.views.validations import ValidationView, validation_view
from shared.contracts import catalogue
from shared.pages.addresses import addresses
from tests.support.builders.site_validation import DUE, LIVES, SOON, TODAY, VALIDATIONS, validation_in

OF_DAYS: tuple[Group, ...] = ("missed", "this_week", "next_week", "later")
BOUNDS = {"$lt": date.__lt__, "$lte": date.__le__, "$gt": date.__gt__, "$gte": date.__ge__}
REQUIREMENTS = catalogue.load().requirements


def holds(group: Group, today: date, day: date) -> bool:
    """Whether the query for a group of days finds a visit on this day."""
    _, part = matching(Asked(group=group), today)["$and"]
    bounds: Mapping[str, Any] = part["state.visits"]["$elemMatch"]["on"]
    return all(BOUNDS[bound](day, date.fromisoformat(value)) for bound, value in bounds.items())


@given(today=st.dates(date(2025, 1, 1), date(2030, 1, 1)), away=st.integers(-400, 400))
def test_every_day_of_a_visit_to_come_belongs_to_one_group(today: date, away: int) -> None:
    day = today + timedelta(days=away)
    [group] = [group for group in OF_DAYS if holds(group, today, day)]
    weeks = (day - today + timedelta(days=today.weekday())).days // 7
    assert group == ("missed" if day < today else {0: "this_week", 1: "next_week"}.get(weeks, "later"))


@pytest.mark.parametrize("life", [life for life in LIVES if isinstance(validation_in(life), Dossier)])
def test_whatever_is_open_has_a_next_step_on_a_page_and_nothing_else_has(life: str) -> None:
    state = validation_in(life)
    view = validation_view(state, REQUIREMENTS, "https://intake.example/", DUE)
    assert isinstance(view, ValidationView)
    for today in (TODAY, SOON, DUE + timedelta(days=9)):
        step = next_step(view, today)
        assert (step is not None) is isinstance(state, Open)
        if step:
            ids = {"application_id": view.application_id, **step.ids}
            assert addresses()[step.page].path("fr", **ids)


@pytest.mark.parametrize(
    ("life", "key", "acts"),
    [
        ("open", "plan", "officer"),
        ("planned", "wait_for_visit", "company"),
        ("confirmed", "prepare", "officer"),
        ("another_day_asked", "another_day", "officer"),
        ("cancelled", "plan", "officer"),
        ("held", "find", "officer"),
        ("noted", "conclude", "officer"),
        ("action_open", "wait_for_action", "company"),
        ("responded", "respond", "officer"),
        ("rejected", "wait_for_action", "company"),
        ("overdue", "overdue", "company"),
        ("accepted", "conclude", "officer"),
    ],
)
def test_what_is_next_and_who_acts(life: str, key: str, acts: str) -> None:
    view = validation_view(validation_in(life), REQUIREMENTS, "https://intake.example/", DUE)
    assert isinstance(view, ValidationView)
    step = next_step(view, TODAY)
    assert step
    assert (step.key, step.acts) == (key, acts)


@pytest.mark.parametrize("life", [life for life in LIVES if life not in {"absent", "closed"}])
def test_a_line_is_read_from_whatever_is_stored(life: str) -> None:
    state = validation_in(life)
    line = entry(VALIDATIONS.states.dump_python(state, mode="json"))
    assert (line.status, line.application) == (state.status, getattr(state, "application", None))
    assert line.visits == getattr(state, "visits", ())
    assert line.overdue + line.responded <= len(line.actions)


def test_every_group_can_be_asked_for() -> None:
    assert {group for group in get_args(Group) if matching(Asked(group=group), TODAY)} == {*get_args(Group)}
