"""A form is never what is stored, and whatever it takes can be stored (decision 0024)."""

import ast
from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from shared.errors import RefusedWith
from shared.programme.forms import Form
from shared.programme.forms.addresses import AddressForm
from tests.support.fields import Field, fields_of
from tests.support.source import SERVICES, modules


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
                        name = ast.unparse(form).removeprefix("Annotated[").partition(",")[0]
                        found.append((known[name], known[ast.unparse(call.args[0])]))
    return found


def only(found: Iterable[Field]) -> list[Field]:
    """The field, unless there are several: an answer is of many kinds."""
    fields = list(found)
    return fields if len(fields) == 1 else []


PAIRS = pairs()
FIELDS = [
    (f"{form.__name__}{field.where}", field, stored_field)
    for form, stored in PAIRS
    for field in fields_of(form, "")
    for stored_field in only(found for found in fields_of(stored, "") if found.where == field.where)
    if field.reader.json_schema().get("type") == "string"
]
FREE = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300)
LIKELY = st.sampled_from(["910000017", "+1 807 555 0142 ext. 1234567", "CA", "UKZ3J5DMNQ7X2A4VOTB6LCWEYH", "x" * 4000])


def test_every_form_that_becomes_something_is_found() -> None:
    assert (len(PAIRS), len(FIELDS)) >= (21, 86)


def test_what_becomes_something_has_its_fields() -> None:
    for form, stored in PAIRS:
        assert form.model_fields.keys() == stored.model_fields.keys()


@settings(max_examples=500, deadline=None)
@given(text=FREE | LIKELY, field=st.sampled_from(FIELDS))
def test_what_a_form_takes_can_be_stored(text: str, field: tuple[str, Field, Field]) -> None:
    _, typed, stored = field
    try:
        read = typed.reader.validate_python(text)
    except ValidationError:
        return
    assert stored.reader.validate_python(read) == read


def parts(form: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel], FieldInfo]]:
    """Every form within a form that may be left out but, where it is given, has several fields that it needs."""
    for name, field in form.model_fields.items():
        for inner in (field.annotation, *get_args(field.annotation)):
            if isinstance(inner, type) and issubclass(inner, Form):
                needed = [needed for needed, part in inner.model_fields.items() if part.is_required()]
                if not field.is_required() and len(needed) > 1:
                    yield f"{form.__name__}.{name}", inner, field
                yield from parts(inner)


def test_what_is_needed_together_is_refused_by_a_code_of_its_own() -> None:
    together = {part[0]: part for form, _ in PAIRS for part in parts(form)}
    assert set(together) == {"ProfileForm.contact"}
    for _, form, field in together.values():
        codes = {code for mark in field.metadata if isinstance(mark, RefusedWith) for code in mark.codes}
        for name in form.model_fields:
            with pytest.raises(ValidationError) as refused:
                form.model_validate({name: "anything"})
            assert {str(error["ctx"]["error"]) for error in refused.value.errors()} == codes


class Forgotten(Form):
    """A form with a part of which half may be sent."""

    division: AddressForm | None = None
    address: AddressForm


def test_a_part_that_nobody_thought_of_is_found() -> None:
    assert [where for where, _, _ in parts(Forgotten)] == ["Forgotten.division"]


def test_no_form_is_what_is_stored() -> None:
    assert [form for form, stored in PAIRS if issubclass(form, stored) or issubclass(stored, form)] == []
