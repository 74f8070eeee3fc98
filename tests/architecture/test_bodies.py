"""What people send is taken for what it says: no word for a yes, no text for a number, no number for a day."""

from collections.abc import Iterator, Mapping
from datetime import date
from types import FunctionType
from typing import Annotated, Any, get_args

import pytest
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from tests.support.built import app_of
from tests.support.source import SERVICES

WRONG: Mapping[str, tuple[object, ...]] = {
    "boolean": ("yes", "on", 1, 0.0),
    "integer": ("3", 3.0, True),
    "date": ("1763596800", 1763596800, "2026-11-25T10:00:00", True),
}


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Every model that a value of this type may hold, at any depth."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values():
            yield from models_in(field.annotation)
    for argument in get_args(annotation):
        yield from models_in(argument)


def bodies_of(service: str) -> set[type[BaseModel]]:
    endpoints = (
        route.endpoint
        for route in iter_route_contexts(app_of(service).routes)
        if isinstance(route.endpoint, FunctionType)
    )
    return {
        model
        for endpoint in endpoints
        for name, annotation in endpoint.__annotations__.items()
        if name == "body"
        for model in models_in(annotation)
    }


def kinds_of(field: FieldInfo) -> tuple[TypeAdapter[Any], set[str]]:
    """What reads a field, and which of the wrong kinds concern it."""
    reader: TypeAdapter[Any] = TypeAdapter(Annotated[field.annotation, "as it is declared", *field.metadata])  # type: ignore[arg-type]  # what a field is, is known when it is asked
    schema = reader.json_schema()
    choices = schema.get("anyOf", [schema])
    return reader, {choice.get("format", choice.get("type", "")) for choice in choices} & set(WRONG)


BODIES = sorted({body for service in SERVICES for body in bodies_of(service)}, key=lambda body: body.__name__)
FIELDS = [(f"{body.__name__}.{name}", *kinds_of(field)) for body in BODIES for name, field in body.model_fields.items()]
RIGHT = {"boolean": bool, "integer": int, "date": date}
CASES = [
    pytest.param(reader, wrong, id=f"{name} {wrong!r}")
    for name, reader, kinds in FIELDS
    for kind in sorted(kinds)
    for wrong in WRONG[kind]
    if type(wrong) not in {RIGHT[other] for other in kinds - {kind}}  # an answer may be of several kinds
]


@pytest.mark.parametrize(("reader", "wrong"), CASES)
def test_nothing_is_taken_for_something_else(reader: TypeAdapter[Any], wrong: object) -> None:
    with pytest.raises(ValidationError):
        reader.validate_python(wrong)
