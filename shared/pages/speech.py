"""What pages say: texts in both languages by their keys, with plurals, set as each language is printed."""

import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any, TypeVar

from markupsafe import Markup
from pydantic import TypeAdapter

from shared import yaml_text
from shared.i18n import Language, Phrase, Text, pick
from shared.model import Model
from shared.programme.geography import country_names

NO_BREAK = "\u00a0"
_SPACED = re.compile(r" (?=[:%»])|(?<=«) |(?<=\d) (?=[^\W\d])")
Printed = TypeVar("Printed", bound=str)


class Plural(Model):
    """A text for one and for all other numbers; French takes one for none, too."""

    one: Phrase
    other: Phrase

    def of(self, number: int, language: Language) -> str:
        return self.one if number == 1 or (language == "fr" and number == 0) else self.other


class Counted(Model):
    """A text that depends on the number `n`."""

    en: Plural
    fr: Plural


Entry = Text | Counted
_ENTRY: TypeAdapter[Entry] = TypeAdapter(Entry)


class Words:
    """The texts of some packages, each with a folder `words`, a file for each part; keys are paths, as `form.save`."""

    def __init__(self, *packages: str) -> None:
        self.entries: Mapping[str, Entry] = {
            key: entry for package in packages for file in _files(package) for key, entry in _entries(file)
        }

    def phrase(self, key: str, language: Language, /, **values: Any) -> str:
        """The text with its values, among which may be parts of a page, as a link.

        Raises KeyError for an unknown key or a value that is not given.
        """
        chosen = getattr(self.entries[key], language)
        phrase = chosen.of(values["n"], language) if isinstance(chosen, Plural) else chosen
        holds_parts = any(isinstance(value, Markup) for value in values.values())
        return typeset((Markup.escape(phrase) if holds_parts else phrase).format_map(values), language)


def printed(text: Text, language: Language) -> str:
    """A text of a catalogue, as it is printed."""
    return typeset(pick(text, language), language)


def country(code: str, language: Language) -> str:
    """The name of a country; its code where nothing is known under it."""
    name = country_names().get(code)
    return printed(name, language) if name else code


def typeset(text: Printed, language: Language) -> Printed:
    """French takes a no-break space before a colon, a per cent sign and what is counted, and inside guillemets."""
    return type(text)(_SPACED.sub(NO_BREAK, text)) if language == "fr" else text


def _files(package: str) -> Iterator[Any]:
    folder = files(package) / "words"
    for file in folder.iterdir() if folder.is_dir() else ():
        yield yaml_text.texts(file.read_text("utf-8"))


def _entries(node: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Entry]]:
    """Raises pydantic's ValidationError where a text lacks a language."""
    for name, value in node.items():
        key = f"{path}.{name}" if path else name
        if "en" in value:
            yield key, _ENTRY.validate_python(value)
        else:
            yield from _entries(value, key)
