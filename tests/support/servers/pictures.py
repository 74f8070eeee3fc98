"""Pictures of every page, in both languages, wide and narrow: `make pictures` writes them to build/pictures.

Names of pages after the command limit it to them, as in `make pictures PICTURES="cases case"`.

Those that README and guides show are in build/pictures/shown, as a window shows them; docs/pictures holds copies.
"""

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Browser

from shared.i18n import Language
from tests.support.servers.backing import broker, mongo
from tests.support.servers.chromium import NARROW, WIDE, chromium, window
from tests.support.servers.doors import NOBODY, doors
from tests.support.servers.portal import Spot, portal
from tests.support.servers.serving import issuing
from tests.support.source import ROOT

HOME = ROOT / "build" / "pictures"
SHOWN = (
    "overview-preparing",
    "requirement",
    "administration",
    "submitted",
    "cases",
    "case_answer",
    "case_decision-pending",
    "review_operations",
    "feed",
)
TYPED: Mapping[Language, Mapping[str, str]] = {
    "en": {"advice": "Send the log of the rounds.", "note": "To be looked at on the visit."},
    "fr": {"advice": "Envoyez le registre des rondes.", "note": "À regarder lors de la visite."},
}
OPINION = """typed => {
  document.querySelector("[value=not_met]").checked = true;
  for (const [field, text] of Object.entries(typed)) document.getElementById(field).value = text;
  scrollTo({ top: 130, behavior: "instant" });
}"""  # as an officer gives it, below what stands above every page


async def main(*only: str) -> None:
    (HOME / "shown").mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as home:
        at = Path(home)
        async with (
            chromium() as browser,
            mongo(at / "mongo") as mongo_url,
            broker(at / "kafka") as made,
            issuing() as issuer,
            portal(made, mongo_url, issuer) as inside,
            doors() as outside,
        ):
            starts = [spot for spot in inside if spot.name == "start"]
            signed_out = [replace(spot, name="start-signed_out", cookie=NOBODY) for spot in starts]
            spots = [spot for spot in (*signed_out, *outside, *inside) if not only or spot.name in only]
            for spot in spots:
                for size in (WIDE, NARROW):
                    await take(browser, spot, size)
            for spot in spots:
                if spot.name in SHOWN:
                    await take_window(browser, spot)
            print(f"{2 * len(spots)} pictures are in {HOME}")  # noqa: T201 - a command's output


async def take(browser: Browser, spot: Spot, size: tuple[int, int]) -> None:
    """The whole page, however long."""
    async with window(browser, spot, size) as opened:
        width, _ = size
        height = await opened.page.evaluate("document.documentElement.scrollHeight")
        await opened.page.set_viewport_size({"width": width, "height": height})
        await opened.page.screenshot(path=HOME / f"{spot}-{width}.png", full_page=True)


async def take_window(browser: Browser, spot: Spot) -> None:
    """The page as far as a wide window shows it."""
    async with window(browser, spot) as opened:
        if spot.name == "case_answer":
            await opened.page.evaluate(OPINION, TYPED[spot.language])
        await opened.page.screenshot(path=HOME / "shown" / f"{spot}.png")
        await opened.page.evaluate("for (const form of document.forms) form.reset()")  # or it is kept as a draft


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
