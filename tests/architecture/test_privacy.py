import ast
import re
from functools import cache

import pytest

from tests.architecture.source import ROOT

PAGE = (ROOT / "docs" / "privacy.md").read_text("utf-8")
ROWS = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in PAGE.splitlines() if line.startswith("| 5.")]
PAGE_LINES = 60


@cache
def names_in(path: str) -> frozenset[str]:
    """The names of the tests in a file; none if there is no such file."""
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    functions = ast.FunctionDef | ast.AsyncFunctionDef
    return frozenset(node.name for node in ast.parse(file.read_text("utf-8")).body if isinstance(node, functions))


def named(tests: str) -> list[tuple[str, str]]:
    """The tests that a cell names, as path and name."""
    return re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", tests)


def test_every_leak_has_its_row_and_all_stand_on_one_page() -> None:
    assert [row[0] for row in ROWS] == [f"5.{number}" for number in range(1, 20)]
    assert len(PAGE.splitlines()) <= PAGE_LINES


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row[0]))
def test_a_row_says_leak_remedy_and_tests_that_exist(row: list[str]) -> None:
    _, leak, remedy, tests = row
    assert leak
    assert remedy
    assert named(tests)
    assert [(path, name) for path, name in named(tests) if name not in names_in(path)] == []
