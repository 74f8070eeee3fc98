"""The pictures of README and guides: small, each shown somewhere, and each made by `make pictures`."""

import re

from shared.pages.addresses import LANGUAGES
from tests.support.servers.pictures import SHOWN
from tests.support.source import ROOT

MOST_BYTES = 150_000
IMAGE = re.compile(r"!\[[^\]]+\]\(([^)]+)\)")
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
TRACKED = sorted((ROOT / "docs" / "pictures").iterdir())


def test_pictures_are_small() -> None:
    assert {picture.name: size for picture in TRACKED if (size := picture.stat().st_size) > MOST_BYTES} == {}


def test_every_picture_is_shown() -> None:
    shown = {(page.parent / target).resolve() for page in PAGES for target in IMAGE.findall(page.read_text("utf-8"))}
    assert [picture.name for picture in TRACKED if picture not in shown] == []


def test_every_picture_is_made_anew_by_a_command() -> None:
    assert [picture.stem for picture in TRACKED] == sorted(
        f"{name}-{language}" for name in SHOWN for language in LANGUAGES
    )
