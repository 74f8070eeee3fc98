"""Hands of each kind fill a form alike, whichever way they come to a field."""

from collections.abc import Awaitable, Callable, Mapping

import pytest
from playwright.async_api import Browser, FilePayload, Locator

from tests.e2e.browser.hands import Hands, Keys, Pointer
from tests.support.servers.chromium import NARROWEST, window
from tests.support.servers.specimens import Specimens

LETTER = FilePayload(name="letter.pdf", mimeType="application/pdf", buffer=b"A letter.")
ACTS: Mapping[str, Callable[[Hands, Locator], Awaitable[None]]] = {
    "#text": lambda hands, field: hands.write(field, "Lévis"),
    "#date": lambda hands, field: hands.write(field, "2026-02-09"),
    "#area": lambda hands, field: hands.write(field, "One line."),
    "#file": lambda hands, field: hands.choose_file(field, LETTER),
    "#select": lambda hands, field: hands.choose(field, "b"),
    "#radios-b": lambda hands, field: hands.tick(field),
    "#checkboxes-b": lambda hands, field: hands.tick(field),
    "#yes_no-false": lambda hands, field: hands.tick(field),
    "#check": lambda hands, field: hands.tick(field),
}
FILLED = {
    "text": ["Lévis"],
    "date": ["2026-02-09"],
    "area": ["One line."],
    "file": ["letter.pdf"],
    "select": ["b"],
    "radios": ["b"],
    "checkboxes": ["a", "b"],
    "yes_no": ["false"],
    "check": ["false", "true"],
}


@pytest.mark.parametrize("step", [1, -1], ids=["down", "up"])
@pytest.mark.parametrize("kind", [Pointer, Keys])
async def test_what_is_done_to_each_field_is_sent(
    kind: type[Hands], step: int, chromium: Browser, kit: Specimens
) -> None:
    async with window(chromium, kit.spot("fr"), NARROWEST, java_script_enabled=False) as opened:
        hands = kind(opened.page)
        for selector in list(ACTS)[::step]:
            await ACTS[selector](hands, opened.page.locator(selector))
        async with opened.page.expect_navigation():
            await hands.press(opened.page.locator("[data-autosave] .acts button"))
    [sent] = kit.forms
    assert {name: sent.get(name) for name in FILLED} == FILLED


async def test_what_no_key_leads_to_is_named_with_its_page(chromium: Browser, kit: Specimens) -> None:
    async with window(chromium, kit.spot(), NARROWEST) as opened:
        with pytest.raises(AssertionError, match=r"h1.* of .*/en/right"):
            await Keys(opened.page).press(opened.page.locator("h1"))
