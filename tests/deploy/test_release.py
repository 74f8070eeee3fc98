"""A release is whole: its wheel has all that the code reads, and what later versions are tested against is kept."""

import json
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import yaml

from tests.support.samples import manifest
from tests.support.samples.pinned import PINNED
from tests.support.samples.stored_lives import BEFORE
from tests.support.servers.installed import SOURCES, built
from tests.support.source import ROOT, SERVICES

NOT_IN_A_WHEEL = {"deploy/Dockerfile", "deploy/keycloak/realm.json"}  # read where images are built, and by Keycloak
RELEASED = re.findall(
    r"^## (\d+\.\d+\.\d+) \(\d{4}-\d\d-\d\d\)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("wheel"))


def tracked() -> set[str]:
    """What the repository holds of the product."""
    listed = subprocess.run(["git", "ls-files", *SOURCES], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(listed.stdout.split())


def test_everything_of_the_product_is_in_its_wheel(wheel: Path) -> None:
    assert tracked() - NOT_IN_A_WHEEL - {*ZipFile(wheel).namelist()} == set()


def test_the_version_is_the_newest_that_was_released_or_a_later_one() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert [*map(int, version.split("."))] >= [*map(int, RELEASED[0].split("."))]


@pytest.mark.parametrize("release", RELEASED)
def test_what_later_versions_are_tested_against_is_kept(release: str) -> None:
    home = BEFORE / release
    kept = {path.name for path in home.iterdir()}
    assert {"requirements.txt", "lives.json.gz"} < kept
    assert "--hash=sha256:" in (home / "requirements.txt").read_text("utf-8")
    [wheel] = home.glob("trusted_trader-*.whl")
    assert {f"services/{service}/main.py" for service in SERVICES} < {*ZipFile(wheel).namelist()}


@pytest.mark.parametrize("release", RELEASED)
def test_what_a_release_has_kept_is_kept_for_ever(release: str) -> None:
    home = BEFORE / release
    assert json.loads((home / "manifest.json").read_text("utf-8")).items() <= manifest.kept().items()
    assert lacks(yaml.safe_load((home / "pinned.yaml").read_text("utf-8")), PINNED) == []


def test_a_name_that_is_gone_is_found() -> None:
    assert lacks(
        {"facts": {"cases": ["opened", "closed"]}, "tick": "a"}, {"facts": {"cases": ["opened"]}, "tick": "b"}
    ) == ["closed", "a"]


def lacks(then: Any, now: Any) -> list[str]:
    """Which of the names of before are not there."""
    match then, now:
        case dict(), dict():
            return [name for key, names in then.items() for name in lacks(names, now.get(key))]
        case list(), list():
            return [name for name in then if name not in now]
        case _:
            return [] if then == now else [str(then)]
