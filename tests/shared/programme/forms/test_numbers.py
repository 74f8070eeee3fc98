"""Numbers are read as people write them (programme 9.1)."""

import pytest

from shared.programme.forms.numbers import business_number, person_reference
from tests.support.builders.typing_in import refused


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("910000017", ("910000017", None)),
        (" 910 000-017 ", ("910000017", None)),
        ("910\u2013000\u2013017\u00a0RM\u00a00001", ("910000017", "RM0001")),
        ("910000017rm0001", ("910000017", "RM0001")),
    ],
)
def test_a_business_number_is_read_as_people_write_it(typed: str, read: tuple[str, str | None]) -> None:
    assert business_number(typed) == read


@pytest.mark.parametrize(
    "typed",
    ["000000000", "910000018", "91000001", "9100000170", "910000017RT0001", "910000017RM1", "RM0001", "", "\u0669" * 9],
)
def test_a_business_number_that_nobody_has_is_refused(typed: str) -> None:
    assert refused(business_number, typed) == "business_number_invalid"


@pytest.mark.parametrize(
    "typed", ["banana", "a/b", "..", "", "UKZ3J5DMNQ7X2A4VOTB6LCWEY1", "UKZ3J5DMNQ7X2A4VOTB6LCWEY"]
)
def test_a_reference_that_no_token_makes_is_refused(typed: str) -> None:
    assert refused(person_reference, typed) == "reference_number_invalid"


def test_a_reference_is_read_in_any_case() -> None:
    assert person_reference(" ukz3j5dmnq7x2a4votb6lcweyh ") == "UKZ3J5DMNQ7X2A4VOTB6LCWEYH"
