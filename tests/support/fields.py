"""What people send, field by field, enumerated from the routes of all services and the models of their bodies."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, get_args, get_origin

from fastapi import FastAPI
from pydantic import BaseModel, TypeAdapter

from tests.support.built import app_of, routes
from tests.support.source import SERVICES

MADE_BY_MACHINES = {"JournalledMessage"}  # copied from one service to another by the operators' commands
OPAQUE = {"after", "record"}  # cursors, and ids of records on the bus: given out, and sent back as they are


@dataclass(frozen=True)
class Field:
    """One value that is no model: where it stands, and the type that reads it."""

    where: str
    type: Any

    def __str__(self) -> str:
        return self.where

    @cached_property
    def reader(self) -> TypeAdapter[Any]:
        return TypeAdapter(self.type)


def fields_of(annotation: Any, where: str, metadata: tuple[Any, ...] = ()) -> Iterator[Field]:
    """Every value within a type, at any depth."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation.__name__ not in MADE_BY_MACHINES:
            for name, field in annotation.model_fields.items():
                yield from fields_of(field.annotation, f"{where}.{name}", tuple(field.metadata))
    elif get_origin(annotation) is Annotated:
        inner, *marks = get_args(annotation)
        yield from fields_of(inner, where, (*marks, *metadata))
    elif inner_types := [part for part in get_args(annotation) if part not in {type(None), ...} and _is_type(part)]:
        for part in inner_types:
            yield from fields_of(
                part, where, metadata if len(inner_types) == 1 and get_origin(annotation) is not tuple else ()
            )
    else:
        yield Field(where, Annotated[annotation, "as it is declared", *metadata])


def _is_type(part: Any) -> bool:
    return isinstance(part, type) or get_origin(part) is not None


def sent_to(app: FastAPI) -> Iterator[Field]:
    """Every value in bodies and queries; what a path names is looked up, and never kept."""
    for route in routes(app):
        if dependant := getattr(route, "dependant", None):
            for given in (*dependant.body_params, *dependant.query_params):
                where = f"{route.name} {given.alias}"
                yield from fields_of(given.field_info.annotation, where, tuple(given.field_info.metadata))


def everything_sent(taken: Callable[[Field], bool]) -> list[Field]:
    """The fields of every service that are taken, each once."""
    found = {f"{service}: {field}": field for service in SERVICES for field in sent_to(app_of(service))}
    return [
        Field(where, field.type)
        for where, field in found.items()
        if where.rpartition(".")[2].rpartition(" ")[2] not in OPAQUE and taken(field)
    ]
