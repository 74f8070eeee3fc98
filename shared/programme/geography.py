"""What countries, provinces and states are called in English and in French (ISO 3166), in the order of their names."""

import gettext
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Literal, get_args
from unicodedata import combining, normalize

import pycountry

from shared.i18n import Language, Text, pick
from shared.model import Json

Home = Literal["CA", "US"]
_OUTLYING = "Outlying area"
_COUNTRIES, _REGIONS = "iso3166-1", "iso3166-2"
_IN_CANADA = {
    "New Brunswick": "Nouveau-Brunswick",
    "Northwest Territories": "Territoires du Nord-Ouest",
    "Prince Edward Island": "Île-du-Prince-Édouard",
}  # where the library writes a name otherwise than Canada does


@cache
def country_names() -> Mapping[str, Text]:
    """Every country by its code; an outlying area of the United States is one of its regions."""
    outlying = {entry["code"].removeprefix("US-") for entry in _entries(_REGIONS) if entry["type"] == _OUTLYING}
    named = {entry["alpha_2"]: entry.get("common_name") or entry["name"] for entry in _entries(_COUNTRIES)}
    return _in_both({code: name for code, name in named.items() if code not in outlying}, _COUNTRIES)


@cache
def region_names(of: Home) -> Mapping[str, Text]:
    """The provinces and territories of Canada, or the states and other areas of the United States, by their codes."""
    named = {entry["code"]: entry["name"] for entry in _entries(_REGIONS)}
    ours = {code.removeprefix(f"{of}-"): name for code, name in named.items() if code.startswith(f"{of}-")}
    return _in_both(ours, _REGIONS)


def regions_in_order(language: Language) -> Mapping[Home, tuple[tuple[str, str], ...]]:
    """The regions of both countries, each in the order of their names."""
    return {home: in_order(region_names(home), language) for home in get_args(Home)}


def in_order(names: Mapping[str, Text], language: Language) -> tuple[tuple[str, str], ...]:
    """Codes with names, as a reader of this language looks them up: accents do not count."""
    return tuple(
        sorted(((code, pick(name, language)) for code, name in names.items()), key=lambda pair: _plain(pair[1]))
    )


def _plain(name: str) -> str:
    return "".join(sign for sign in normalize("NFKD", name.casefold()) if not combining(sign))


def _in_both(english: Mapping[str, str], domain: str) -> Mapping[str, Text]:
    french = gettext.translation(domain, pycountry.LOCALES_DIR, ["fr"]).gettext
    return {
        code: Text(en=_printed(name), fr=_printed(_IN_CANADA.get(name) or french(name)))
        for code, name in english.items()
    }


def _printed(name: str) -> str:
    return name.replace("'", "\u2019")


def _entries(domain: str) -> Iterator[Json]:
    """The library's table, read and let go: its own objects take six megabytes."""
    read = json.loads((Path(pycountry.DATABASE_DIR) / f"{domain}.json").read_text("utf-8"))
    yield from read[domain.removeprefix("iso")]
