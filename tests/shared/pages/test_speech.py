"""What pages say: the right plural, set as the language is printed, and nothing that a person typed becomes markup."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from markupsafe import Markup

from shared.http.problems import load
from shared.i18n import Language
from shared.pages.rendering import Renderer
from shared.pages.speech import Words, country, typeset
from tests.support.source import ROOT, SERVICES

KIT = "shared.pages"
OF_MACHINES = re.compile(
    r"idempotency|content-(type|length|range)|transfer-encoding|json|TT_|bearer|header|en-tête|jeton|\berrors\b",
    re.IGNORECASE,
)


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Words:
    (tmp_path / "spoken" / "words").mkdir(parents=True)
    (tmp_path / "spoken" / "__init__.py").touch()
    (tmp_path / "spoken" / "words" / "part.yaml").write_text(
        """
        part:
          left:
            en: {one: "{n} thing left", other: "{n} things left"}
            fr: {one: "Encore {n} chose", other: "Encore {n} choses"}
          of: {en: "From: {who}", fr: "De : {who}"}
          on: {en: "On & off", fr: "Marche et arrêt"}
        """,
        "utf-8",
    )
    monkeypatch.syspath_prepend(tmp_path)
    return Words("spoken")


@pytest.mark.parametrize(
    ("number", "english", "french"),
    [
        (0, "0 things left", "Encore 0\u00a0chose"),
        (1, "1 thing left", "Encore 1\u00a0chose"),
        (2, "2 things left", "Encore 2\u00a0choses"),
    ],
)
def test_each_language_has_its_own_plural(words: Words, number: int, english: str, french: str) -> None:
    assert (words.phrase("part.left", "en", n=number), words.phrase("part.left", "fr", n=number)) == (english, french)


@pytest.mark.parametrize(
    ("code", "english", "french"),
    [("JP", "Japan", "Japon"), ("DE", "Germany", "Allemagne"), ("ZZ", "ZZ", "ZZ")],
)
def test_a_country_has_its_name_in_each_language(code: str, english: str, french: str) -> None:
    assert (country(code, "en"), country(code, "fr")) == (english, french)


def test_every_key_is_a_word(words: Words) -> None:
    assert words.phrase("part.on", "en") == "On & off"


def test_an_unknown_key_and_a_value_that_is_not_given_are_errors(words: Words) -> None:
    with pytest.raises(KeyError):
        words.phrase("part.absent", "en")
    with pytest.raises(KeyError):
        words.phrase("part.of", "en")


def test_a_part_of_a_page_stays_one_and_what_was_typed_does_not_become_one(words: Words) -> None:
    link = Markup('<a href="/en">{}</a>').format("<Ann>")
    assert words.phrase("part.of", "fr", who=link) == Markup('De\u00a0: <a href="/en">&lt;Ann&gt;</a>')
    assert not isinstance(words.phrase("part.of", "fr", who="<b>Ann</b>"), Markup)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Il reste : 25 %", "Il reste\u00a0: 25\u00a0%"),
        ("le programme « PEP »", "le programme «\u00a0PEP\u00a0»"),
        ("dans 30 jours", "dans 30\u00a0jours"),
        ("fini; oui?", "fini; oui?"),
    ],
)
def test_french_is_set_as_in_canada(typed: str, printed: str) -> None:
    assert typeset(typed, "fr") == printed
    assert typeset(typed, "en") == typed


@pytest.mark.parametrize("service", SERVICES)
def test_no_key_stands_twice(service: str) -> None:
    """One file would hide what another says."""
    folders = [ROOT / "shared/pages/words", ROOT / "services" / service / "catalogue/words"]
    files = [file for folder in folders for file in sorted(folder.glob("*.yaml"))]
    keys = [key for file in files for key in _keys(yaml.safe_load(file.read_text("utf-8")))]
    assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("service", SERVICES)
def test_every_problem_has_words_for_people(service: str, language: Language) -> None:
    problems = load(f"services.{service}")
    renderer = Renderer(service, problems)
    shown = {code: renderer.fault(code, language) for code in (*problems, "a_code_of_no_list")}
    assert {code: text for code, text in shown.items() if OF_MACHINES.search(text)} == {}


@pytest.mark.parametrize("text", ["Send it again with the same Idempotency-Key.", "errors says what is missing."])
def test_a_sentence_for_machines_is_found(text: str) -> None:
    assert OF_MACHINES.search(text)


def _keys(node: dict[str, Any], path: str = "") -> Iterator[str]:
    for name, value in node.items():
        if "en" in value:
            yield f"{path}{name}"
        else:
            yield from _keys(value, f"{path}{name}.")
