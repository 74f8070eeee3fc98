"""A form is never what is stored, and whatever it takes can be stored (decision 0024)."""

import ast
from importlib import import_module

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from tests.support.fields import fields_of
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
