"""What people read, in every file of the product that has texts in both languages."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.support.source import ROOT

FILES = sorted(
    file
    for root in ("shared", "services", "deploy")
    for file in (ROOT / root).rglob("*.yaml")
    if re.search(r"\b(?:en|fr): ", file.read_text("utf-8"))
)


def texts(file: Path, language: str) -> list[str]:
    """Every text of a file in this language."""
    return list(_below(yaml.safe_load(file.read_text("utf-8")), language))


def _below(part: Any, language: str) -> Iterator[str]:
    if isinstance(part, dict) and {"en", "fr"} <= part.keys():
        yield part[language]
    elif isinstance(part, dict | list):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from _below(inner, language)
