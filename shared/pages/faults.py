"""To which field of a form a fault belongs, so that its entry in the summary leads there."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from shared.errors import Refused
from shared.http.openapi import read_with
from shared.http.problems import code_of
from shared.model import Model
from shared.pages.fields import EMPTY, YES, Given, bare, filled_in, is_model, parts_of, within
from shared.programme.forms import Chosen, Declared

Faults = Mapping[str, str]
Known = Mapping[str, frozenset[str]]
WHOLE = ""
MISSING, NOT_CHOSEN, TOO_SHORT = "missing", "not_chosen", "too_short"
MOST_FAULTS = 50


class Unfitting(Exception):  # noqa: N818 - a property of a form
    """What was filled in does not fit the body of the command: which fields, by which codes."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(*faults.values())
        self.faults = faults


def faults_of(
    invalid: ValidationError, given: Given, kind: type[Model], read_as: Mapping[str, Any] | None = None
) -> Faults:
    """The first fault of each field, by its code, in the order of the fields; no more than a person reads.

    `read_as`: the types of fields of which the model leaves several to choose from, by path.
    """
    found: dict[str, str] = {}
    fields, known, read_as = dict(_fields(kind, WHOLE)), known_of(kind), read_as or {}
    for error in invalid.errors()[:MOST_FAULTS]:
        code = code_of(error)
        at = place(_as_sent(error["loc"], given), code, given, known)
        found.setdefault(at, _of_its_kind(code, fields[at], read_as.get(at)) if at in fields else code)
    for at, refusal in _undeclared(fields, given):
        found.setdefault(at, refusal)
    return found


def _undeclared(fields: Mapping[str, FieldInfo], given: Given) -> Iterator[tuple[str, str]]:
    """What the command would refuse next, where nothing else was wrong."""
    for at, field in fields.items():
        for mark in field.metadata:
            if isinstance(mark, Declared) and given.get(at, EMPTY)[-1] != YES:
                yield at, mark.refusal


def _of_its_kind(code: str, field: FieldInfo, read_as: Any) -> str:
    """Texts that stand one below the other are typed, of which nobody chooses any; what is offered is chosen."""
    annotation = bare(read_as or field.annotation)
    is_list_of_texts = get_origin(annotation) is tuple and bare(get_args(annotation)[0]) is str
    is_chosen = get_origin(annotation) is Literal or annotation in {bool, UUID} or Chosen in map(type, field.metadata)
    if code == TOO_SHORT and is_list_of_texts:
        return MISSING
    return NOT_CHOSEN if code == MISSING and is_chosen else code


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
    return {at: frozenset(read_with(field)) for at, field in _fields(kind, path)}


def _fields(kind: type[BaseModel], path: str) -> Iterator[tuple[str, FieldInfo]]:
    for name, field in kind.model_fields.items():
        inner = bare(field.annotation)
        if is_model(inner):
            yield from _fields(inner, within(path, name))
        else:
            yield within(path, name), field


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
