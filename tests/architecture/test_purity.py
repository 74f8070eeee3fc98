import ast
import sys
from collections.abc import Iterator

import pytest

from tests.support.source import SERVICES, Module, calls, imported, modules, parsed

KERNEL = {
    f"shared.{module}" for module in ("model", "decider", "errors", "programme.calendar", "programme.roles", "i18n")
}
LANGUAGE = {
    f"shared.contracts.{module}" for module in ("types", "event", "earlier", "catalogue", "pip_id", "application_id")
}
IMPURE = {
    *(
        "asyncio",
        "concurrent",
        "ctypes",
        "http",
        "importlib",
        "io",
        "logging",
        "multiprocessing",
        "os",
        "pathlib",
        "random",
        "secrets",
    ),
    *("shutil", "signal", "socket", "sqlite3", "subprocess", "sys", "tempfile", "threading", "time", "urllib"),
}
EFFECTS = {"now", "utcnow", "uuid1", "uuid4", "open", "print", "input", "eval", "exec", "load"}
CLOCKS_AND_IDS = {"uuid1", "uuid4", "utcnow"}
DOMAIN = [module for service in SERVICES for module in modules(f"services/{service}/domain")]


def foreign(module: Module) -> list[str]:
    """What a domain module imports and may not."""
    own = ".".join(module.name.split(".")[:3])
    return [name for name in imported(module) if not _is_pure(name, own)]


def _is_pure(name: str, own: str) -> bool:
    top = name.partition(".")[0]
    if top in {"shared", "services"}:
        published = f"shared.contracts.{own.split('.')[1]}"  # messages of others are cut at the edge
        return any(f"{name}.".startswith(f"{pure}.") for pure in (*KERNEL, *LANGUAGE, published, own))
    return top == "pydantic" or (
        top in sys.stdlib_module_names - IMPURE and name.rpartition(".")[2] not in CLOCKS_AND_IDS
    )


def effects(module: Module) -> Iterator[str]:
    """Calls that read a clock, make an id or touch the world; `today(moment)` reads no clock, `today()` does."""
    for name, call in calls(module):
        if name in EFFECTS or (name == "today" and not call.args and not call.keywords):
            yield f"{name} in line {call.lineno}"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS_AND_IDS:
            yield f"{node.attr} in line {node.lineno}"


@pytest.mark.parametrize("module", DOMAIN, ids=str)
def test_a_domain_imports_what_is_pure(module: Module) -> None:
    assert foreign(module) == []


@pytest.mark.parametrize("module", DOMAIN, ids=str)
def test_a_domain_has_no_effects(module: Module) -> None:
    assert list(effects(module)) == []


def test_every_service_has_a_domain() -> None:
    assert {module.name.split(".")[1] for module in DOMAIN} == set(SERVICES)


@pytest.mark.parametrize(
    "line",
    [
        "import os",
        "from time import monotonic",
        "from uuid import uuid4",
        "import yaml",
        "from shared.store.documents import Documents",
        "from shared.decider_of_another_kind import X",
        "from shared.contracts.intake import ApplicationSubmitted",
        "from shared.contracts import risk",
        "from services.risk.domain import assessment",
        "from services.review.catalogue import benefits",
        "from . import state",
    ],
)
def test_a_foreign_import_is_found(line: str) -> None:
    assert foreign(parsed("services.review.domain.case", line))


def test_a_pure_import_passes() -> None:
    text = (
        "from uuid import UUID\nfrom pydantic import Field\n"
        "from shared.contracts.review import Verdict\nimport services.review.domain.case"
    )
    assert foreign(parsed("services.review.domain.membership", text)) == []


@pytest.mark.parametrize(
    "line", ["datetime.now(UTC)", "date.today()", "today()", "uuid.uuid4()", "x = uuid.uuid4", "open('f')", "print(1)"]
)
def test_an_effect_is_found(line: str) -> None:
    assert list(effects(parsed("services.review.domain.case", line)))


def test_a_day_taken_from_a_moment_is_no_effect() -> None:
    assert list(effects(parsed("services.review.domain.case", "today(command.at)"))) == []
