"""Bodies of commands as people may send them: made from the models of every endpoint that gives a command."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

from hypothesis import assume
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from shared.model import Model
from shared.pages.fields import bare, is_model, within
from shared.programme.forms.addresses import AddressForm
from tests.support.builders.scenes import commanding
from tests.support.source import SERVICES

LIKELY = (
    *("910000017", "RM0001", "7NIP", "UKZ3J5DMNQ7X2A4VOTB6LCWEYH", "+1 807 555 0142 (12)", "sam@example.com"),
    *("CA", "NZ", "CS-01", "2026-01", "site-plan.pdf", 'Two lines,\nand <b>"signs"</b> & more', "9f86d081" * 8),
)
PROBE = "Any wörds"
ADDRESSES = (
    {"country": "CA", "region": "ON", "postal_code": "P7B 5E1"},
    {"country": "US", "region": "NY", "postal_code": "14203"},
    {"country": "NZ"},
)


def bodies() -> dict[str, type[Model]]:
    """What is sent with each command; what describes a file is a query at the endpoint, and fields on a page."""
    return {
        f"{service} {name}": sent.field_info.annotation
        for service in SERVICES
        for name, route in commanding(service).items()
        for sent in (*route.dependant.body_params, *route.dependant.query_params)
    }


@st.composite
def body(draw: st.DrawFn, kind: type[Model]) -> Model:
    """A body that its endpoint takes."""
    try:
        return kind.model_validate(draw(_parts(kind)))
    except ValidationError:
        assume(condition=False)
        raise


def read_as(value: Model, path: str = "") -> Mapping[str, Any]:
    """Which of several types the values of a body have, as the page knows that sends them."""
    chosen: dict[str, Any] = {}
    for name, field in type(value).model_fields.items():
        at, inner = within(path, name), getattr(value, name)
        if isinstance(inner, Model):
            chosen |= read_as(inner, at)
        elif get_origin(bare(field.annotation)) is Union:
            chosen[at] = tuple[str, ...] if isinstance(inner, tuple) else type(inner)
    return chosen


def _parts(kind: type[BaseModel]) -> st.SearchStrategy[dict[str, Any]]:
    needed = {name: field for name, field in kind.model_fields.items() if field.is_required()}
    strategies = {
        name: _values(Annotated[field.annotation, "as it is declared", *field.metadata])
        for name, field in kind.model_fields.items()
    }
    if kind is AddressForm:
        at_home = st.fixed_dictionaries({"lines": strategies["lines"], "city": strategies["city"]})
        return st.builds(lambda place, street: {**place, **street}, st.sampled_from(ADDRESSES), at_home)
    return st.fixed_dictionaries(
        {name: strategies[name] for name in needed},
        optional={name: strategies[name] for name in strategies.keys() - needed.keys()},
    )


def _values(annotation: Any) -> st.SearchStrategy[Any]:
    inner = bare(annotation)
    if is_model(inner):
        return _parts(inner)
    if get_origin(inner) is tuple:
        return st.lists(_values(get_args(inner)[0]), max_size=3).filter(lambda value: _takes(annotation, value))
    if get_origin(inner) is Union:
        return st.one_of(*map(_values, get_args(inner)))
    return _scalars(annotation, inner)


def _scalars(annotation: Any, inner: Any) -> st.SearchStrategy[Any]:
    if get_origin(inner) is Literal:
        return st.sampled_from(get_args(inner))
    made: Mapping[Any, st.SearchStrategy[Any]] = {
        bool: st.booleans(),
        int: st.integers(0, 10_000_000),
        UUID: st.uuids().map(str),
        date: st.dates(date(2000, 1, 1), date(2026, 1, 1)).map(date.isoformat),
    }
    if inner in made:
        return made[inner]
    likely = st.sampled_from([text for text in LIKELY if _takes(annotation, text)])
    if not _takes(annotation, PROBE):
        return likely
    return likely | st.text(max_size=50).filter(lambda text: _takes(annotation, text))


def _takes(annotation: Any, value: Any) -> bool:
    try:
        _reader(annotation).validate_python(value)
    except ValidationError:
        return False
    return True


@cache
def _reader(annotation: Any) -> TypeAdapter[Any]:
    return TypeAdapter(annotation)
