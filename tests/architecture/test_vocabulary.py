"""Names are field terms: no identifier or module has one of the words that they have replaced (docs/GLOSSARY.md)."""

import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from tokenize import NAME, generate_tokens
from typing import Any

import pytest

from tests.support.samples.golden import names, read
from tests.support.source import ROOT

FIELD_TERMS = {
    "said": "published",
    "says": "publishes",
    "unsaid": "unpublished",
    "say": "publish",
    "heard": "consumed",
    "hear": "consume",
    "hearing": "consumer",
    "hears": "consumes",
    "unheard": "unconsumed",
    "told": "settings, sent, received",
    "tell": "notify",
    "tells": "notifies",
    "teller": "builder",
    "wanted": "filter",
    "lived": "life",
    "absorb": "handle",
    "absorbed": "consumed",
    "woken": "notified",
    "hole": "gap",
    "desk": "deps, office",
}
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def old_names(module: Path) -> Iterator[str]:
    """The name of a module and its identifiers, those that have a word which a field term has replaced."""
    yield from old(module.stem)
    yield from old(module.read_text("utf-8"))


def old(text: str) -> Iterator[str]:
    """The identifiers in a text that have a word which a field term has replaced."""
    for token in generate_tokens(StringIO(text).readline):
        if token.type == NAME and FIELD_TERMS.keys() & map(str.lower, WORD.findall(token.string)):
            yield token.string


def stored() -> set[str]:
    """The names of fields in golden samples, which never change."""
    return {name for folder in ("contracts", "facts", "states") for path in names(folder) for name in keys(read(path))}


def keys(sample: Any) -> Iterator[str]:
    if isinstance(sample, dict):
        yield from sample
        sample = list(sample.values())
    for part in sample if isinstance(sample, list) else []:
        yield from keys(part)


@pytest.mark.parametrize("folder", ["shared", "services", "deploy", "tests"])
def test_identifiers_and_modules_are_field_terms(folder: str) -> None:
    found = {name for path in (ROOT / folder).rglob("*.py") for name in old_names(path)}
    assert found - stored() == set()


@pytest.mark.parametrize(
    "name", ["told", "_heard_by", "SaidMessage", "TOLD", "tell_all", "blackHole", "test_a_word_that_is_heard"]
)
def test_an_old_word_in_an_identifier_is_found(name: str) -> None:
    assert [*old(f"def note({name}: int) -> None: ...\n")] == [name]


def test_an_old_word_in_the_name_of_a_module_is_found(tmp_path: Path) -> None:
    module = tmp_path / "story_teller.py"
    module.write_text("heard = ()")
    assert [*old_names(module)] == ["story_teller", "heard"]


@pytest.mark.parametrize("text", ["threshold, whole = 1, 2", "stored['inbox']['heard']", "# as it was told"])
def test_other_words_texts_and_comments_are_left_alone(text: str) -> None:
    assert [*old(text)] == []
