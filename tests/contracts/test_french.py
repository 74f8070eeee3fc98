"""Every French text of the product is set as Canadian French is, and a wording that was released keeps its version."""

import re
from pathlib import Path
from zipfile import ZipFile

import pytest
import yaml

from tests.support.source import ROOT
from tests.support.wordings import FILES, WHEELS, policies_of, texts

RULES = {
    "a straight apostrophe or quotation mark": r"['\"]",
    "no no-break space before a colon or per cent sign": r"(?<!\N{NO-BREAK SPACE})[:%]",
    "no no-break space inside guillemets": r"«(?!\N{NO-BREAK SPACE})|(?<!\N{NO-BREAK SPACE})»",
    "a space before a mark that has none": r"\s[;!?,.]",
    "a figure that a line may part from what it counts": r"\d [^\W\d]",
    "two spaces": r"\s\s",
}
WRITTEN = re.compile(r"^[^#\n]*\bfr:[ \n]|(?<=\bfr:[ \n])\s*\{?one: ", re.MULTILINE)  # texts, and first plurals
DECLARATIONS = ("consent", "attestation", "terms", "ownership")
TEXTS = "shared/contracts/catalogue/texts.yaml"


def flaws(text: str) -> list[str]:
    """Which rules a text breaks; the name of a value between braces stands for the value."""
    return [rule for rule, pattern in RULES.items() if re.search(pattern, text)]


@pytest.mark.parametrize(
    "file", FILES, ids=lambda file: f"{file.parent.parent.name}/{file.stem}: {len(texts(file, 'fr'))}"
)
def test_french_is_set_as_in_canada(file: Path) -> None:
    read = texts(file, "fr")
    assert {text: broken for text in read if (broken := flaws(text))} == {}, f"{len(read)} French texts were read"


def test_every_french_text_is_read() -> None:
    read = sum(len(texts(file, "fr")) for file in FILES)
    written = sum(len(WRITTEN.findall(file.read_text("utf-8"))) for file in FILES)
    assert read == written > 400, f"of {written} French texts, {read} were read"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("L'entreprise est membre.", "a straight apostrophe or quotation mark"),
        ("Ses renseignements : son nom.", "no no-break space before a colon or per cent sign"),
        ("Plus de 25% des mesures.", "no no-break space before a colon or per cent sign"),
        ("Le programme « PEP » est volontaire.", "no no-break space inside guillemets"),
        ("Elle est close ; relisez-la.", "a space before a mark that has none"),
        ("Répondez dans les 30 jours.", "a figure that a line may part from what it counts"),
        ("Elle est  close.", "two spaces"),
    ],
)
def test_a_seeded_slip_is_found(text: str, rule: str) -> None:
    assert rule in flaws(text)


@pytest.mark.parametrize(
    "text", ["{value}\N{NO-BREAK SPACE}% des mesures; dans les 30\N{NO-BREAK SPACE}jours.", "ISO 17712, NIMP 15."]
)
def test_what_is_right_is_left_alone(text: str) -> None:
    assert flaws(text) == []


@pytest.mark.parametrize("declaration", DECLARATIONS)
@pytest.mark.parametrize("wheel", WHEELS, ids=lambda wheel: wheel.parent.name)
def test_a_declaration_that_was_released_keeps_its_wording(wheel: Path, declaration: str) -> None:
    """A signature names the version alone, so that a version must always mean the same text."""
    with ZipFile(wheel) as released:
        before = yaml.safe_load(released.read(TEXTS))[declaration]
    now = yaml.safe_load((ROOT / TEXTS).read_bytes())[declaration]
    assert before["version"] != now["version"] or before == now


@pytest.mark.parametrize("wheel", WHEELS, ids=lambda wheel: wheel.parent.name)
def test_a_policy_that_was_released_is_never_changed(wheel: Path) -> None:
    """A score names the version alone."""
    weighing = policies_of(wheel)
    assert weighing
    assert {name: (ROOT / name).read_bytes() for name in weighing} == weighing
