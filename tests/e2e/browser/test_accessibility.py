"""Every page in a real browser, in both languages: nothing stands in the way, and the browser has no complaint."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Browser

from shared import yaml_text
from shared.pages.addresses import LANGUAGES
from tests.support.servers.chromium import one_after_the_other, window
from tests.support.servers.portal import Spot, shown
from tests.support.source import SERVICES

pytestmark = pytest.mark.timeout(1500)
REVIEWED = {
    (row["finding"], page, language)
    for row in yaml_text.values(Path(__file__).with_name("undecided.yaml").read_text("utf-8"))
    for page in row["pages"]
    for language in LANGUAGES
}


async def test_axe_finds_nothing_and_the_browser_has_no_complaint(chromium: Browser, spots: tuple[Spot, ...]) -> None:
    found, undecided = {}, set()
    async for spot, opened in one_after_the_other(chromium, spots):
        findings = await opened.findings()
        found[str(spot)] = (findings.violations, tuple(opened.complaints))
        undecided |= {(finding, spot.name, spot.language) for finding in findings.undecided}
    assert {name: wrong for name, wrong in found.items() if any(wrong)} == {}
    assert undecided == REVIEWED


def test_every_page_is_opened(spots: tuple[Spot, ...]) -> None:
    """What is exported is a file."""
    names = {address.name for service in SERVICES for address in shown(service)}
    assert {name for name in names if not name.endswith("_export")} == {spot.name.partition("-")[0] for spot in spots}


async def test_a_page_in_place_of_one_that_is_not_there_stands_in_nobody_s_way(
    chromium: Browser, spots: tuple[Spot, ...]
) -> None:
    for start in (spot for spot in spots if spot.name == "start"):
        async with window(chromium, replace(start, url=f"{start.url}/nowhere")) as opened:
            assert await opened.page.locator("main code").count() == 1
            assert await opened.violations() == {}
