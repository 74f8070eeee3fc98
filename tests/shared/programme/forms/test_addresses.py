"""An address is kept in the form of its country (programme 9.2)."""

from typing import Any

import pytest
from pydantic import ValidationError

from shared.contracts.types import Address
from shared.programme.forms.addresses import AddressForm, country

IN_ONTARIO = {"lines": ["4 Harbour Street"], "city": "Thunder Bay", "region": "ON", "postal_code": "P7B 5E1"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"country": "ca", "region": "ca-on", "postal_code": "p7b5e1"}, ("CA", "ON", "P7B 5E1")),
        ({"country": "CA", "region": "nu", "postal_code": "X0A-0H0"}, ("CA", "NU", "X0A 0H0")),
        ({"country": "US", "region": "MI", "postal_code": "48226"}, ("US", "MI", "48226")),
        ({"country": "US", "region": "MI", "postal_code": "48226 1234"}, ("US", "MI", "48226-1234")),
        ({"country": "PR", "region": None, "postal_code": "00901"}, ("US", "PR", "00901")),
        ({"country": "US", "region": "PR", "postal_code": "00901"}, ("US", "PR", "00901")),
        ({"country": "HK", "region": None, "postal_code": None}, ("HK", None, None)),
        ({"country": "IE", "region": "Co. Clare", "postal_code": "V95\u00a0X2F3"}, ("IE", "Co. Clare", "V95 X2F3")),
    ],
)
def test_an_address_is_kept_in_the_form_of_its_country(typed: dict[str, Any], kept: tuple[str | None, ...]) -> None:
    read = AddressForm.model_validate(IN_ONTARIO | typed)
    assert (read.country, read.region, read.postal_code) == kept
    assert read.into(Address) == Address.model_validate(read.model_dump())


@pytest.mark.parametrize(
    ("typed", "field", "code"),
    [
        ({"country": "ZZ"}, ("country",), "country_unknown"),
        ({"country": "UK"}, ("country",), "country_unknown"),
        ({"region": "Ontario"}, ("region",), "region_unknown"),
        ({"region": "MI"}, ("region",), "region_unknown"),
        ({"postal_code": "D7B 5E1"}, ("postal_code",), "postal_code_invalid"),
        ({"postal_code": "48226"}, ("postal_code",), "postal_code_invalid"),
        ({"postal_code": None}, (), "region_and_postal_code_required"),
        ({"region": None}, (), "region_and_postal_code_required"),
        ({"city": "Thunder\nBay"}, ("city",), "characters_not_allowed"),
    ],
)
def test_an_address_that_is_none_is_refused_where_it_is_wrong(
    typed: dict[str, Any], field: tuple[str, ...], code: str
) -> None:
    with pytest.raises(ValidationError) as invalid:
        AddressForm.model_validate({"country": "CA", **IN_ONTARIO, **typed})
    [error] = invalid.value.errors()
    assert (error["loc"], str(error["ctx"]["error"])) == (field, code)


def test_an_address_has_three_lines_at_most() -> None:
    with pytest.raises(ValidationError, match="at most 3"):
        AddressForm.model_validate({"country": "CA", **IN_ONTARIO, "lines": ["1", "2", "3", "4"]})


def test_an_outlying_area_is_of_the_united_states() -> None:
    assert [country(code) for code in ("PR", "gu", "VI", "AS", "MP", "UM")] == ["US"] * 6
