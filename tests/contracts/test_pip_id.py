"""The PIP number: its golden value, its form, its check character."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_37_36

from shared.contracts.pip_id import is_pip_id, pip_id

GOLDEN = "CAPIPCKAF0C74V3GW"


def test_the_golden_value() -> None:
    assert pip_id("00000000-0000-4000-8000-000000000001") == GOLDEN


@given(st.uuids(version=4))
def test_every_number_has_the_form_and_a_valid_check_character(company: UUID) -> None:
    number = pip_id(str(company))
    assert len(number) == 17
    assert number.startswith("CAPIP")
    assert mod_37_36.is_valid(number)
    assert is_pip_id(number)


@given(st.integers(5, 16), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_one_wrong_character_is_noticed(position: int, character: str) -> None:
    changed = GOLDEN[:position] + character + GOLDEN[position + 1 :]
    assert is_pip_id(changed) == (changed == GOLDEN)


@pytest.mark.parametrize(
    "text", ["", GOLDEN.lower(), f" {GOLDEN}", f"{GOLDEN}\n", GOLDEN[:-1], "CAPIP", "USPIPCKAF0C74V3GW"]
)
def test_anything_else_is_no_number(text: str) -> None:
    assert not is_pip_id(text)
