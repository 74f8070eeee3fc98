import re

import pytest

from tests.support.source import ROOT, every_test

PAGE = (ROOT / "docs" / "reliability.md").read_text("utf-8")
ROWS: list[tuple[str, str]] = re.findall(r"^\| (\d+) \| (.+) \|$", PAGE, re.MULTILINE)


def test_the_promises_are_numbered() -> None:
    assert [int(number) for number, _ in ROWS] == list(range(1, len(ROWS) + 1))


@pytest.mark.parametrize("row", [row for _, row in ROWS], ids=[number for number, _ in ROWS])
def test_the_tests_of_a_promise_are_there(row: str) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py::test_\w+)`", row)
    assert named
    assert set(named) - every_test() == set()
