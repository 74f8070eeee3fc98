"""Every service has the same rooms under the same names, and no module does anything when it is imported."""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from shutil import copytree

import pytest
from fastapi import APIRouter

from tests.support.source import ROOT, SERVICES, modules

FILES = {"__init__.py", "main.py", "settings.py", "subscriptions.py"}
PACKAGES = {"api", "catalogue", "domain", "views"}
LATER = {"pages", "templates"}
DATA = {".py", ".yaml"}
WATCH = """
import importlib, sys, threading

EFFECTS = {"socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.fork"}
root, names = sys.argv[1], sys.argv[2:]
effects = []

def note(event):
    frame = sys._getframe(2)
    while frame.f_code.co_name != "<module>":
        frame = frame.f_back
    path = frame.f_code.co_filename
    if path.startswith(root) and "site-packages" not in path:
        effects.append(f"{event} in {path}:{frame.f_lineno}")

def watch(event, given):
    if event in EFFECTS or (event == "open" and isinstance(given[1], str) and set(given[1]) & set("wax+")):
        note(event)

def start(thread, really=threading.Thread.start):
    note("thread")
    really(thread)

sys.dont_write_bytecode = True
sys.path.insert(0, root)
sys.addaudithook(watch)
threading.Thread.start = start
for name in names:
    importlib.import_module(name)
sys.exit("\\n".join(effects) or 0)
"""


def entries(folder: Path) -> set[str]:
    """The files and folders in a folder of the product."""
    return {path.name for path in folder.iterdir() if path.name != "__pycache__"}


def misplaced(service: Path) -> list[str]:
    """What stands where every service has something else, as paths from the service."""
    rooms = FILES | PACKAGES
    api, views, domain = (service / name for name in ("api", "views", "domain"))
    pages = entries(service / "pages") if (service / "pages").is_dir() else set[str]()
    return sorted(
        [
            *(rooms - entries(service)),
            *(entries(service) - rooms - LATER),
            *(f"api/{name}" for name in {"__init__.py", "deps.py"} - entries(api)),
            *(f"views/{name}" for name in entries(views) - entries(api) - pages),
            *(f"domain/{name}" for name in entries(domain) - {"__init__.py"} if not (domain / name).is_dir()),
        ]
    )


def effects(root: Path, *names: str) -> str:
    """What modules under `root` do when a process of their own imports them; what libraries do does not count."""
    command = [sys.executable, "-c", WATCH, str(root), *names]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60, check=False).stderr


def test_there_are_these_five_services() -> None:
    assert {path.name for path in (ROOT / "services").iterdir() if path.is_dir()} - {"__pycache__"} == set(SERVICES)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_the_fixed_names_and_no_others(service: str) -> None:
    assert misplaced(ROOT / "services" / service) == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_router_of_an_api_is_listed(service: str) -> None:
    api = import_module(f"services.{service}.api")
    parts = [import_module(module.name) for module in modules(f"services/{service}/api")]
    routers = [router for part in parts if isinstance(router := getattr(part, "router", None), APIRouter)]
    assert set(map(id, api.ROUTERS)) == set(map(id, routers))


@pytest.mark.parametrize("service", SERVICES)
def test_a_domain_is_code_and_a_catalogue_is_data_with_its_loader(service: str) -> None:
    home = ROOT / "services" / service
    domain, catalogue = (
        {path.suffix for path in (home / room).rglob("*.*") if path.parent.name != "__pycache__"}
        for room in ("domain", "catalogue")
    )
    assert domain == {".py"}
    assert catalogue <= DATA
    assert "problems.yaml" in entries(home / "catalogue")


@pytest.mark.parametrize("service", SERVICES)
def test_tests_stand_where_their_service_stands(service: str) -> None:
    assert any((ROOT / "tests" / "services" / service).glob("test_*.py"))


@pytest.mark.parametrize(
    ("there", "instead", "found"),
    [
        ("api/deps.py", "api/what_they_need.py", ["api/deps.py"]),
        ("views/policies.py", "views/versions.py", ["views/versions.py"]),
        ("domain/assessment/state.py", "domain/state.py", ["domain/state.py"]),
        ("settings.py", "config.py", ["config.py", "settings.py"]),
        ("main.py", "pages/__init__.py", ["main.py"]),
    ],
)
def test_what_is_misplaced_is_found(there: str, instead: str, found: list[str], tmp_path: Path) -> None:
    service = copytree(ROOT / "services" / "risk", tmp_path / "risk")
    (service / instead).parent.mkdir(exist_ok=True)
    (service / there).rename(service / instead)
    assert misplaced(service) == found


@pytest.mark.parametrize("root", ["shared", "services", "deploy"])
def test_every_module_explains_why_it_exists(root: str) -> None:
    silent = [
        module.name
        for module in modules(root)
        if not 1 <= len((ast.get_docstring(module.tree) or "").splitlines()) <= 6
    ]
    assert silent == []


@pytest.mark.parametrize("root", ["shared", "services", "deploy"])
def test_importing_a_module_does_nothing(root: str) -> None:
    assert effects(ROOT, *(module.name for module in modules(root))) == ""


@pytest.mark.parametrize(
    "text",
    [
        "import threading; threading.Thread(target=print).start()",
        "import socket; socket.socket().bind(('127.0.0.1', 0))",
        "import subprocess; subprocess.run(['true'])",
        "from pathlib import Path; Path('left').write_text('behind')",
    ],
)
def test_an_import_with_an_effect_is_found(text: str, tmp_path: Path) -> None:
    (tmp_path / "effectful.py").write_text(text)
    assert "effectful.py:1" in effects(tmp_path, "effectful")
