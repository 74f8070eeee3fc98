"""Who finds which rooms in the console, and where the day begins."""

import pytest

from shared.pages.addresses import addresses
from shared.pages.console import ROOMS, first_room_of, rooms_of


@pytest.mark.parametrize(
    ("roles", "rooms", "first"),
    [
        pytest.param(("review_officer",), ("cases", "members"), "cases", id="review"),
        pytest.param(("risk_officer",), ("cases", "assessments", "members"), "assessments", id="risk"),
        pytest.param(("site_officer",), ("cases", "validations", "members"), "validations", id="site"),
        pytest.param(
            ("decision_officer",),
            ("cases", "assessments", "validations", "members", "recovery"),
            "cases",
            id="decision",
        ),
        pytest.param(
            ("site_officer", "risk_officer"),
            ("cases", "assessments", "validations", "members"),
            "assessments",
            id="risk and site",
        ),
        pytest.param(
            ("risk_officer", "trader", "review_officer"),
            ("cases", "assessments", "members"),
            "cases",
            id="risk and review, for a company too",
        ),
        pytest.param(("operator",), ("intake_operations",), "intake_operations", id="operator"),
        pytest.param(("partner",), ("feed",), "feed", id="partner"),
        pytest.param(("trader",), (), None, id="people of companies"),
        pytest.param((), (), None, id="nobody in particular"),
    ],
)
def test_given_a_role_the_console_has_its_rooms(roles: tuple[str, ...], rooms: tuple[str, ...], first: str) -> None:
    assert rooms_of(roles) == rooms
    assert first_room_of(roles) == first


def test_every_room_has_an_address() -> None:
    assert set(ROOMS) <= set(addresses())
