"""Pages lead where they say: to files that are there, to lines that define what a link names, and from the map to each.

A link whose text is a name in backticks, as [`Relay.round`](../shared/bus/relay.py#L74), promises that definition.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.support.source import ROOT

ARCHITECTURE = ROOT / "docs" / "architecture"
WALK = ARCHITECTURE / "walk.md"
MOST_HOPS = 6
PAGE_LINES = 105

LINK = re.compile(r"\[([^\[\]]+)\]\(([^()\s]+)\)")
ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:")
BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
NAME = re.compile(r"`([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)`")
LINE = re.compile(r"L([1-9]\d*)")
HOP = re.compile(r"^\d+\. (.*)$", re.MULTILINE)
CITED = re.compile(r"\bdocs/[\w/.-]+\.md\b")


@dataclass(frozen=True)
class Link:
    """One relative link of a page: the file or folder, and what follows the `#`."""

    page: Path
    text: str
    target: str

    @property
    def path(self) -> Path:
        return (self.page.parent / self.target.partition("#")[0]).resolve() if self.target[0] != "#" else self.page

    @property
    def anchor(self) -> str:
        return self.target.partition("#")[2]

    @property
    def name(self) -> str | None:
        """What it promises to find defined there, if its text is a name in code."""
        named = NAME.fullmatch(self.text)
        return named[1] if named and self.path.suffix == ".py" and not named[1].endswith(".py") else None


def pages(root: Path) -> list[Path]:
    """Every page of docs, and those beside it."""
    return sorted([*root.glob("*.md"), *(root / "docs").rglob("*.md")])


def links(page: Path) -> Iterator[Link]:
    """The relative links of a page; what stands in a block of code links nowhere."""
    for text, target in LINK.findall(BLOCK.sub("", page.read_text("utf-8"))):
        if not ELSEWHERE.match(target):
            yield Link(page, text, target)


def faults(page: Path, root: Path) -> list[str]:
    """A sentence for every link of a page that leads elsewhere than its text."""
    found = ((link, _fault(link, root)) for link in links(page))
    return [f"{page.relative_to(root)}: [{link.text}]({link.target}): {fault}" for link, fault in found if fault]


def unreached(root: Path) -> list[str]:
    """The pages to which no chain of links leads from docs/index.md."""
    first, every = root / "docs" / "index.md", {*pages(root), *(root / "tests").glob("*.md")}
    unread, reached = [first], {first}
    while unread:
        onwards = {link.path for link in links(unread.pop())} & every - reached
        reached |= onwards
        unread += onwards
    return sorted(str(page.relative_to(root)) for page in every - reached)


def _fault(link: Link, root: Path) -> str | None:
    if not link.path.is_relative_to(root) or not link.path.exists():
        return "no such file"
    if line := LINE.fullmatch(link.anchor):
        return _misplaced(link, int(line[1]), root) if link.name else "a line anchor goes with a name in backticks"
    if link.name and link.name not in definitions(link.path):
        return f"{link.path.relative_to(root)} defines no {link.name}"
    if link.anchor and link.anchor not in headings(link.path):
        return "no such heading"
    return None


def _misplaced(link: Link, line: int, root: Path) -> str | None:
    """Where the name really is, if it is not defined in this line."""
    lines = definitions(link.path).get(link.name or "", ())
    if line in lines:
        return None
    file = link.path.relative_to(root)
    return f"write #L{lines[0]}, where {file} defines it" if lines else f"{file} defines no {link.name}"


def headings(page: Path) -> set[str]:
    """The anchors of a page, as they are made of its headings."""
    titles = HEADING.findall(BLOCK.sub("", page.read_text("utf-8"))) if page.suffix == ".md" else ()
    return {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}


@cache
def definitions(module: Path) -> Mapping[str, tuple[int, ...]]:
    """The lines in which a module defines its classes, functions, methods and values, as `Relay` or `Relay.round`."""
    found: dict[str, tuple[int, ...]] = {}
    for name, line in _defined(ast.parse(module.read_text("utf-8")).body, ""):
        found[name] = (*found.get(name, ()), line)
    return found


def _defined(body: list[ast.stmt], within: str) -> Iterator[tuple[str, int]]:
    for node in body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield within + node.name, node.lineno
            case ast.ClassDef():
                yield within + node.name, node.lineno
                yield from _defined(node.body, f"{within}{node.name}.")
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield within + name, node.lineno


def missing(text: str, root: Path) -> list[str]:
    """The pages of docs that a text cites, as `docs/upgrading.md`, and that are not there."""
    return [page for page in CITED.findall(text) if not (root / page).exists()]


def lacks(page: Path, root: Path) -> list[str]:
    """What a page of the architecture lacks: it is short, and links to its code and to the tests that hold it."""
    lines = len(page.read_text("utf-8").splitlines())
    named = {link.path.relative_to(root).parts[0] for link in links(page) if link.path != root}
    return [
        *([f"{lines} lines of {PAGE_LINES}"] if lines > PAGE_LINES else ()),
        *([] if named & {"shared", "services", "deploy"} else ["a link to code"]),
        *([] if "tests" in named else ["a link to a test"]),
    ]


def hops(walk: Path) -> list[Link]:
    """The link with which each numbered hop of a walk begins. Raises AssertionError for one that names no line."""
    found = []
    for hop in HOP.findall(walk.read_text("utf-8")):
        link = LINK.match(hop)
        assert link, f"a hop begins without a link: {hop}"
        found.append(Link(walk, *link.groups()))
        assert found[-1].name, f"a hop names no definition: {hop}"
        assert LINE.fullmatch(found[-1].anchor), f"a hop names no line: {hop}"
    return found


@pytest.mark.parametrize("page", pages(ROOT), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_where_its_text_promises(page: Path) -> None:
    found = faults(page, ROOT)
    assert not found, "\n".join(found)


def test_every_page_is_reached_from_the_map() -> None:
    assert unreached(ROOT) == []


@pytest.mark.parametrize("folder", ["shared", "services", "deploy", "tests"])
def test_the_pages_that_code_cites_are_there(folder: str) -> None:
    modules = [module for module in (ROOT / folder).rglob("*.py") if module != Path(__file__)]
    assert [page for module in modules for page in missing(module.read_text("utf-8"), ROOT)] == []


@pytest.mark.parametrize("page", sorted(ARCHITECTURE.iterdir()), ids=lambda page: page.stem)
def test_a_page_of_the_architecture_is_short_and_names_its_code_and_its_tests(page: Path) -> None:
    assert lacks(page, ROOT) == []


def test_the_walk_leads_from_one_service_to_the_next_in_few_hops() -> None:
    way = [str(hop.path.relative_to(ROOT)) for hop in hops(WALK)]
    assert len(way) <= MOST_HOPS
    assert way[0].startswith("services/intake/api/")
    assert way[-1].startswith("services/review/domain/")


CODE = "LIMIT = 3\n\n\nclass Relay:\n    async def round(self) -> None: ...\n\n\n@cache\ndef limit() -> int: ...\n"
PAGE = "# The relay\n\n## What it's for\n"


@pytest.fixture
def seeded(tmp_path: Path) -> Path:
    """A project with a map, a page that it leads to, and a module."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "relay.py").write_text(CODE)
    (tmp_path / "docs" / "page.md").write_text(PAGE)
    (tmp_path / "docs" / "index.md").write_text("[page](page.md)")
    return tmp_path


