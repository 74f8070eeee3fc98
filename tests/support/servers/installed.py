"""The project installed from nothing but its wheel, in an environment of its own with the packages of this one."""

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from shutil import copytree

from tests.support.source import ROOT

SOURCES = ("shared", "services", "deploy")
PACKAGES = "lib/python*/site-packages"
FILES = ("pyproject.toml", "LICENSE", "README.md")


def built(into: Path) -> Path:
    """The wheel of this tree, built from copies, so that nothing of an earlier build gets into it."""
    source = into / "source"
    for name in SOURCES:
        copytree(ROOT / name, source / name)
    for name in FILES:
        (source / name).write_bytes((ROOT / name).read_bytes())
    _pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", into, source)
    return next(into.glob("*.whl"))


def installed(wheel: Path, into: Path, *packages_of: Path) -> Path:
    """The programs' directory of an environment with this wheel; its dependencies are those of this environment.

    What this one has no more is in the environments of `packages_of`.
    """
    venv.create(into, with_pip=False, symlinks=True)
    programs = into / "bin"
    packages = into / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    found = [sysconfig.get_path("purelib"), *(str(path) for other in packages_of for path in other.glob(PACKAGES))]
    (packages / "dependencies.pth").write_text("\n".join(found) + "\n", "utf-8")
    _pip("--python", programs / "python", "install", "--no-deps", wheel)
    return programs


def _pip(*arguments: str | Path) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True, text=True)
