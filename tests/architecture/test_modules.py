import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.source import ROOT, SERVICES, modules

FILES = {"__init__.py", "api.py", "main.py", "pages.py", "settings.py", "subscriptions.py", "views.py"}
FOLDERS = {"catalogue", "domain", "templates"}
ALWAYS = {"__init__.py", "api.py", "main.py", "settings.py", "views.py", "domain", "catalogue"}
SPLIT = {
    "api": "api.py",
    "views": "views.py",
}  # what has grown past the budget is a package of the same name, one module per part
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
    place = frame.f_code.co_filename
    if place.startswith(root) and "site-packages" not in place:
        effects.append(f"{event} in {place}:{frame.f_lineno}")

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


def effects(root: Path, *names: str) -> str:
    """What modules under `root` do when a process of their own imports them; what libraries do does not count."""
    command = [sys.executable, "-c", WATCH, str(root), *names]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60, check=False).stderr


@pytest.mark.parametrize("root", ["shared", "services", "deploy"])
def test_every_module_says_why_it_exists(root: str) -> None:
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


def names(service: str) -> set[str]:
    return {
        SPLIT.get(path.name, path.name)
        for path in (ROOT / "services" / service).iterdir()
        if path.name != "__pycache__"
    }


def test_there_are_these_five_services() -> None:
    assert {path.name for path in (ROOT / "services").iterdir() if path.is_dir() and path.name != "__pycache__"} == set(
        SERVICES
    )


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_the_fixed_names_and_no_others(service: str) -> None:
    assert names(service) - FILES - FOLDERS == set()
    assert ALWAYS - names(service) == set()


@pytest.mark.parametrize("service", SERVICES)
def test_a_domain_is_code_and_a_catalogue_is_data_with_its_loader(service: str) -> None:
    assert {
        path.suffix
        for path in (ROOT / "services" / service / "domain").rglob("*.*")
        if path.parent.name != "__pycache__"
    } == {".py"}
    catalogue = {
        path.name: path.suffix
        for path in (ROOT / "services" / service / "catalogue").iterdir()
        if path.name != "__pycache__"
    }
    assert set(catalogue.values()) <= DATA
    assert "problems.yaml" in catalogue


@pytest.mark.parametrize("service", SERVICES)
def test_tests_stand_where_their_service_stands(service: str) -> None:
    assert any((ROOT / "tests" / "services" / service).glob("test_*.py"))
