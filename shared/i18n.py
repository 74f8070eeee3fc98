"""English and French: a text in both, and which of them a reader prefers. No sentence is written here."""

import re
from typing import Annotated, Literal, get_args

from pydantic import StringConstraints

from shared.model import Model

Language = Literal["en", "fr"]
Phrase = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]

_RANGE = re.compile(r"(\*|[A-Za-z]{1,8})(?:-[A-Za-z0-9-]+)?(?:\s*;\s*[Qq]=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?")


class Text(Model):
    """One text in both languages."""

    en: Phrase
    fr: Phrase


def pick(text: Text, language: Language) -> str:
    return text.fr if language == "fr" else text.en


def negotiate(accept_language: str | None) -> Language:
    """The language of the highest weight, the first among equals; English if neither is named (RFC 9110, 12.5.4)."""
    ranks: dict[str, tuple[float, int]] = {}
    for position, asked in enumerate((accept_language or "").split(","), start=1):
        if found := _RANGE.fullmatch(asked.strip()):
            rank = (float(found[2] or 1), -position)
            ranks[found[1].lower()] = max(rank, ranks.get(found[1].lower(), rank))
    unnamed = ranks.get("*", (0.0, 0))
    return max(get_args(Language), key=lambda language: ranks.get(language, unnamed))
