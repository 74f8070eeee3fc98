"""To which field of a form a fault belongs, so that its entry in the summary leads there."""

from collections.abc import Iterator, Mapping
from typing import get_args, get_origin

from pydantic import BaseModel, ValidationError

from shared.errors import Refused
from shared.http.openapi import read_with
from shared.http.problems import code_of
from shared.model import Model
from shared.pages.fields import Given, bare, filled_in, is_model, parts_of, within

Faults = Mapping[str, str]
Known = Mapping[str, frozenset[str]]
WHOLE = ""
MISSING, TOO_SHORT = "missing", "too_short"
MOST_FAULTS = 50


class Unfitting(Exception):  # noqa: N818 - a property of a form
    """What was filled in does not fit the body of the command: which fields, by which codes."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(*faults.values())
        self.faults = faults


def faults_of(invalid: ValidationError, given: Given, kind: type[Model]) -> Faults:
    """The first fault of each field, by its code, in the order of the fields; no more than a person reads."""
    found: dict[str, str] = {}
    known, lines = known_of(kind), frozenset(_lists_of_texts(kind, WHOLE))
    for error in invalid.errors()[:MOST_FAULTS]:
        code = code_of(error)
        at = place(_as_sent(error["loc"], given), code, given, known)
        found.setdefault(at, MISSING if code == TOO_SHORT and at in lines else code)
    return found


def faults_of_refusal(refused: Refused, given: Given) -> Faults:
    """The refusal, at the field that it names or at the form as a whole, and those of its details that have a field."""
    found = {place(refused.field or WHOLE, refused.code, given): refused.code}
    for detail in refused.details:
        found.setdefault(place(detail["where"], detail["code"], given), detail["code"])
    return found


def place(where: str, code: str, given: Given, known: Known | None = None) -> str:
    """The name of the field: itself, else what it is part of, else the part that a code is about; or the whole form.

    `known`: the fields of the body, each with the codes that its type declares.
    """
    known = known or {}
    names = dict.fromkeys((*known, *given))
    for name in _upwards(where):
        if name in names:
            return name
    parts = [name for name in names if name.startswith(within(where, WHOLE))]
    declaring = [name for name in parts if code in known.get(name, ())]
    empty = [name for name in parts if where and not filled_in(given, name)]
    return next(iter((*declaring, *empty, *(parts if where else ()))), WHOLE)


def known_of(kind: type[BaseModel], path: str = WHOLE) -> Known:
    """Every field of a body by its path, with the codes that its type declares; a list is one field."""
    return dict(_known(kind, path))


def _known(kind: type[BaseModel], path: str) -> Iterator[tuple[str, frozenset[str]]]:
    for name, field in kind.model_fields.items():
        inner = bare(field.annotation)
        if is_model(inner):
            yield from _known(inner, within(path, name))
        else:
            yield within(path, name), frozenset(read_with(field))


def _lists_of_texts(kind: type[BaseModel], path: str) -> Iterator[str]:
    """The fields into which texts are typed one below the other, of which nobody chooses any."""
    for name, field in kind.model_fields.items():
        inner = bare(field.annotation)
        if is_model(inner):
            yield from _lists_of_texts(inner, within(path, name))
        elif get_origin(inner) is tuple and bare(get_args(inner)[0]) is str:
            yield within(path, name)


def _upwards(where: str) -> Iterator[str]:
    """A path, and what it is within, up to its first part."""
    while where:
        yield where
        where = where.rpartition(".")[0]


def _as_sent(loc: tuple[int | str, ...], given: Given) -> str:
    """The path of a fault with the numbers that were sent: parts of a list that are left empty are not counted."""
    path = WHOLE
    for part in loc:
        sent = parts_of(path, given) if isinstance(part, int) else ()
        path = within(path, sent[part] if isinstance(part, int) and part < len(sent) else str(part))
    return path
