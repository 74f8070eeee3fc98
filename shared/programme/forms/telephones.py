"""Telephone numbers by the numbering plans of the world, with an extension (programme 9.2)."""

import re
from typing import Annotated

import phonenumbers
from pydantic import Field

from shared.errors import RefusedWith
from shared.programme.forms.texts import typed

HOME = "CA"  # whose plan reads a number without a country code; the United States have the same
INVALID = "phone_invalid"
_STORED = re.compile(r"\+[0-9 ().-]{7,29}")
_IN_BRACKETS = re.compile(r"\(\s*([0-9]{1,7})\s*\)$")
_IN_FRENCH = re.compile(r"\bposte\b", re.IGNORECASE)


def telephone(text: str) -> str:
    """A number as it is dialled from abroad, its groups apart by spaces, its extension in brackets at the end.

    So `(807) 555-0142 ext. 12` is kept as `+1 807 555 0142 (12)`. Raises ValueError("phone_invalid").
    """
    try:
        number = phonenumbers.parse(_IN_BRACKETS.sub(r"ext. \1", _IN_FRENCH.sub("ext.", text.strip())), HOME)
    except phonenumbers.NumberParseException as unreadable:
        raise ValueError(INVALID) from unreadable
    if not phonenumbers.is_valid_number(number):
        raise ValueError(INVALID)
    extension = f" ({number.extension})" if number.extension else ""
    number.extension = None
    dialled = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL).replace("-", " ")
    if not _STORED.fullmatch(dialled + extension):
        raise ValueError(INVALID)
    return dialled + extension


Telephone = Annotated[
    str,
    typed(telephone),
    RefusedWith(INVALID),
    Field(
        description="with its area code, and abroad its country code; an extension may follow",
        examples=["+1 807 555 0142"],
    ),
]
