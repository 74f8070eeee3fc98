"""What each field of a form makes of what is typed (programme 9.1 to 9.4)."""

import ast
from collections.abc import Callable
from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from shared.contracts.types import Address
from shared.programme.forms.addresses import AddressForm, country
from shared.programme.forms.days import has_come
from shared.programme.forms.numbers import business_number, person_reference
from shared.programme.forms.telephones import telephone
from shared.programme.forms.texts import one_line, paragraphs, searched
from tests.support.fields import fields_of
from tests.support.source import SERVICES, modules

IN_ONTARIO = {"lines": ["4 Harbour Street"], "city": "Thunder Bay", "region": "ON", "postal_code": "P7B 5E1"}


def refused(read: Callable[[str], object], text: str) -> str:
    with pytest.raises(ValueError, match=r"^\w+$") as raised:
        read(text)
    return str(raised.value)


# --- texts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Nipigon \t Cartage\u00a0Ltd. ", "Nipigon Cartage Ltd."),
        ("Cafe\u0301", "Caf\u00e9"),
        ("Ac\u200bme\ufeff", "Acme"),
        ("Acme\u200f", "Acme"),
        ("Acme\u3164\u3164", "Acme"),
        ("A\u200dcme\u200d", "Acme"),
        ("\u200b\u2060", ""),
        ("\u0301", ""),
    ],
)
def test_a_line_is_kept_in_one_spelling(typed: str, kept: str) -> None:
    assert one_line(typed) == kept


@pytest.mark.parametrize(
    "sign", ["\n", "\r\n", "\x00", "\x07", "\x0b", "\u2028", "\u202e", "\u2067", "\ud83d", "\ue000"]
)
def test_a_line_with_what_deceives_is_refused(sign: str) -> None:
    assert refused(one_line, f"Acme{sign}Ltd.") == "characters_not_allowed"


def test_a_text_of_several_lines_keeps_them() -> None:
    assert paragraphs(" One.\r\nTwo.\r  \u2028\tFour. \n") == "One.\nTwo.\n\n Four."
    assert refused(paragraphs, "One.\x00Two.") == "characters_not_allowed"


@pytest.mark.parametrize("typed", ["", "'", "\u200b", "- \u2019", "&"])
def test_a_search_for_signs_alone_is_refused(typed: str) -> None:
    assert refused(searched, typed) == "name_not_searchable"


# --- numbers --------------------------------------------------------------------------------------


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


# --- telephones -----------------------------------------------------------------------------------


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


# --- addresses ------------------------------------------------------------------------------------


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


# --- days -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hour", "come"), [("02:29", False), ("02:30", True), ("03:59", True)])
def test_a_day_has_come_once_it_has_in_newfoundland(hour: str, *, come: bool) -> None:
    assert has_come(date(2026, 7, 2), datetime.fromisoformat(f"2026-07-02T{hour}Z").astimezone(UTC)) is come


# --- a form and what is stored --------------------------------------------------------------------


def pairs() -> list[tuple[type[BaseModel], type[BaseModel]]]:
    """Every form that an endpoint takes, with the class that it becomes: read from the endpoints."""
    found = []
    for service in SERVICES:
        for module in modules(f"services/{service}/api"):
            known = vars(import_module(module.name))
            for function in (node for node in ast.walk(module.tree) if isinstance(node, ast.AsyncFunctionDef)):
                form = next((argument.annotation for argument in function.args.args if argument.arg == "body"), None)
                for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
                    if ast.unparse(call.func) == "body.into" and form is not None:
                        name = (form.slice.elts[0] if isinstance(form, ast.Subscript) else form).id  # type: ignore[attr-defined]
                        found.append((known[name], known[ast.unparse(call.args[0])]))
    return found


PAIRS = pairs()
FREE = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300)
LIKELY = st.sampled_from(["910000017", "+1 807 555 0142 ext. 1234567", "CA", "UKZ3J5DMNQ7X2A4VOTB6LCWEYH", "x" * 4000])


def test_every_form_that_becomes_something_is_found() -> None:
    assert len(PAIRS) >= 21


@settings(max_examples=300, deadline=None)
@given(text=FREE | LIKELY, pair=st.sampled_from(PAIRS))
def test_what_a_form_takes_can_be_stored(text: str, pair: tuple[type[BaseModel], type[BaseModel]]) -> None:
    form, stored = ({field.where: field for field in fields_of(model, "")} for model in pair)
    assert form.keys() <= {*stored, ".attests_signing_authority"}
    for where, field in form.items():
        if field.reader.json_schema().get("type") == "string":
            try:
                read = field.reader.validate_python(text)
            except ValidationError:
                continue
            assert TypeAdapter(stored[where].type).validate_python(read) == read


def test_no_form_is_what_is_stored() -> None:
    assert [form for form, stored in PAIRS if issubclass(form, stored) or issubclass(stored, form)] == []
