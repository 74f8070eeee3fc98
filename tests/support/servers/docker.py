"""Docker, where there is one: a test that asks for it is named as not run elsewhere."""

import shutil
import subprocess
from collections.abc import Callable

import pytest

Docker = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def docker() -> Docker:
    """Docker's own command, run to its end."""
    if not answers():
        pytest.skip("not run: no Docker daemon answers")
    return _run


def answers() -> bool:
    """Whether a Docker daemon does."""
    return shutil.which("docker") is not None and _run("info").returncode == 0


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False)
