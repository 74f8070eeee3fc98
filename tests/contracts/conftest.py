"""What judges what we publish: each service at work, and tools of others, kept once per user and version."""

import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from hashlib import sha256
from os import environ
from pathlib import Path
from shutil import copytree, which
from tempfile import TemporaryDirectory

import pytest

from tests.support.servers.backing import Broker
from tests.support.servers.serving import Issuer
from tests.support.servers.settled import Settled, settled_at_work
from tests.support.source import SERVICES

NODE = Path(__file__).with_name("node")
PYTHON = Path(__file__).with_name("python")
UV = str(Path(sys.executable).with_name("uv"))
OLDEST_NODE = (20, 19)
SECONDS = 300


@pytest.fixture(scope="session")
def node() -> Path:
    """A directory with the packages of `node/package-lock.json`."""
    if which("npm") is None or node_version() < OLDEST_NODE:
        pytest.skip("not run: Node.js 20.19 is missing. Install it to have AsyncAPI documents and clients judged")
    return kept("node", NODE / "package-lock.json", install_node)


@pytest.fixture(scope="session")
def generator() -> Path:
    """The executables of a virtual environment with the packages of `python/requirements.txt`."""
    return kept("clients", PYTHON / "requirements.txt", install_python) / "bin"


@pytest.fixture(scope="module", params=SERVICES)
async def settled(
    request: pytest.FixtureRequest, broker: Broker, mongo_url: str, issuer: Issuer
) -> AsyncIterator[Settled]:
    async with settled_at_work(request.param, broker, mongo_url, issuer) as settled:
        yield settled


def node_version() -> tuple[int, ...]:
    printed = subprocess.run(["node", "--version"], check=True, capture_output=True, text=True).stdout
    return tuple(map(int, printed.strip().removeprefix("v").split(".")))


def kept(name: str, lock: Path, install: Callable[[Path], object]) -> Path:
    """What is installed by a lock file, once; of two runs that install it, the first one's stays."""
    cache = Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "trusted-trader"
    installed = cache / f"{name}-{sha256(lock.read_bytes()).hexdigest()[:12]}"
    if not installed.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=cache) as work:
            made = Path(work) / "made"
            install(made)
            with suppress(OSError):
                made.rename(installed)
    return installed


def install_node(directory: Path) -> None:
    copytree(NODE, directory)
    subprocess.run(["npm", "ci", "--silent"], cwd=directory, check=True, timeout=SECONDS)


def install_python(directory: Path) -> None:
    environment = [UV, "--quiet", "venv", "--relocatable", "--python", sys.executable, str(directory)]
    subprocess.run(environment, check=True, timeout=SECONDS)
    packages = [UV, "--quiet", "pip", "install", "--require-hashes", "--python", str(directory / "bin" / "python")]
    subprocess.run([*packages, "-r", str(PYTHON / "requirements.txt")], check=True, timeout=SECONDS)
