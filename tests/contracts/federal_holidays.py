"""The days off of the federal public service, from the holidays library and our corrections of it.

`python -m tests.contracts.federal_holidays` prints shared/programme/calendar.yaml anew.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import reduce

import yaml
from holidays import country_holidays

from shared.i18n import Text

YEARS = range(2015, 2061)

# The library lacks these days of federal employees, leaves a name in English, and sets apostrophes its own way.
EASTER_MONDAY = Text(en="Easter Monday", fr="Lundi de Pâques")
CIVIC_HOLIDAY = Text(en="Civic Holiday", fr="Congé civique")
ONCE = {date(2022, 9, 19): Text(en="National Day of Mourning", fr="Jour de deuil national")}
APOSTROPHE = {"'": "\N{RIGHT SINGLE QUOTATION MARK}"}
FRENCH = APOSTROPHE | {
    "Boxing Day": "Lendemain de Noël",
    "Canada (observé)": "Canada (observée)",
    "réconciliation (observé)": "réconciliation (observée)",
}


def mended(name: str, slips: Mapping[str, str]) -> str:
    """A name of the library, as the calendar has it."""
    return reduce(lambda text, slip: text.replace(*slip), slips.items(), name)


def holidays_of(year: int) -> dict[date, Text]:
    """Every holiday of a year, in both languages whatever the machine speaks."""
    english, french = (
        country_holidays("CA", years=year, categories=("government",), language=language)
        for language in ("en_CA", "fr")
    )
    named = {day: Text(en=mended(name, APOSTROPHE), fr=mended(french[day], FRENCH)) for day, name in english.items()}
    easter = {day + timedelta(days=3): EASTER_MONDAY for day, text in named.items() if text.en == "Good Friday"}
    august = date(year, 8, 1)
    once = {day: name for day, name in ONCE.items() if day.year == year}
    return named | once | easter | {august + timedelta(days=-august.weekday() % 7): CIVIC_HOLIDAY}


def as_yaml() -> str:
    """The holidays of all these years, by name."""
    days: dict[Text, list[date]] = {}
    for year in YEARS:
        for day, name in sorted(holidays_of(year).items()):
            days.setdefault(name, []).append(day)
    rows = [{"name": name.model_dump(), "days": on} for name, on in days.items()]
    return str(yaml.safe_dump(rows, allow_unicode=True, sort_keys=False, default_flow_style=None, width=140))


if __name__ == "__main__":
    print(as_yaml(), end="")  # noqa: T201 - a command
