"""The commit before this one, as git knows it: what it wrote must be read for ever."""

import subprocess
from io import BytesIO
from pathlib import Path
from tarfile import TarFile

import pytest

from tests.architecture.source import ROOT

BEFORE = "HEAD~1"


def is_known() -> bool:
    """Whether this clone holds the commit before."""
    return subprocess.run(["git", "cat-file", "-e", f"{BEFORE}^{{commit}}"], cwd=ROOT, capture_output=True, check=False).returncode == 0


def checked_out(into: Path, *paths: str) -> Path:
    """The files of the commit before, or of this one where the clone holds no other."""
    asked = ["git", "archive", BEFORE if is_known() else "HEAD", *paths]
    archive = subprocess.run(asked, cwd=ROOT, capture_output=True, check=True).stdout
    with TarFile(fileobj=BytesIO(archive)) as files:
        files.extractall(into, filter="data")
    return into


def say_if_missing() -> None:
    """Ends a test that has held this commit against itself as an expected failure, which every report of a run repeats."""
    if not is_known():
        pytest.xfail("the clone does not hold the commit before, and this one was held against itself: git fetch --deepen 1")
