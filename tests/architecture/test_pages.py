"""Pages whose tables make promises row by row: every row is there, and so are the files and tests that it names."""

import re

import pytest

from tests.support.source import ROOT, every_test

PAGES = {
    "pitfalls": [str(number) for number in range(1, 61)],
    "privacy": [f"5.{number}" for number in range(1, 21)],
    "sources": [f"6.{number}" for number in range(1, 21)],
}
PAGE_LINES = 70


def text_of(page: str) -> str:
    return (ROOT / "docs" / f"{page}.md").read_text("utf-8")


def rows_of(page: str) -> list[list[str]]:
    """The cells of every row that has a number."""
    return [
        [cell.strip() for cell in row.split(" | ")]
        for row in re.findall(r"^\| ([\d.]+ \| .+) \|$", text_of(page), re.MULTILINE)
    ]


ROWS = [pytest.param(row, id=f"{page} {row[0]}") for page in PAGES for row in rows_of(page)]


@pytest.mark.parametrize("page", PAGES)
def test_every_row_is_there_on_one_page(page: str) -> None:
    assert [number for number, *_ in rows_of(page)] == PAGES[page]
    assert len(text_of(page).splitlines()) <= PAGE_LINES


@pytest.mark.parametrize("row", ROWS)
def test_a_row_is_whole_and_what_it_names_is_there(row: list[str]) -> None:
    assert all(row)
    _, _, answer, cell = row
    files = re.findall(r"`((?:shared|services|deploy|docs|tests)/[\w/.-]+)`", answer)
    assert [path for path in files if not (ROOT / path).exists()] == []
    named = re.findall(r"`(tests/[\w/]+\.py::test_\w+)`", cell)
    assert named
    assert set(named) - every_test() == set()
