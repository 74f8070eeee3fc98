"""A form is never what is stored, and whatever it takes can be stored (decision 0024)."""

import ast
from collections.abc import Iterable
from importlib import import_module

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

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


def test_no_form_is_what_is_stored() -> None:
    assert [form for form, stored in PAIRS if issubclass(form, stored) or issubclass(stored, form)] == []
