"""Entity tags (RFC 9110, 8.8.3): what a caller expects with If-Match, and what it has already with If-None-Match.

A tag begins with the sequence of the aggregate, which alone is compared before a command. The tag of an answer to GET
goes on with a digest of the answer, for the same state reads differently in another language or on another day.
"""

import re
from collections.abc import Container
from hashlib import sha256

from starlette.datastructures import MutableHeaders
from starlette.types import Message

ANY = "*"
_MOST_DIGITS = 18
_OF_WHATEVER_IS_THERE = range(1, 10**_MOST_DIGITS)  # what is not there has the sequence 0
_ENTITY = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
_OURS = re.compile(rf"([1-9][0-9]{{0,{_MOST_DIGITS - 1}}})(-[0-9a-f]{{8}})?")
_OF_A_BODY = ("content-length", "content-type")


def tag_of(sequence: int) -> str:
    """The tag of an aggregate at this sequence."""
    return f'"{sequence}"'


def expected_sequences(if_match: str) -> Container[int]:
    """The sequences that an aggregate may have; a weak tag matches none, and nothing matches what is not there.

    Raises ValueError.
    """
    if if_match.strip() == ANY:
        return _OF_WHATEVER_IS_THERE
    opaque = [opaque for weak, opaque in _entities(if_match) if not weak]
    return frozenset(int(ours[1]) for ours in map(_OURS.fullmatch, opaque) if ours)


def tagged(start: Message, body: bytes, if_none_match: str | None) -> tuple[Message, bytes]:
    """Head and body of an answer under its own tag: 304 without a body for a caller who has it already."""
    headers = MutableHeaders(raw=list(start["headers"]))
    sequence = _OURS.fullmatch(headers.get("etag", "").strip('"'))
    if start["status"] != 200 or sequence is None:  # noqa: PLR2004 - OK
        return start, body
    opaque = f"{sequence[1]}-{sha256(body).hexdigest()[:8]}"
    headers["etag"] = f'"{opaque}"'
    if not _has(if_none_match, opaque):
        return {**start, "headers": headers.raw}, body
    kept = [(name, value) for name, value in headers.raw if name.decode() not in _OF_A_BODY]
    return {**start, "status": 304, "headers": kept}, b""


def _has(if_none_match: str | None, opaque: str) -> bool:
    if if_none_match is None:
        return False
    try:
        return if_none_match.strip() == ANY or opaque in {known for _, known in _entities(if_none_match)}
    except ValueError:
        return False


def _entities(header: str) -> list[tuple[str, str]]:
    """The tags of a list, each with its mark of weakness. Raises ValueError if it is no list of tags."""
    between = _ENTITY.split(header)[:: _ENTITY.groups + 1]
    apart = all("," in gap for gap in between[1:-1])
    if len(between) == 1 or not apart or set("".join(between)) - set(" \t,"):
        raise ValueError("malformed")
    return _ENTITY.findall(header)
