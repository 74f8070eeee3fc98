"""Keeps what later versions are tested against: wheel, locked requirements, manifest, names, and stored lives."""

from pathlib import Path
from shutil import copyfile, move
from tempfile import TemporaryDirectory

from tests.support.samples.stored_lives import BEFORE, keep
from tests.support.servers.installed import built
from tests.support.source import ROOT

KEPT = {
    "requirements/services.txt": "requirements.txt",
    "tests/support/samples/manifest.json": "manifest.json",
    "tests/contracts/pinned.yaml": "pinned.yaml",
}


def release() -> None:
    with TemporaryDirectory() as workshop:
        wheel = built(Path(workshop))
        home = BEFORE / wheel.name.split("-")[1]
        home.mkdir()  # a release is made once
        move(wheel, home / wheel.name)
    for kept, name in KEPT.items():
        copyfile(ROOT / kept, home / name)
    keep(home)


if __name__ == "__main__":
    release()
