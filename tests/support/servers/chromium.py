"""A real browser: pages in windows of every kind, what it complains of, and what axe finds."""

import os
import shutil
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Any

import httpx
from playwright.async_api import Browser, Page, Request, async_playwright

from tests.support.servers.portal import Spot

ABSENT = "no Chromium is on PATH; on Debian `apt-get install chromium` brings it"
WIDE, NARROW, NARROWEST = (1280, 900), (390, 844), (320, 640)
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# Chromium heeds the last such list alone: first what playwright itself switches off; then what takes an eighth of a
# life's time and shows on no page: two hidden pages for the address bar of each window, and a new frame for each page.
SWITCHED_OFF = """
    AvoidUnnecessaryBeforeUnloadCheckSync DestroyProfileOnBrowserClose HttpsUpgrades HttpsFirstBalancedModeAutoEnable
    LensOverlay MediaRouter PaintHolding ThirdPartyStoragePartitioning AvoidCorsURLLoaderRestartOnRedirect
    OptimizationHints NetworkTimeServiceQuerying AimEnabled PreconnectToSearch
    WebUIOmniboxPopup WebUIOmniboxAimPopup WebUIOmniboxFullPopup RenderDocument
"""
SPACED = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }"
LARGE = "html { font-size: 200% !important; }"
FINDINGS = """async (rules) => {
  const options = { runOnly: rules, resultTypes: ["violations", "incomplete"], elementRef: true };
  const { violations, incomplete } = await axe.run(document, options);
  const places = ({ nodes }) => nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`);
  const kinds = ({ id, nodes }) => nodes.map(({ element }) => `${id} ${element.localName}.${element.classList[0]}`);
  return [
    Object.fromEntries(violations.map((violation) => [violation.id, places(violation)])),
    [...new Set(incomplete.flatMap(kinds))],
  ];
}"""  # all that axe finds good would be megabytes
OVERFLOW = "document.documentElement.scrollWidth - innerWidth"
FOCUSED = """() => {
  const it = document.activeElement;
  if (it === document.body) return null;
  const box = it.getBoundingClientRect();
  const x = Math.max(0, Math.min(innerWidth - 1, box.left + Math.min(box.width, 40) / 2));
  const y = box.top + Math.min(box.height, 24) / 2;
  const above = document.elementFromPoint(x, y);
  const picker = it.matches("input[type=date]:not(:focus-visible)"); // its button, with the browser's own ring
  const around = it.closest(".choice") ?? it;
  const outlined = [it, around].flatMap((each) => [getComputedStyle(each), getComputedStyle(each, "::after")])
    .some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
  return {
    what: it.id || it.name || it.textContent.trim().slice(0, 30),
    seen: outlined || picker,
    covered: !above || !(around.contains(above) || above.contains(it)),
  };
}"""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The browser. Raises FileNotFoundError where there is none."""
    executable = shutil.which("chromium")
    if executable is None:
        raise FileNotFoundError(ABSENT)
    async with async_playwright() as playwright:
        arguments = [f"--disable-features={','.join(SWITCHED_OFF.split())}"]
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")
        browser = await playwright.chromium.launch(executable_path=executable, args=arguments)
        yield browser
        await browser.close()


@dataclass(frozen=True)
class Findings:
    """What axe finds, by rule the places; and what it leaves to a person, as `rule element.class`."""

    violations: Mapping[str, list[str]]
    undecided: list[str]


@dataclass(frozen=True)
class Window:
    """A window with a page in it; `complaints` are what the browser has reported of it, `styles` the reader's own."""

    page: Page
    styles: str = ""
    complaints: list[str] = field(default_factory=list)

    async def opens(self, spot: Spot) -> None:
        """A page as its visitor sees it; what was complained of before is forgotten."""
        name, _, value = spot.cookie.partition("=")
        await self.page.context.add_cookies([{"name": name, "value": value, "url": str(httpx.URL(spot.url).join("/"))}])
        self.complaints.clear()
        await self.page.goto(spot.url, wait_until="load")
        if self.styles:
            await self.page.add_style_tag(content=self.styles)

    async def violations(self) -> Mapping[str, list[str]]:
        """What axe finds against WCAG 2.2 AA and good practice, by rule: the places."""
        return (await self.findings()).violations

    async def findings(self) -> Findings:
        await self.page.evaluate(_axe())
        return Findings(*await self.page.evaluate(FINDINGS, RULES))

    async def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        return int(await self.page.evaluate(OVERFLOW))


@asynccontextmanager
async def window(
    browser: Browser, spot: Spot, size: tuple[int, int] = WIDE, *, styles: str = "", clock: bool = False, **kind: Any
) -> AsyncIterator[Window]:
    """A window of this size with a page in it. `styles` are the reader's own, `clock` is one that a test moves on.

    `kind` is what playwright knows of windows.
    """
    width, height = size
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        bypass_csp=bool(styles),
        locale=f"{spot.language}-CA",
        reduced_motion="reduce",  # what scrolls smoothly is drawn many times
        **kind,
    )
    opened = Window(await context.new_page(), styles)
    opened.page.on("console", lambda line: opened.complaints.append(line.text) if line.type == "error" else None)
    opened.page.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.page.on("requestfailed", lambda request: opened.complaints.extend(_missed(request)))
    if clock:
        await opened.page.clock.install()
    await opened.opens(spot)
    yield opened
    await context.close()


async def one_after_the_other(
    browser: Browser, spots: Iterable[Spot], size: tuple[int, int] = WIDE, **kind: Any
) -> AsyncIterator[tuple[Spot, Window]]:
    """Pages in one window of each language, which keeps what all pages need."""
    for _, alike in groupby(sorted(spots, key=lambda spot: spot.language), lambda spot: spot.language):
        first, *others = alike
        async with window(browser, first, size, **kind) as opened:
            yield first, opened
            for spot in others:
                await opened.opens(spot)
                yield spot, opened


def _missed(request: Request) -> list[str]:
    """What did not load, unless the next page was opened before it had."""
    return [] if request.failure == "net::ERR_ABORTED" else [f"failed: {request.url}"]


@cache
def _axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
