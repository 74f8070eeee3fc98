"""Prints every breach of the size budgets and exits 1 if there is any.

Run alone: `python tests/architecture/budgets.py`. Standard library only.
A limit is lowered when it can be, and never raised.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

FILE_LINES = 300
MAIN_LINES = 40
TEMPLATE_LINES = 120
FUNCTION_LINES = 40
PURE_FUNCTION_LINES = 25
PARAMETERS = 5
NAME_CHARACTERS = 40
EMPTY_NAMES = {"utils", "helpers", "common", "manager"}

ROOT = Path(__file__).parents[2]
CODE = ("shared", "services", "deploy", "tests")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def main() -> int:
    """The number of the process's end: 1 when a budget is exceeded."""
    found = [breach for path in _files(".py") for breach in breaches(path, path.read_text("utf-8"))]
    found += [breach for path in _files(".html") for breach in _too_long(path, path.read_text("utf-8"), TEMPLATE_LINES)]
    print(*found, sep="\n", end="\n" if found else "")  # noqa: T201 - a command's output
    return 1 if found else 0


def breaches(path: Path, text: str) -> Iterator[str]:
    """What is too large or badly named in one module; `path` is relative to the root."""
    yield from _too_long(
        path, text, MAIN_LINES if path.parts[0] == "services" and path.name == "main.py" else FILE_LINES
    )
    if path.stem in EMPTY_NAMES:
        yield f"{path}: a module is named after what is in it"
    tree = ast.parse(text)
    most = PURE_FUNCTION_LINES if path.parts[0] == "services" and "domain" in path.parts else FUNCTION_LINES
    for function in (node for node in ast.walk(tree) if isinstance(node, Function)):
        if (lines := length(function)) > most:
            yield f"{path}:{function.lineno}: {function.name} has {lines} lines of {most}"
        elif (lines := _lines(function)) > FUNCTION_LINES:
            yield f"{path}:{function.lineno}: {function.name} has {lines} lines of {FUNCTION_LINES}"
        if (count := parameters(function)) > PARAMETERS:
            yield f"{path}:{function.lineno}: {function.name} has {count} parameters of {PARAMETERS}"
    for line, name in _defined(tree):
        if len(name) > NAME_CHARACTERS and not name.startswith("test_"):  # a test is named by a sentence
            yield f"{path}:{line}: {name} has {len(name)} characters of {NAME_CHARACTERS}"


def length(function: Function) -> int:
    """Lines from `def` to the end; a match whose arms are single statements is a table, and its lines do not count."""
    tables = [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.Match) and all(_is_single(arm) for arm in node.cases)
    ]
    return _lines(function) - sum(map(_lines, tables))


def parameters(function: Function) -> int:
    """How many a caller may give; `self` and `cls` are not given."""
    given = function.args
    named = [argument.arg for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len([name for name in named if name not in {"self", "cls"}])


def _is_single(arm: ast.match_case) -> bool:
    return len(arm.body) == 1 and isinstance(arm.body[0], ast.Return | ast.Expr | ast.Raise | ast.Assign | ast.Pass)


def _lines(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _too_long(path: Path, text: str, most: int) -> Iterator[str]:
    if (lines := len(text.splitlines())) > most:
        yield f"{path}: {lines} lines of {most}"


def _defined(tree: ast.Module) -> Iterable[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.lineno, node.name
            case ast.Name(ctx=ast.Store()):
                yield node.lineno, node.id
            case ast.arg():
                yield node.lineno, node.arg
            case ast.Attribute(ctx=ast.Store()):
                yield node.lineno, node.attr


def _files(suffix: str) -> list[Path]:
    return [path.relative_to(ROOT) for root in CODE for path in sorted((ROOT / root).rglob(f"*{suffix}"))]


if __name__ == "__main__":
    sys.exit(main())
