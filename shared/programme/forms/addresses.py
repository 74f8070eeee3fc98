"""Addresses by ISO 3166 and by the forms of postal codes in Canada and the United States (programme 9.2)."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Self

import pycountry
from pydantic import Field, StringConstraints, ValidationInfo, field_validator, model_validator

from shared.errors import RefusedWith
from shared.programme.forms import Chosen, Form
from shared.programme.forms.texts import OneLine, one_line, typed

_UNITED_STATES = "US"
_OUTLYING = "Outlying area"
_LETTER, _LAST_LETTER = "[ABCEGHJ-NPRSTVXY]", "[ABCEGHJ-NPRSTV-Z]"
_SPACES_AND_DASHES = re.compile(r"[\s\u2010-\u2015-]")
_POSTAL_CODES: Mapping[str, tuple[re.Pattern[str], str]] = {
    "CA": (re.compile(rf"({_LETTER}[0-9]{_LAST_LETTER})([0-9]{_LAST_LETTER}[0-9])"), " "),
    "US": (re.compile(r"([0-9]{5})([0-9]{4})?"), "-"),
}


def country(text: str) -> str:
    """An ISO 3166-1 alpha-2 code in force, however typed; an outlying area of the United States is of that country.

    Raises ValueError("country_unknown").
    """
    code = text.strip().upper()
    if code not in _countries():
        raise ValueError("country_unknown")
    return _UNITED_STATES if code in _outlying() else code


def region(text: str, of: str) -> str:
    """The code of a province, territory or state by ISO 3166-2, without its country. Raises ValueError."""
    code = text.strip().upper().removeprefix(f"{of}-")
    if code not in _regions()[of]:
        raise ValueError("region_unknown")
    return code


def postal_code(text: str, of: str) -> str:
    """A postal code of Canada as `A1A 1A1`, of the United States as `12345` or `12345-6789`. Raises ValueError."""
    form, between = _POSTAL_CODES[of]
    parts = form.fullmatch(_SPACES_AND_DASHES.sub("", text).upper())
    if parts is None:
        raise ValueError("postal_code_invalid")
    return between.join(part for part in parts.groups() if part)


Country = Annotated[
    str,
    typed(country),
    Chosen(),
    RefusedWith("country_unknown"),
    Field(description="by ISO 3166-1, in two letters", examples=["CA"]),
]
Region = Annotated[
    OneLine,
    RefusedWith("region_unknown", "region_and_postal_code_required"),
    Field(description="in Canada and the United States by ISO 3166-2", examples=["ON"]),
]
PostalCode = Annotated[
    str,
    StringConstraints(min_length=1, max_length=20),
    typed(one_line),
    RefusedWith("postal_code_invalid"),
    Field(examples=["P7B 5E1"]),
]


class AddressForm(Form):
    """A business address; region and postal code are required in Canada and the United States, and free elsewhere."""

    lines: Annotated[tuple[OneLine, ...], Field(min_length=1, max_length=3, examples=[["12 Dock Road"]])]
    city: Annotated[OneLine, Field(examples=["Thunder Bay"])]
    country: Country
    region: Region | None = None
    postal_code: PostalCode | None = None

    @model_validator(mode="before")
    @classmethod
    def of_its_country(cls, given: Any) -> Any:
        """Puts an outlying area that is typed as a country into the region of the United States."""
        area = str(given.get("country")).strip().upper() if isinstance(given, dict) else ""
        return {**given, "region": given.get("region") or area} if area in _outlying() else given

    @field_validator("region")
    @classmethod
    def known(cls, given: str | None, others: ValidationInfo) -> str | None:
        """Raises ValueError("region_unknown")."""
        return _held(region, given, others)

    @field_validator("postal_code")
    @classmethod
    def as_written(cls, given: str | None, others: ValidationInfo) -> str | None:
        """Raises ValueError("postal_code_invalid")."""
        return _held(postal_code, given, others)

    @model_validator(mode="after")
    def complete_in_north_america(self) -> Self:
        if self.country in _POSTAL_CODES and not (self.region and self.postal_code):
            raise ValueError("region_and_postal_code_required")
        return self


def _held(read: Callable[[str, str], str], given: str | None, others: ValidationInfo) -> str | None:
    """A part of an address in the form of its country, where that has one."""
    of = str(others.data.get("country"))
    return read(given, of) if given is not None and of in _POSTAL_CODES else given


@cache
def _countries() -> frozenset[str]:
    """The codes of all countries. The library's table is read and let go, for it takes six megabytes."""
    table = pycountry.ExistingCountries(str(Path(pycountry.DATABASE_DIR) / "iso3166-1.json"))
    return frozenset(entry.alpha_2 for entry in table)


@cache
def _regions() -> Mapping[str, Mapping[str, str]]:
    """The kind of every region of Canada and the United States, by its code. The library's table is let go too."""
    table = pycountry.Subdivisions(str(Path(pycountry.DATABASE_DIR) / "iso3166-2.json"))
    return {
        home: {entry.code.removeprefix(f"{home}-"): entry.type for entry in table if entry.country_code == home}
        for home in _POSTAL_CODES
    }


@cache
def _outlying() -> frozenset[str]:
    """Puerto Rico and the other areas that ISO 3166 lists both as countries and within the United States."""
    return frozenset(code for code, kind in _regions()[_UNITED_STATES].items() if kind == _OUTLYING)
