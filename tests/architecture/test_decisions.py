import re
from pathlib import Path

import pytest

from tests.support.source import ROOT

RECORDS = sorted((ROOT / "docs" / "decisions").iterdir())
PAGE_LINES = 60


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [path.name[:5] for path in RECORDS] == [f"{number:04}-" for number in range(1, len(RECORDS) + 1)]


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
def test_a_decision_is_one_page_with_its_test_and_what_was_rejected(record: Path) -> None:
    text = record.read_text("utf-8")
    assert text.startswith(f"# {record.name[:4]}: ")
    assert len(text.splitlines()) <= PAGE_LINES
    assert [
        part for part in ("**Decision.**", "**Why", "**Enforced by**", "**Rejected.**", "Revisit") if part not in text
    ] == []


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
def test_the_files_that_a_decision_names_are_there(record: Path) -> None:
    named = re.findall(r"`((?:tests|deploy|docs|shared|services)/[\w./-]+)`", record.read_text("utf-8"))
    assert any(path.startswith("tests/") for path in named)
    assert [path for path in named if not (ROOT / path).exists()] == []
