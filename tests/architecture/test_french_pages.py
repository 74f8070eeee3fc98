"""A page that is there in French is the English page: its parts in their order, its commands and codes, its links.

What a guide sets in italics is what a page of the portal calls it, in the language of the guide.
"""

import re
from functools import cache
from pathlib import Path

import pytest

from tests.support.source import ROOT
from tests.support.wordings import FILES, phrases

IN_FRENCH = sorted([*ROOT.glob("*.fr.md"), *(ROOT / "docs").rglob("*.fr.md")])
READERS = {"README", "companies", "officers", "operators", "partners"}

BLOCK = re.compile(r"^```(\w*)\n.*?^```$", re.MULTILINE | re.DOTALL)
PART = re.compile(r"^(#+) |^ *(\|.*\|)$|^ *(\d+\.|-) |^ *!\[[^\]]+\]\(([^)]+)\)$|^(BLOCK \d+)$", re.MULTILINE)
SECTION = re.compile(r"^#+ .*$", re.MULTILINE)
CODE = re.compile(r"`[^`\n]+`")
LINK = re.compile(r"(?<!!)\[[^\[\]]+\]\(([^()\s]+)\)")
NAME = re.compile(r"(?<!\*)\*(?!\*)([^*]+)(?<!\*)\*(?!\*)")


def english_of(page: Path) -> Path:
    return page.with_name(page.name.replace(".fr.md", ".md"))


def text_of(page: Path) -> str:
    return page.read_text("utf-8").replace("\N{NO-BREAK SPACE}", " ")


def prose(text: str) -> str:
    return BLOCK.sub("", text)


def parts(text: str) -> list[str]:
    """Headings by their depth, rows by their cells, entries of lists, pictures and blocks; a drawing has its words."""
    blocks = [block[0] for block in BLOCK.finditer(text) if block[1] != "mermaid"]
    numbered = iter(range(len(blocks)))
    marked = BLOCK.sub(lambda block: "" if block[1] == "mermaid" else f"BLOCK {next(numbered)}", text)
    return [
        heading or "|" * row.count("|") or entry or re.sub(r"-(?:en|fr)(?=\.)", "", picture) or blocks[int(block[6:])]
        for heading, row, entry, picture, block in PART.findall(marked)
    ]


def codes(text: str) -> list[list[str]]:
    """What stands in backticks, section by section; a sentence has them in the order of its language."""
    return [sorted(CODE.findall(section)) for section in SECTION.split(prose(text))]


def links(text: str) -> list[str]:
    """The pages to which it leads, whatever their language."""
    return sorted(target.partition("#")[0].replace(".fr.md", ".md") for target in LINK.findall(prose(text)))


def pattern(phrase: str) -> re.Pattern[str]:
    """A text as a page prints it, with some value for each that it names."""
    return re.compile(re.sub(r"\\\{\w+\\\}", r"\\S+", re.escape(phrase.replace("\N{NO-BREAK SPACE}", " "))))


@cache
def printed() -> list[tuple[re.Pattern[str], re.Pattern[str]]]:
    """Every text of the product that has words, in both languages."""
    words = [text for file in FILES for text in phrases(file) if re.sub(r"\{\w+\}|\W", "", text.en)]
    return [(pattern(text.en), pattern(text.fr)) for text in words]


def misnamed(english: str, french: str) -> list[tuple[str, str]]:
    """Names in italics, in both languages, that no page of the portal has."""
    names = zip(NAME.findall(prose(english)), NAME.findall(prose(french)), strict=True)
    return [(en, fr) for en, fr in names if not any(a.fullmatch(en) and b.fullmatch(fr) for a, b in printed())]


def test_every_page_for_people_of_the_programme_is_there_in_french() -> None:
    assert {page.name.removesuffix(".fr.md") for page in IN_FRENCH} == READERS


@pytest.mark.parametrize("page", IN_FRENCH, ids=lambda page: page.name)
def test_both_languages_are_one_page(page: Path) -> None:
    english, french = text_of(english_of(page)), text_of(page)
    assert parts(french) == parts(english)
    assert codes(french) == codes(english)
    assert misnamed(english, french) == []


@pytest.mark.parametrize("page", IN_FRENCH, ids=lambda page: page.name)
def test_each_leads_to_the_other_first_and_otherwise_stays_in_its_language(page: Path) -> None:
    english, french = text_of(english_of(page)), text_of(page)
    assert LINK.findall(english)[0] == page.name
    assert LINK.findall(french)[0] == english_of(page).name
    assert links(french) == links(english)
    others = [page.parent / target.partition("#")[0] for target in LINK.findall(prose(french))[1:]]
    assert [other.name for other in others if other.with_suffix(".fr.md").exists()] == []


ENGLISH = "# Guide\n\n- *Overview* of `tt up`\n\n| a | b |\n|---|---|\n\n![x](a-en.png)\n\n```sh\nmake up\n```\n"
FRENCH = "# Guide\n\n- `tt up` : *Aperçu*\n\n| c | d |\n|---|---|\n\n![y](a-fr.png)\n\n```sh\nmake up\n```\n"


@pytest.mark.parametrize(
    ("there", "instead"),
    [
        ("# Guide", "## Guide"),
        ("- ", "1. "),
        ("| c | d |", "| c | d | e |"),
        ("a-fr", "b-fr"),
        ("make up", "make down"),
    ],
)
def test_a_part_that_differs_is_found(there: str, instead: str) -> None:
    assert parts(FRENCH) == parts(ENGLISH)
    assert parts(FRENCH.replace(there, instead)) != parts(ENGLISH)


def test_a_code_that_differs_is_found() -> None:
    assert codes(FRENCH) == codes(ENGLISH)
    assert codes(FRENCH.replace("tt up", "tt demo")) != codes(ENGLISH)


def test_a_name_that_no_page_has_is_found() -> None:
    assert misnamed(ENGLISH, FRENCH) == []
    assert misnamed(ENGLISH, FRENCH.replace("Aperçu", "Vue")) == [("Overview", "Vue")]
