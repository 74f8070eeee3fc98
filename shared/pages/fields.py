"""Fields of forms and bodies of commands: a field's name is the path of its value, as `address.postal_code`.

From body to fields and back is the identity (tests/shared/pages/test_fields). An empty field is one that was left out.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel, TypeAdapter

from shared.model import Json, Model

Given = Mapping[str, tuple[str, ...]]
YES, NO = "true", "false"


def fields_of(body: Model) -> Given:
    """The fields that a form is filled with, to send this body."""
    return dict(_written("", body.model_dump(mode="json", exclude_none=True)))


def _written(path: str, value: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    match value:
        case dict():
            for name, inner in value.items():
                yield from _written(f"{path}.{name}" if path else name, inner)
        case list():
            yield path, tuple(_text(item) for item in value)
        case _:
            yield path, (_text(value),)


def _text(value: Any) -> str:
    return {True: YES, False: NO}[value] if isinstance(value, bool) else str(value)


def body_of(given: Given, kind: type[Model], read_as: Mapping[str, Any] | None = None) -> Json:
    """The body that these fields make, to be validated as `kind`; what it does not know is left out.

    `read_as`: the types of fields of which the model leaves several to choose from, by path.
    """
    return _read("", given, kind, read_as or {})


def _read(path: str, given: Given, kind: type[BaseModel], read_as: Mapping[str, Any]) -> Json:
    body: Json = {}
    for name, field in kind.model_fields.items():
        at = f"{path}.{name}" if path else name
        value = _value(at, given, read_as.get(at, field.annotation), read_as)
        if value not in (None, {}):
            body[name] = value
    return body


def _value(path: str, given: Given, annotation: Any, read_as: Mapping[str, Any]) -> Any:
    inner = _bare(annotation)
    if isinstance(inner, type) and issubclass(inner, BaseModel):
        return _read(path, given, inner, read_as)
    texts = tuple(text for text in given.get(path, ()) if text.strip())
    if get_origin(inner) is tuple:
        return [_scalar(text, get_args(inner)[0]) for text in texts] if path in given else None
    return _scalar(texts[-1], inner) if texts else None


def _scalar(text: str, annotation: Any) -> Any:
    match _bare(annotation):
        case kind if kind is bool:
            return {YES: True, NO: False}.get(text, text)
        case kind if kind is int:
            return int(text) if text.strip().lstrip("-").isdecimal() else text
        case _:
            return text


def _bare(annotation: Any) -> Any:
    """A type without what stands beside it, and without None."""
    while True:
        if hasattr(annotation, "__metadata__"):
            annotation = annotation.__origin__
        elif type(None) in get_args(annotation):
            annotation = next(each for each in get_args(annotation) if each is not type(None))
        else:
            return annotation


def validated(given: Given, kind: type[Model], read_as: Mapping[str, Any] | None = None) -> Any:
    """The body as a model. Raises pydantic's ValidationError."""
    return TypeAdapter(kind).validate_python(body_of(given, kind, read_as))


def gathered(pairs: Iterable[tuple[str, str]]) -> Given:
    """Fields by their names, in the order in which each was sent."""
    found: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        found[name] = (*found.get(name, ()), value)
    return found
