"""What people read, in every file of the product that has texts in both languages."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from shared import yaml_text
from shared.i18n import Language, Text, pick
from shared.pages.speech import typeset
from tests.support.samples.stored_lives import BEFORE
from tests.support.source import ROOT

FILES = sorted(
    file
    for root in ("shared", "services", "deploy")
    for file in (ROOT / root).rglob("*.yaml")
    if file.name != "addresses.yaml" and re.search(r"\b(?:en|fr): ", file.read_text("utf-8"))
)
WHEELS = sorted(BEFORE.glob("*/*.whl"))


def phrases(file: Path) -> list[Text]:
    """Every text of a file, in both languages; the words of pages as they are printed."""
    read = list(_below(yaml_text.values(file.read_text("utf-8"))))
    printed = file.parent.name == "words"
    return [Text(en=text.en, fr=typeset(text.fr, "fr")) for text in read] if printed else read


def texts(file: Path, language: Language) -> list[str]:
    """Every text of a file in this language."""
    return [pick(phrase, language) for phrase in phrases(file)]


def policies_of(wheel: Path) -> dict[str, bytes]:
    """The policies of a release by their names; a draft weighs nothing, and may change."""
    with ZipFile(wheel) as released:
        policies = {name: released.read(name) for name in released.namelist() if "/catalogue/policy-" in name}
    return {name: content for name, content in policies.items() if yaml_text.values(content)["from"]}


def _below(part: Any) -> Iterator[Text]:
    if isinstance(part, dict) and {"en", "fr"} <= part.keys():
        yield from _of_both(part["en"], part["fr"])
    elif isinstance(part, dict | list):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from _below(inner)


def _of_both(english: Any, french: Any) -> Iterator[Text]:
    """The text, or each of its plurals."""
    if isinstance(english, dict):
        for number in english:
            yield Text(en=english[number], fr=french[number])
    else:
        yield Text(en=english, fr=french)
