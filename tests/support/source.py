"""The project's own modules as data: what the tests of the architecture read. Nothing here imports them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVICES = ("intake", "mra_exchange", "review", "risk", "site_validation")


@dataclass(frozen=True)
class Module:
    """One module, parsed; `name` is how it is imported."""

    path: Path
    name: str
    tree: ast.Module

    def __str__(self) -> str:
        return self.name


def parsed(name: str, text: str) -> Module:
    """A module that is not on disk, for the tests of the tests."""
    return Module(Path(name.replace(".", "/") + ".py"), name, ast.parse(text))


@cache
def modules(root: str) -> tuple[Module, ...]:
    """Every module under a folder of the project, as "shared" or "services/review"."""
    return tuple(_read(path) for path in sorted((ROOT / root).rglob("*.py")))


def imported(module: Module) -> Iterator[str]:
    """What a module imports, as "shared.decider.Model"; a star is kept."""
    for node in ast.walk(module.tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=origin, names=names, level=0):
                yield from (f"{origin}.{alias.name}" for alias in names)
            case ast.ImportFrom():
                yield f"relative import in line {node.lineno}"


def calls(module: Module) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the last name of what is called: `datetime.now(UTC)` is "now"."""
    for node in ast.walk(module.tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
                yield name, node


def texts(module: Module) -> Iterator[str]:
    """Every string that stands in a module."""
    for node in ast.walk(module.tree):
        match node:
            case ast.Constant(value=str(text)):
                yield text


@cache
def every_test() -> frozenset[str]:
    """Every test, as pages name it: "tests/shared/test_i18n.py::test_x"."""
    return frozenset(
        f"{module.path}::{node.name}"
        for module in modules("tests")
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def _read(path: Path) -> Module:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return Module(
        path.relative_to(ROOT),
        ".".join(parts[:-1] if parts[-1] == "__init__" else parts),
        ast.parse(path.read_text("utf-8")),
    )
