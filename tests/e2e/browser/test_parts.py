"""Every part of the kit with the longest words, right and wrong, in windows of many kinds."""

from typing import Any

import pytest
from playwright.async_api import Browser

from tests.support.servers.chromium import LARGE, NARROWEST, SPACED, WIDE, one_after_the_other, window
from tests.support.servers.specimens import Specimens

KINDS: dict[str, dict[str, Any]] = {
    "wide": {"size": WIDE},
    "the narrowest screen": {"size": NARROWEST},
    "dark": {"color_scheme": "dark"},
    "high contrast": {"forced_colors": "active"},
    "text of twice the size": {"size": WIDE, "styles": LARGE},
    "text set apart": {"size": NARROWEST, "styles": SPACED},
}


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=() if kind == "wide" else pytest.mark.pages) for kind in KINDS]
)
async def test_the_parts_fit_and_stand_in_nobody_s_way(kind: str, chromium: Browser, kit: Specimens) -> None:
    async for spot, opened in one_after_the_other(chromium, kit.spots(), **KINDS[kind]):
        assert (await opened.violations(), await opened.overflow(), opened.complaints) == ({}, 0, []), str(spot)


async def test_a_page_with_faults_begins_at_their_summary_and_each_leads_to_its_field(
    chromium: Browser, kit: Specimens
) -> None:
    async with window(chromium, kit.spot("fr", "wrong")) as opened:
        assert await opened.page.evaluate("document.activeElement.id") == "errors"
        for link in await opened.page.locator(".errors a").all():
            await link.click()
            assert f"#{await opened.page.evaluate('document.activeElement.id')}" == await link.get_attribute("href")
