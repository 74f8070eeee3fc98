import ast
import re

import pytest

from tests.architecture.source import ROOT, modules

PAGE = (ROOT / "docs" / "pitfalls.md").read_text("utf-8")
ROWS: list[tuple[str, str]] = re.findall(r"^\| (\d+) \| (.+) \|$", PAGE, re.MULTILINE)
TRAPS = 15
TESTS = {
    f"{module.path}::{node.name}"
    for module in modules("tests")
    for node in module.tree.body
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
}


def test_every_trap_is_there() -> None:
    assert [int(number) for number, _ in ROWS] == list(range(1, TRAPS + 1))


@pytest.mark.parametrize("row", [row for _, row in ROWS], ids=[number for number, _ in ROWS])
def test_the_remedies_and_the_tests_of_a_trap_are_there(row: str) -> None:
    remedies, tests = re.findall(r"`(shared/[\w/]+\.py)`", row), re.findall(r"`(tests/[\w/]+\.py::test_\w+)`", row)
    assert remedies
    assert tests
    assert [path for path in remedies if not (ROOT / path).is_file()] == []
    assert set(tests) - TESTS == set()
