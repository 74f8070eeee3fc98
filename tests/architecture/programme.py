"""The pages of the programme as data: what they number, what their tables say, and who cites a number."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.source import ROOT

FOLDER = Path("docs/programme")
SEARCHED = ("services", "shared", "deploy", "tests", "docs")
SUFFIXES = {".py", ".md", ".yaml", ".yml", ".json", ".toml", ".sh", ".html"}

NUMBER = r"\d{1,2}(?:\.\d{1,2})*(?!\d)"
CITED = re.compile(rf"\bprogramme ({NUMBER}(?:(?:, | and | to |-){NUMBER})*)", re.IGNORECASE)
LINE_END = re.compile(r"[ \t]*\n[ \t]*(?:# )?")
DEFINED = re.compile(r"^(?:#{1,2} (\d+(?:\.\d+)?) |\| (\d+\.\d+) \|)", re.MULTILINE)
SECTION = re.compile(r"^## (\d+\.\d+) .+\n((?:(?!## ).*\n)*)", re.MULTILINE)
LINK = re.compile(r"\]\(([\w/.-]+\.md)(?:#[\w-]+)?\)")


@dataclass(frozen=True)
class Citation:
    """One number, and the file that cites it."""

    path: Path
    number: str

    def __str__(self) -> str:
        return f"{self.path}: programme {self.number}"


def chapters(root: Path) -> list[Path]:
    """The pages of the programme, but for the one that lists them."""
    return sorted(page for page in (root / FOLDER).glob("*.md") if page.name != "README.md")


def defined(page: str) -> list[str]:
    """What a page can be cited by: its chapter, its sections, its numbered rows, in their order."""
    return [heading or row for heading, row in DEFINED.findall(page)]


def cited(text: str) -> Iterator[str]:
    """Every number of every citation in a text, though a line may end within it."""
    for numbers in CITED.findall(LINE_END.sub(" ", text)):
        yield from re.findall(NUMBER, numbers)


def searched(root: Path) -> list[Path]:
    """Code, tests, catalogues and documents."""
    below = (path for folder in SEARCHED for path in (root / folder).rglob("*"))
    return sorted(path for path in (*root.glob("*"), *below) if path.suffix in SUFFIXES and path.is_file())


def citations(root: Path) -> Iterator[Citation]:
    """Every citation of every file that is searched."""
    for path in searched(root):
        for number in cited(path.read_text("utf-8")):
            yield Citation(path.relative_to(root), number)


def unresolved(root: Path) -> list[str]:
    """The citations of numbers that no page defines."""
    known = {number for page in chapters(root) for number in defined(page.read_text("utf-8"))}
    return [str(citation) for citation in citations(root) if citation.number not in known]


def reached(root: Path) -> set[Path]:
    """The pages to which a chain of links leads from the list of chapters."""
    unread, found = [root / FOLDER / "README.md"], set[Path]()
    while unread:
        page = unread.pop()
        found.add(page)
        targets = {(page.parent / target).resolve() for target in LINK.findall(page.read_text("utf-8"))}
        unread += [target for target in targets & set(chapters(root)) if target not in {*found, *unread}]
    return found - {root / FOLDER / "README.md"}


def section(number: str) -> str:
    """The text of one section, without its heading. Tests call it by its module, so that they can be seeded."""
    texts = (page.read_text("utf-8") for page in chapters(ROOT))
    bodies: dict[str, str] = {found: body for text in texts for found, body in SECTION.findall(text)}
    return bodies[number]


def seeded(number: str, true: str, wrong: str) -> Callable[[str], str]:
    """`section`, with one mistake in one section."""
    actual, text = section, section(number)
    if true not in text:
        raise LookupError(true)
    return lambda asked: text.replace(true, wrong) if asked == number else actual(asked)


def rows(text: str) -> list[list[str]]:
    """The cells of every row of every table in a text; heads and rules are left out."""
    lines = re.findall(r"^\| ?(.*?) ?\|$", re.sub(r"^\|.*\n\|[-|]+\|$", "", text, flags=re.MULTILINE), re.MULTILINE)
    return [[cell.strip() for cell in line.split(" | ")] for line in lines]


def coded(cell: str) -> list[str]:
    """What stands in code font, in its order."""
    return re.findall(r"`([^`]+)`", cell)
