"""Assets: what a browser keeps for ever has its digest in its name, also where the style sheet names it."""

import re

import pytest

from shared.errors import Refused
from shared.pages.assets import STYLES, Assets, assets, linked


def test_another_content_has_another_address() -> None:
    before, after = Assets({"a.css": b"one"}), Assets({"a.css": b"two"})
    assert re.fullmatch(r"/static/a\.[0-9a-f]{8}\.css", before.address("a.css"))
    assert before.address("a.css") != after.address("a.css")
    with pytest.raises(Refused):
        after.get(before.address("a.css").removeprefix("/static/"))


def test_a_style_sheet_names_the_files_beside_it_as_they_are_served() -> None:
    beside = {"type.woff2": b"glyphs"}
    named = re.findall(r'url\("(.+)"\)', linked(b'src: url("type.woff2")', beside).decode())
    assert Assets(beside).get(named[0]).content == b"glyphs"
    with pytest.raises(KeyError):
        linked(b'src: url("absent.woff2")', beside)


def test_whatever_the_style_sheet_names_is_served() -> None:
    styles = assets().get(assets().address(STYLES).removeprefix("/static/")).content.decode()
    named = re.findall(r'url\("(.+?)"\)', styles)
    assert [assets().get(name).media_type for name in named] == ["font/woff2"] * len(named)
    assert "http" not in styles
