import ast
from pathlib import Path

import pytest

from tests.architecture.budgets import breaches, length, parameters

COUNT = "def count() -> int:\n" + "    count()\n" * 24


def first(text: str) -> ast.FunctionDef:
    function = ast.parse(text).body[0]
    assert isinstance(function, ast.FunctionDef)
    return function


@pytest.mark.parametrize(
    ("path", "text", "breach"),
    [
        ("shared/x.py", "\n" * 301, "301 lines of 300"),
        ("services/review/main.py", "\n" * 41, "41 lines of 40"),
        ("shared/x.py", COUNT + "    count()\n" * 16, "count has 41 lines of 40"),
        ("services/review/domain/case/x.py", COUNT + "    count()\n", "count has 26 lines of 25"),
        ("shared/x.py", "def count(a, b, c, *, d, e, f): ...\n", "count has 6 parameters of 5"),
        ("shared/x.py", f"{'a' * 41} = 1\n", "has 41 characters of 40"),
        ("shared/x.py", f"def f({'a' * 41}): ...\n", "has 41 characters of 40"),
        ("shared/utils.py", "", "named after what is in it"),
    ],
)
def test_each_budget_is_held(path: str, text: str, breach: str) -> None:
    assert [breach in found for found in breaches(Path(path), text)] == [True]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("shared/x.py", "\n" * 300),
        ("services/review/domain/x.py", COUNT),
        ("shared/x.py", "def one(self, a, b, c, d, e): ...\n"),
        ("tests/test_x.py", f"def test_{'a' * 60}(): ...\n"),
    ],
)
def test_what_is_within_the_budget_passes(path: str, text: str) -> None:
    assert not list(breaches(Path(path), text))


def test_a_table_counts_nothing_and_other_matches_count() -> None:
    table = (
        "def f(x):\n    match x:\n        case 1:\n            return g()\n        case _:\n            return h()\n"
    )
    assert length(first(table)) == 1
    assert length(first(table + "    return 1\n")) == 2
    assert length(first(table.replace("return g()", "g()\n            return h()"))) == 7


def test_self_is_nobodys_argument() -> None:
    assert parameters(first("def f(self, a, /, b, *args, c, **rest): ...")) == 3
