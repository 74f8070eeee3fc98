"""What is noted of the pages that somebody opens and leaves."""

import pytest
from playwright.async_api import Browser

from tests.e2e.browser.hands import Hands, Keys, Pointer
from tests.e2e.browser.people import Manner, somebody
from tests.support.servers.chromium import NARROWEST
from tests.support.servers.specimens import Specimens

WIDEN = "it => { it.style.inlineSize = '332px'; }"


@pytest.mark.parametrize("hands", [Pointer, Keys])
async def test_a_page_that_is_wider_than_its_window_is_complained_of(
    hands: type[Hands], chromium: Browser, kit: Specimens
) -> None:
    async with somebody(chromium, kit.url, Manner("en", script=False, hands=hands, size=NARROWEST)) as person:
        await person.page.goto(kit.spot().url)
        await person.part("body").evaluate(WIDEN)
        await person.follow(".tools__lang")
        assert person.page.url == f"{kit.url}/fr/specimen"
        assert person.complaints == [f"{kit.spot().url} is 12 pixels wider than its window"]
