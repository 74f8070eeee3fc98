import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.source import ROOT, modules

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
