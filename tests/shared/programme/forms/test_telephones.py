"""Telephone numbers are kept as they are dialled from abroad (programme 9.2)."""

import pytest

from shared.programme.forms.telephones import telephone
from tests.support.builders.typing_in import refused


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("(807) 555-0142", "+1 807 555 0142"),
        ("+1 807 555 0142 ext. 12", "+1 807 555 0142 (12)"),
        ("819 555-0164 poste 7", "+1 819 555 0164 (7)"),
        ("807.555.0142x12", "+1 807 555 0142 (12)"),
        ("tel:+1-807-555-0142;ext=12", "+1 807 555 0142 (12)"),
        ("+44 20 7946 0958", "+44 20 7946 0958"),
        ("+852 2123 4567", "+852 2123 4567"),
    ],
)
def test_a_telephone_number_is_kept_as_it_is_dialled_from_abroad(typed: str, kept: str) -> None:
    assert telephone(typed) == telephone(kept) == kept


@pytest.mark.parametrize(
    "typed", ["-------", "0000000", "555-0142", "+999 123 4567", "call me", "", "+1 807 555 0142 ext."]
)
def test_a_telephone_number_that_cannot_be_dialled_is_refused(typed: str) -> None:
    assert refused(telephone, typed) == "phone_invalid"
