"""Fields of forms and bodies of commands: a field's name is the path of its value, as `address.postal_code`.

From body to fields and back is the identity (tests/shared/pages/test_fields). An empty field is one that was left out.
A list has a field for each of its values, and an empty one beside them, by which "none" differs from "left out"; the
parts of a list of models are numbered, as `documents.0.sha256`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from shared.model import Json, Model

Given = Mapping[str, tuple[str, ...]]
YES, NO = "true", "false"
EMPTY = ("",)
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")


def gathered(pairs: Iterable[tuple[str, str]]) -> Given:
    """Fields by their names, in the order in which each was sent."""
    found: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        found[name] = (*found.get(name, ()), value)
    return found


def filled_in(given: Given, name: str) -> tuple[str, ...]:
    """The values of a field in which something stands."""
    return tuple(text for text in given.get(name, ()) if text.strip())


def within(path: str, name: str) -> str:
    """The path of what has this name within a path."""
    return f"{path}.{name}" if path else name


# --- from body to fields --------------------------------------------------------------------------


def fields_of(body: Model) -> Given:
    """The fields that a form is filled with, to send this body."""
    return dict(_written("", body.model_dump(mode="json", exclude_none=True)))


def _written(path: str, value: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    match value:
        case dict():
            for name, inner in value.items():
                yield from _written(within(path, name), inner)
        case []:
            yield path, EMPTY
        case [dict(), *_]:
            for number, part in enumerate(value):
                yield from _written(within(path, str(number)), part)
        case list():
            yield path, tuple(map(_text, value))
        case _:
            yield path, (_text(value),)


def _text(value: Any) -> str:
    return {True: YES, False: NO}[value] if isinstance(value, bool) else str(value)


# --- from fields to body --------------------------------------------------------------------------


def validated(given: Given, kind: type[Model], read_as: Mapping[str, Any] | None = None) -> Any:
    """The body as a model. Raises pydantic's ValidationError."""
    return kind.model_validate(body_of(given, kind, read_as))


def body_of(given: Given, kind: type[Model], read_as: Mapping[str, Any] | None = None) -> Json:
    """The body that these fields make, to be validated as `kind`; what it does not know is left out.

    `read_as`: the types of fields of which the model leaves several to choose from, by path.
    """
    return _read("", given, kind, read_as or {})


def _read(path: str, given: Given, kind: type[BaseModel], read_as: Mapping[str, Any]) -> Json:
    values = {
        name: _value(at, given, read_as.get(at, field.annotation), read_as)
        for name, field in kind.model_fields.items()
        for at in (within(path, name),)
    }
    return {name: value for name, value in values.items() if value is not None}


def _value(path: str, given: Given, annotation: Any, read_as: Mapping[str, Any]) -> Any:
    """What stands at a path; None where it is left out."""
    inner = bare(annotation)
    if is_model(inner):
        is_left_out = may_be_none(annotation) and not _is_given(path, given)
        return None if is_left_out else _read(path, given, inner, read_as)
    if get_origin(inner) is tuple:
        return _list(path, given, get_args(inner)[0], read_as)
    texts = filled_in(given, path)
    return _scalar(texts[-1], inner) if texts else None


def _list(path: str, given: Given, item: Any, read_as: Mapping[str, Any]) -> list[Any] | None:
    inner = bare(item)
    if is_model(inner):
        values: list[Any] = [_read(within(path, part), given, inner, read_as) for part in parts_of(path, given)]
    else:
        values = [_scalar(text, inner) for text in filled_in(given, path)]
    return values if values or path in given else None


def parts_of(path: str, given: Given) -> tuple[str, ...]:
    """The numbers of the parts of a list of models in which something stands, in order."""
    numbered = re.compile(re.escape(path) + r"\.([0-9]{1,4})\.")
    numbers = {part[1] for name in given if (part := numbered.match(name)) and filled_in(given, name)}
    return tuple(sorted(numbers, key=int))


def _is_given(path: str, given: Given) -> bool:
    """Whether anything stands at a path or within it."""
    return any(filled_in(given, name) for name in given if name == path or name.startswith(f"{path}."))


def _scalar(text: str, annotation: Any) -> Any:
    kind, trimmed = bare(annotation), text.strip()
    if kind is bool:
        return {YES: True, NO: False}.get(trimmed, trimmed)
    if kind is int:
        digits = "".join(text.split())
        return int(digits) if _WHOLE_NUMBER.fullmatch(digits) else trimmed
    return text if kind is str else trimmed


def is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def may_be_none(annotation: Any) -> bool:
    if hasattr(annotation, "__metadata__"):
        return may_be_none(annotation.__origin__)
    return type(None) in get_args(annotation)


def bare(annotation: Any) -> Any:
    """A type without what stands beside it, and without None."""
    if hasattr(annotation, "__metadata__"):
        return bare(annotation.__origin__)
    if may_be_none(annotation):
        return bare(Union[tuple(each for each in get_args(annotation) if each is not type(None))])  # noqa: UP007
    return annotation
