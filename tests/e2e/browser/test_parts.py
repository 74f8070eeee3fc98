"""Every part of the kit with the longest words, right and wrong, in windows of many kinds."""

from dataclasses import replace
from typing import Any

import pytest
from playwright.async_api import Browser, expect

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


async def test_a_refused_form_begins_at_its_summary_though_its_page_was_opened_at_a_field(
    chromium: Browser, kit: Specimens
) -> None:
    spot = kit.spot("fr")
    async with window(chromium, replace(spot, url=f"{spot.url}#text")) as opened:
        await opened.page.locator("form.stack .acts button").click()
        summary = opened.page.locator("#errors")
        await expect(summary).to_be_focused()
        await expect(summary).to_be_in_viewport()
