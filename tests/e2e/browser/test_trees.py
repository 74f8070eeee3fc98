"""What a page of each kind tells those who do not see it: roles, names and their order, as reviewed.

`TREES=write` writes the trees anew, to be read before they are kept.
"""

import os
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.support.servers.chromium import window
from tests.support.servers.portal import KINDS, Spot

pytestmark = [pytest.mark.pages, pytest.mark.timeout(600)]
TREES = Path(__file__).with_name("trees")
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
FRENCH_MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
VOLATILE = {
    r"\n *- (/url:|option) [^\n]*": "",
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}": "ID",
    r"urn:[\w:.-]+|\bU[A-Z2-7]{25}\b": "URN",
    rf"(?:\w+day, )?(?:{MONTHS}) \d+, \d+|\d+(?:er)? (?:{FRENCH_MONTHS}) \d+|\b\d{{4}}-\d\d-\d\d\b": "DAY",
    r"\d+:\d+ [ap]\.m\.": "TIME",
    r"\d+(?: of \d+)?(?= business days? (?:late|left|used))|\d+(?= seconds?\b)|(?<=partition )\d+|(?<=offset )\d+": "N",
    r"\bCAPIP\w+": "PIP",
    r"The membership was activated\.|The company gave its consent\.": "CAUSE",
    r"\b(?:[0-9a-f]{16}|9\d{8})\b": "NUMBER",
}  # differs whenever the pages are made, as which of two causes came last; or is a long list of countries


@pytest.mark.parametrize("kind", KINDS)
async def test_the_tree_of_a_page_is_as_it_was_reviewed(kind: str, chromium: Browser, kinds: tuple[Spot, ...]) -> None:
    [spot] = [spot for spot in kinds if (spot.name, spot.language) == (kind, "en")]
    async with window(chromium, spot) as opened:
        tree = steady(await opened.page.locator("body").aria_snapshot())
    kept = TREES / f"{kind}.yaml"
    if os.environ.get("TREES") == "write":
        kept.write_text(tree, "utf-8")
    assert tree == kept.read_text("utf-8")


def steady(tree: str) -> str:
    for pattern, name in VOLATILE.items():
        tree = re.sub(pattern, name, tree)
    return f"{tree}\n"
