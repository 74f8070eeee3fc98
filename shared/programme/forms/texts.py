"""Texts: every script and every visible sign passes; nothing that deceives, and nothing invisible (programme 9.3)."""

import re
from collections.abc import Callable, Iterator
from typing import Annotated
from unicodedata import bidirectional, category, normalize

from pydantic import BeforeValidator, Field, StringConstraints

from shared.errors import RefusedWith

NOT_ALLOWED = "characters_not_allowed"
LONGEST_READ = 20_000  # a longer text is refused for its length, and not read

_REORDERING = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
_DIRECTION_MARKS = frozenset("\u061c\u200e\u200f")
_JOINERS = frozenset("\u200c\u200d")
_BLANKS = frozenset("\u2800\u3164\uffa0")
_FILLERS = _BLANKS | frozenset("\u115f\u1160")
_GRAPHEME_JOINER = "\u034f"
_SELECTORS = frozenset(map(chr, (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
_SELECTABLE = frozenset({"Lo", "Lm", "Nd", "Po", "Sk", "Sm", "So"})
_VISIBLE_FORMATS = frozenset(
    map(
        chr,
        (*range(0x0600, 0x0606), 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD, *range(0x13430, 0x13440)),
    )
)
_JOINING = (  # scripts whose letters join, from Arabic to Myanmar and beyond, and signs that are put together
    *((0x0600, 0x109F), (0x1700, 0x18AF), (0x1900, 0x1C7F), (0x2190, 0x2BFF), (0xA800, 0xA95F), (0xA980, 0xABFF)),
    *((0xFB50, 0xFDFF), (0xFE0F, 0xFE0F), (0xFE70, 0xFEFC), (0x10A00, 0x11FFF), (0x1E900, 0x1E95F), (0x1F000, 0x1FAFF)),
)
_NO_CHARACTERS = frozenset(
    map(chr, (*range(0xFDD0, 0xFDF0), *range(0xFFFE, 0x110000, 0x10000), *range(0xFFFF, 0x110000, 0x10000)))
)
_LINE_ENDS = re.compile("\r\n|[\r\n\u2028\u2029]")
_NEEDLESS_JOINERS = re.compile("[\u200c\u200d]+(?=[\u200c\u200d\\s]|$)")


def one_line(text: str) -> str:
    """A text of one line in NFC, its white space folded to single spaces; empty if nothing in it is visible.

    Raises ValueError(NOT_ALLOWED) for line breaks, control characters, lone surrogates, and what reverses the order.
    """
    return " ".join(_printable(text).split())


def paragraphs(text: str) -> str:
    """A text of several lines in NFC: line breaks become LF, and spaces stay. Raises ValueError like `one_line`."""
    lines = (_printable(line).rstrip() for line in _LINE_ENDS.split(text))
    return "\n".join(lines).strip()


def _printable(line: str) -> str:
    """A line without what cannot be seen, or nothing."""
    shown = normalize("NFC", _NEEDLESS_JOINERS.sub("", "".join(_shown(normalize("NFC", line)))))
    return shown if any(_is_visible(character) for character in shown) else ""


def _shown(line: str) -> Iterator[str]:
    """The characters that are kept; each kind of white space is a space."""
    right_to_left = any(bidirectional(sign) in {"R", "AL"} for sign in line if sign not in _DIRECTION_MARKS)
    last = ""
    for character in line:
        kind = category(character)
        if character == "\t" or character in _BLANKS:
            last = " "
        elif _is_refused(character, kind):
            raise ValueError(NOT_ALLOWED)
        elif kind == "Zs":
            last = character
        elif not _is_needed(character, kind, last, right_to_left=right_to_left):
            continue
        else:
            last = character
        yield last


def _is_refused(character: str, kind: str) -> bool:
    """Control characters, line breaks, surrogates, private use, what is no character, and what reverses the order."""
    return kind in {"Cc", "Cs", "Co", "Zl", "Zp"} or character in _REORDERING or character in _NO_CHARACTERS


def _is_needed(character: str, kind: str, last: str, *, right_to_left: bool) -> bool:
    """Whether a character is seen, or changes how those beside it are seen."""
    if character in _SELECTORS:
        return bool(last) and category(last) in _SELECTABLE
    if character in _JOINERS:
        return bool(last) and any(first <= ord(last) <= final for first, final in _JOINING)
    if character in _DIRECTION_MARKS:
        return right_to_left
    return character in _VISIBLE_FORMATS or (kind != "Cf" and character != _GRAPHEME_JOINER)


def _is_visible(character: str) -> bool:
    return category(character)[0] in "LNPS" and character not in _FILLERS


def searched(text: str) -> str:
    """How a name begins, as it is looked for. Raises ValueError("name_not_searchable") if only signs are left of it."""
    beginning = one_line(text)
    if not any(category(character)[0] in "LN" for character in beginning):
        raise ValueError("name_not_searchable")
    return beginning


def typed(read: Callable[[str], str]) -> BeforeValidator:
    """Reads what is typed by a pure function; what is no text is left to the type."""
    return BeforeValidator(
        lambda given: read(given) if isinstance(given, str) and len(given) <= LONGEST_READ else given
    )


OneLine = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200),
    typed(one_line),
    RefusedWith(NOT_ALLOWED),
    Field(examples=["Nipigon Cartage Ltd."]),
]
Paragraphs = Annotated[
    str,
    StringConstraints(min_length=1, max_length=4000),
    typed(paragraphs),
    RefusedWith(NOT_ALLOWED),
    Field(examples=["The yard is fenced, and its gate is watched around the clock."]),
]
SearchedName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200),
    typed(searched),
    RefusedWith(NOT_ALLOWED, "name_not_searchable"),
    Field(
        description="how the legal name begins, whatever its case, accents, spaces and punctuation",
        examples=["Nipigon"],
    ),
]
