"""Keeps what later versions are tested against: this wheel, its locked requirements, and lives as it stores them."""

from pathlib import Path
from shutil import copyfile, move
from tempfile import TemporaryDirectory

from tests.architecture.source import ROOT
from tests.contracts.stored_lives import BEFORE, keep
from tests.support.installed import built


def release() -> None:
    with TemporaryDirectory() as workshop:
        wheel = built(Path(workshop))
        home = BEFORE / wheel.name.split("-")[1]
        home.mkdir(exist_ok=True)
        move(wheel, home / wheel.name)
    copyfile(ROOT / "requirements" / "services.txt", home / "requirements.txt")
    keep(home)


if __name__ == "__main__":
    release()
