"""The tests that did not run are named at the end of `.ci/run`, and no release is made without them."""

import os
import subprocess
import sys
from pathlib import Path
from shutil import copytree

import pytest

from tests.support.source import ROOT

SKIPPING = """
import pytest

@pytest.mark.skip(reason="not run: no Docker daemon answers")
def test_marked(): ...

@pytest.fixture
def disk():
    pytest.skip("not run: only root may mount")

def test_that_asks(disk): ...

def test_that_runs(): ...

def test_that_ends_early():
    pytest.skip("no\\nnpm")
"""
ABSENT = "import pytest\npytest.skip('not run: no module', allow_module_level=True)\n"
SKIPPED = {
    ("no Docker daemon answers", "test_skipping.py::test_marked"),
    ("only root may mount", "test_skipping.py::test_that_asks"),
    ("no npm", "test_skipping.py::test_that_ends_early"),
    ("no module", "test_absent.py"),
}
STUBS = {"make": 'echo "make $*"; eval "$MAKES"', "id": "echo 1000", "npm": "", "git": "", "curl": ""}


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "build" / "not-run"


def runs(kept: Path, *tests: Path, workers: str = "0") -> None:
    """The suite's own configuration and hooks, on tests that stand elsewhere."""
    own = ("-c", str(ROOT / "pyproject.toml"), "--rootdir", str(tests[0].parent), "-p", "tests.conftest")
    command = [sys.executable, "-m", "pytest", "-q", "-n", workers, *own, *map(str, tests)]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "NOT_RUN": str(kept)}, capture_output=True, text=True, check=False
    )
    assert done.returncode in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}, done.stdout + done.stderr


def written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def in_a_copy(home: Path, makes: str) -> subprocess.CompletedProcess[str]:
    """`.ci/run` in a tree of its own, in which every `make` only does what is written here."""
    copytree(ROOT / ".ci", home / ".ci")
    copytree(ROOT / "tests" / "support", home / "tests" / "support", ignore=lambda *_: {"samples"})
    for name, does in STUBS.items():
        (home / "bin").mkdir(exist_ok=True)
        written(home / "bin" / name, f"#!/bin/sh\n{does}\n").chmod(0o755)
    environment = {"PATH": f"{home / 'bin'}:{os.environ['PATH']}", "MAKES": makes}
    return subprocess.run([home / ".ci" / "run"], env=environment, capture_output=True, text=True, check=False)


def release_check(home: Path, kept: Path, makes: str) -> subprocess.CompletedProcess[str]:
    """`make release-check`, in which the inner make does what is written here."""
    stub = written(home / "make", f"#!/bin/sh\nmkdir -p {kept.parent}\n{makes}\n")
    stub.chmod(0o755)
    overrides = [f"MAKE={stub}", f"NOT_RUN={kept}", f"BIN={Path(sys.executable).parent}"]
    return subprocess.run(
        ["make", "--silent", "release-check", *overrides], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_every_test_that_did_not_run_is_kept_with_its_reason(tmp_path: Path, kept: Path) -> None:
    tests = written(tmp_path / "test_skipping.py", SKIPPING), written(tmp_path / "test_absent.py", ABSENT)
    runs(kept, *tests, workers="2")
    assert {tuple(line.split("\t")) for line in kept.read_text("utf-8").splitlines()} == SKIPPED


def test_runs_add_to_one_list_and_one_that_skips_nothing_makes_it(tmp_path: Path, kept: Path) -> None:
    runs(kept, written(tmp_path / "test_runs.py", "def test_that_runs(): ..."))
    assert kept.read_text("utf-8") == ""
    written(kept, "no npm\ttest_earlier.py\n")
    runs(kept, written(tmp_path / "test_absent.py", ABSENT))
    assert kept.read_text("utf-8").splitlines() == ["no npm\ttest_earlier.py", "no module\ttest_absent.py"]


@pytest.mark.parametrize(
    ("makes", "last", "passes"),
    [
        (': >> "$NOT_RUN"', ["make faults", "No test was skipped."], True),
        ('echo "no npm\ttest_b" >> "$NOT_RUN"', ["These tests did not run:", "no npm", "  test_b"], True),
        ('echo "no npm\ttest_b" >> "$NOT_RUN"; exit 3', ["These tests did not run:", "no npm", "  test_b"], False),
        ("exit 3", ["make check", "No test has run."], False),
    ],
)
def test_the_list_comes_last_whether_the_run_passes_or_fails(
    tmp_path: Path, makes: str, last: list[str], *, passes: bool
) -> None:
    (tmp_path / "build").mkdir()
    written(tmp_path / "build" / "not-run", "of another run\ttest_a\n")
    done = in_a_copy(tmp_path, makes)
    assert done.stdout.splitlines()[-len(last) :] == last
    assert (done.returncode == 0) == passes, done.stderr


@pytest.mark.parametrize(
    ("makes", "passes"),
    [
        (': >> "$NOT_RUN"', True),
        ('echo "no npm\ttest_b" >> "$NOT_RUN"', False),
        (": no hook keeps a list", False),
        (': >> "$NOT_RUN"; exit 3', False),
    ],
)
def test_a_release_needs_every_test(tmp_path: Path, kept: Path, makes: str, *, passes: bool) -> None:
    kept.parent.mkdir()
    written(kept, "" if not passes else "of another run\ttest_a\n")
    done = release_check(tmp_path, kept, makes)
    assert (done.returncode == 0) == passes, done.stdout + done.stderr


def test_a_release_needs_the_whole_fault_matrix(tmp_path: Path, kept: Path) -> None:
    done = release_check(tmp_path, kept, f'echo "$@" > {tmp_path}/asked; : >> "$NOT_RUN"')
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "asked").read_text().split() == ["check", "test", "pages", "faults", "FAULTS="]
