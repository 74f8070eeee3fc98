"""Every page on the narrowest screen and by keyboard; one page of each kind in windows of many kinds."""

from typing import Any

import pytest
from playwright.async_api import Browser

from shared.i18n import Language
from tests.support.servers.chromium import (
    FOCUSED,
    LARGE,
    NARROW,
    NARROWEST,
    SPACED,
    WIDE,
    Window,
    one_after_the_other,
    window,
)
from tests.support.servers.portal import Spot

pytestmark = [pytest.mark.pages, pytest.mark.timeout(1500)]
MOST_STOPS = 1_000
FITTING: dict[str, dict[str, Any]] = {
    "enlarged to 200%": {"size": (640, 450), "device_scale_factor": 2},
    "text of twice the size": {"size": WIDE, "styles": LARGE},
    "text set apart (WCAG 1.4.12)": {"size": NARROW, "styles": SPACED},
}
LEGIBLE: dict[str, dict[str, Any]] = {
    "dark": {"color_scheme": "dark"},
    "high contrast": {"forced_colors": "active"},
}


async def test_every_page_fits_the_narrowest_screen(chromium: Browser, spots: tuple[Spot, ...]) -> None:
    assert await wider(chromium, spots, size=NARROWEST) == {}


@pytest.mark.parametrize("kind", FITTING)
async def test_no_kind_of_page_is_wider_than_its_window(kind: str, chromium: Browser, kinds: tuple[Spot, ...]) -> None:
    assert await wider(chromium, kinds, **FITTING[kind]) == {}


@pytest.mark.parametrize("kind", LEGIBLE)
async def test_nothing_stands_in_the_way(kind: str, chromium: Browser, kinds: tuple[Spot, ...]) -> None:
    found = {}
    async for spot, opened in one_after_the_other(chromium, kinds, **LEGIBLE[kind]):
        found[str(spot)] = await opened.violations()
    assert {name: violations for name, violations in found.items() if violations} == {}


@pytest.mark.parametrize(("size", "language"), [(WIDE, "en"), (NARROW, "fr")], ids=["wide", "narrow"])
async def test_the_focus_is_always_seen(
    size: tuple[int, int], language: Language, chromium: Browser, spots: tuple[Spot, ...]
) -> None:
    lost, theirs = {}, [spot for spot in spots if spot.language == language]
    async for spot, opened in one_after_the_other(chromium, theirs, size):
        lost[str(spot)] = [stop for stop in await _walked(opened) if stop["covered"] or not stop["seen"]]
    assert {name: stops for name, stops in lost.items() if stops} == {}


async def test_the_first_stop_skips_to_the_content(chromium: Browser, spots: tuple[Spot, ...]) -> None:
    async with window(chromium, spots[0]) as opened:
        await opened.page.keyboard.press("Tab")
        await opened.page.keyboard.press("Enter")
        assert await opened.page.evaluate("document.activeElement.id") == "main"


async def wider(chromium: Browser, spots: tuple[Spot, ...], **kind: Any) -> dict[str, int]:
    """By how many pixels pages are wider than such a window, those that are."""
    found = {}
    async for spot, opened in one_after_the_other(chromium, spots, **kind):
        found[str(spot)] = await opened.overflow()
    return {name: pixels for name, pixels in found.items() if pixels > 0}


async def _walked(opened: Window) -> list[dict[str, Any]]:
    """Where Tab leads, from the first stop to the last."""
    stops: list[dict[str, Any]] = []
    for _ in range(MOST_STOPS):
        await opened.page.keyboard.press("Tab")
        stop = await opened.page.evaluate(FOCUSED)
        if stop is None:
            return stops
        stops.append(stop)
    raise AssertionError(f"Tab is at {stops[-1]['what']} of {opened.page.url} after {MOST_STOPS} stops")
