"""Every word of the glossary stands where the glossary says, and has one meaning."""

import re
from pathlib import Path

import pytest

from tests.support.source import ROOT

TEXT = (ROOT / "docs" / "GLOSSARY.md").read_text("utf-8")
ROW = re.compile(
    r"^\| (?P<word>[^|]+) \| (?P<term>[^|]+) \| (?P<meaning>[^|]+) \| (?P<where>`[^|]+`) \|$", re.MULTILINE
)
NAMED = re.compile(r"^`(?P<name>\w+)` in `(?P<path>[\w./]+)`$")
ROWS = [row.groupdict() for row in ROW.finditer(TEXT)]


def missing(where: str) -> str | None:
    """What an entry names and the code has not."""
    if named := NAMED.match(where):
        path, name = ROOT / named["path"], named["name"]
        defined = re.compile(rf"^\s*(?:class|def|async def) {name}\b|^\s*{name}\b\s*[:=]|self\.{name}\b", re.MULTILINE)
        return None if path.exists() and defined.search(path.read_text("utf-8")) else where
    return None if Path(ROOT / where.strip("`")).exists() else where


@pytest.mark.parametrize("row", ROWS, ids=[row["word"] for row in ROWS])
def test_a_word_stands_where_the_glossary_names_it(row: dict[str, str]) -> None:
    assert missing(row["where"]) is None


def test_a_word_has_one_meaning() -> None:
    entries = [row["word"] for row in ROWS]
    assert len(entries) == len(set(entries)) > 30


def test_every_row_is_read() -> None:
    rows = [line for line in TEXT.splitlines() if line.startswith("| ") and not line.startswith("| word |")]
    assert len(rows) == len(ROWS)


@pytest.mark.parametrize(
    "where", ["`Outbox` in `shared/bus/relay.py`", "`Relay` in `shared/relay.py`", "`shared/web/`"]
)
def test_an_entry_that_nobody_can_find_is_found(where: str) -> None:
    assert missing(where) == where
