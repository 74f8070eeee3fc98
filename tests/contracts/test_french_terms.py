"""One thing has one name in French, nothing is borrowed from English, and both languages have the same figures."""

import re
from pathlib import Path

import pytest

from shared.i18n import Text
from tests.support.source import ROOT
from tests.support.wordings import FILES, WHEELS, phrases, policies_of

PAGE = (ROOT / "docs" / "french.md").read_text("utf-8")
WEIGHED = {ROOT / name for wheel in WHEELS for name in policies_of(wheel)}  # never reworded
IN_FRENCH = sorted([*ROOT.glob("*.fr.md"), *(ROOT / "docs").rglob("*.fr.md")])
BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
OPEN = [file for file in FILES if file not in WEIGHED]
MARKS = {
    "figures": r"\d+",
    "values": r"\{\w+\}",
    "the mark at the end": r"[.?!]$",
    "the case of the first letter": r"^(?=[a-zà-ÿ])",
}


def rows(columns: int) -> list[list[list[str]]]:
    """The rows of the table with so many columns, each cell as its terms."""
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in PAGE.splitlines() if line.startswith("| ")]
    return [
        [[term.strip() for term in cell.split(";") if term.strip()] for cell in row]
        for row in cells
        if len(row) == columns and row[0] not in {"English", "not"}
    ]


def term(words: str, *, between: str = "") -> re.Pattern[str]:
    """A term in singular or plural; `between` may stand between its words."""
    inflected = rf"\s+{between}".join(rf"{re.escape(word)}(?:e?s|x)?" for word in words.split())
    return re.compile(rf"(?<!\w){inflected}(?!\w)", re.IGNORECASE)


TERMS = [
    (english, term(english), [term(word, between=r"(?:\S+\s+)?") for word in french])
    for [english], french, _ in rows(3)
]
NOT_FRENCH = {
    turn: term(turn)
    for turn in [turn for _, _, no in rows(3) for turn in no] + [turn for no, _ in rows(2) for turn in no]
}


def slips(text: Text) -> list[str]:
    """What a text names otherwise than the tables, and what its two languages have otherwise than each other."""
    named = [
        english
        for english, asked, french in TERMS
        if asked.search(text.en) and not any(word.search(text.fr) for word in french)
    ]
    borrowed = [turn for turn, pattern in NOT_FRENCH.items() if pattern.search(text.fr)]
    return (
        named
        + borrowed
        + [
            mark
            for mark, pattern in MARKS.items()
            if sorted(re.findall(pattern, text.en)) != sorted(re.findall(pattern, text.fr))
        ]
    )


@pytest.mark.parametrize("file", OPEN, ids=lambda file: f"{file.parent.parent.name}/{file.stem}: {len(phrases(file))}")
def test_every_text_keeps_to_the_terms(file: Path) -> None:
    assert {text.fr: broken for text in phrases(file) if (broken := slips(text))} == {}


@pytest.mark.parametrize("page", IN_FRENCH, ids=lambda page: page.name)
def test_no_page_of_docs_borrows(page: Path) -> None:
    text = BLOCK.sub("", page.read_text("utf-8"))
    assert [turn for turn, pattern in NOT_FRENCH.items() if pattern.search(text)] == []


def test_every_term_names_something() -> None:
    read = [text for file in OPEN for text in phrases(file)]
    assert [english for english, asked, _ in TERMS if not any(asked.search(text.en) for text in read)] == []
    assert (len(TERMS), len(NOT_FRENCH), len(read)) >= (50, 50, 500)


@pytest.mark.parametrize(
    ("english", "french", "slip"),
    [
        ("The site validation is closed.", "La validation sur place est close.", "site validation"),
        ("The site validation is closed.", "La validation sur place est close.", "validation sur place"),
        ("The freight forwarders.", "Les transitaires.", "transitaire"),
        ("It replies in 30 days.", "Elle répond dans les 60 jours.", "figures"),
        ("{value} of {above}.", "{value} sur {up_to}.", "values"),
        ("It is closed.", "Elle est close", "the mark at the end"),
        ("Replaced", "remplacé", "the case of the first letter"),
    ],
)
def test_a_seeded_slip_is_found(english: str, french: str, slip: str) -> None:
    assert slip in slips(Text(en=english, fr=french))


def test_what_is_right_is_left_alone() -> None:
    right = Text(en="A written risk assessment is required.", fr="Une évaluation écrite des risques est exigée.")
    assert slips(right) == []