@pytest.mark.parametrize(
    ("link", "fault"),
    [
        ("[the relay](relay.md)", "no such file"),
        ("[the relay](../../relay.py)", "no such file"),
        ("![its picture](relay.png)", "no such file"),
        ("[`Relay.round`](../relay.py#L4)", "write #L5, where relay.py defines it"),
        ("[`limit`](../relay.py#L8)", "write #L9, where relay.py defines it"),
        ("[`Relay.run`](../relay.py#L5)", "relay.py defines no Relay.run"),
        ("[`sweep`](../relay.py)", "relay.py defines no sweep"),
        ("[the round](../relay.py#L5)", "a line anchor goes with a name in backticks"),
        ("[its use](page.md#what-it-is-for)", "no such heading"),
        ("[below](#what-its-for)", "no such heading"),
    ],
)
def test_a_link_that_leads_elsewhere_is_found(seeded: Path, link: str, fault: str) -> None:
    page = seeded / "docs" / "index.md"
    page.write_text(f"See {link}.")
    assert faults(page, seeded) == [f"docs/index.md: {link.lstrip('!')}: {fault}"]


@pytest.mark.parametrize(
    "text",
    [
        "[`Relay`](../relay.py#L4) and [`LIMIT`](../relay.py#L1) and [`relay.py`](../relay.py)",
        "[its use](page.md#what-its-for) and [all](../docs) and [the web](https://customs.example/relay.md)",
        "```\n[the relay](relay.md)\n```",
    ],
)
def test_a_link_that_leads_where_its_text_promises_passes(seeded: Path, text: str) -> None:
    page = seeded / "docs" / "index.md"
    page.write_text(text)
    assert faults(page, seeded) == []


def test_a_page_that_nobody_links_to_is_found(seeded: Path) -> None:
    (seeded / "docs" / "page.md").write_text("[further](further.md)")
    (seeded / "docs" / "further.md").write_text("[myself](further.md)")
    (seeded / "docs" / "alone.md").write_text("[back](index.md)")
    assert unreached(seeded) == ["docs/alone.md"]


@pytest.mark.parametrize(
    ("text", "lack"),
    [
        ("[code](../shared) and nothing else", ["a link to a test"]),
        ("[tests](../tests) and nothing else", ["a link to code"]),
        ("[code](../shared), [tests](../tests)" + "\n" * PAGE_LINES, []),
        ("[code](../shared), [tests](../tests)" + "\n" * PAGE_LINES + "!", [f"{PAGE_LINES + 1} lines of {PAGE_LINES}"]),
    ],
)
def test_what_a_page_of_the_architecture_lacks_is_found(seeded: Path, text: str, lack: list[str]) -> None:
    page = seeded / "docs" / "page.md"
    page.write_text(text)
    assert lacks(page, seeded) == lack


@pytest.mark.parametrize(
    "hop", ["Then [`Relay`](../relay.py#L4)", "[`Relay`](../relay.py)", "[the relay](../relay.py#L4)"]
)
def test_a_hop_that_names_no_line_is_found(seeded: Path, hop: str) -> None:
    walk = seeded / "docs" / "page.md"
    walk.write_text(f"1. [`Relay.round`](../relay.py#L5): sends.\n2. {hop}.\n")
    with pytest.raises(AssertionError, match="a hop"):
        hops(walk)


def test_a_page_that_is_cited_and_gone_is_found(seeded: Path) -> None:
    assert missing('"""As docs/index.md and docs/guides/relay.md say."""', seeded) == ["docs/guides/relay.md"]
