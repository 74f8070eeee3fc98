"""Numbers by which companies and people are known: the business number, and a person's reference number."""

import re
from typing import Annotated

from pydantic import Field
from stdnum import luhn

from shared.errors import RefusedWith
from shared.programme.forms.texts import typed

_BUSINESS_NUMBER = re.compile(r"([0-9]{9})(RM[0-9]{4})?")
_BETWEEN = re.compile(r"[\s\u2010-\u2015-]")
_REFERENCE = re.compile(r"U[A-Z2-7]{25}")


def business_number(text: str) -> tuple[str, str | None]:
    """The nine digits of a business number, and the RM program account that may be typed after them (programme 9.1).

    Spaces and dashes are left out. Raises ValueError("business_number_invalid").
    """
    parts = _BUSINESS_NUMBER.fullmatch(_BETWEEN.sub("", text).upper())
    if parts is None or len(set(parts[1])) == 1 or not luhn.is_valid(parts[1]):
        raise ValueError("business_number_invalid")
    return parts[1], parts[2]


def rm_account(text: str) -> str | None:
    """The RM program account that is typed after a business number, if one is."""
    try:
        return business_number(text)[1]
    except ValueError:
        return None


def person_reference(text: str) -> str:
    """A user reference number (URN) in the form that `GET /me` shows. Raises ValueError("reference_number_invalid")."""
    reference = text.strip().upper()
    if not _REFERENCE.fullmatch(reference):
        raise ValueError("reference_number_invalid")
    return reference


BusinessNumber = Annotated[
    str,
    typed(lambda text: business_number(text)[0]),
    RefusedWith("business_number_invalid"),
    Field(
        description="nine digits; spaces, dashes and a program account after them are left out", examples=["910000017"]
    ),
]
PersonReference = Annotated[
    str,
    typed(person_reference),
    RefusedWith("reference_number_invalid"),
    Field(description="a person, as `GET /me` of intake shows it", examples=["UKZ3J5DMNQ7X2A4VOTB6LCWEYH"]),
]
