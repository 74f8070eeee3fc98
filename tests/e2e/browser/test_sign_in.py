"""Signing in and out in a real browser: two origins, cookies, and what our policies let pass between them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, expect

from shared.i18n import Language
from tests.support.servers.chromium import NARROWEST, Window
from tests.support.servers.sign_in import Portal, portal_at_work

WORDS = {
    "en": ("Who are you?", "Sign out", "You are signed out"),
    "fr": ("Qui êtes-vous?", "Fermer la session", "Votre session est ferm\u00e9e"),
}


@pytest.fixture(scope="module")
async def portal() -> AsyncIterator[Portal]:
    async with portal_at_work() as made:
        yield made


@asynccontextmanager
async def somebody(chromium: Browser, language: Language) -> AsyncIterator[Window]:
    """A browser of its own, narrow, in which no script runs."""
    width, height = NARROWEST
    context = await chromium.new_context(
        locale=f"{language}-CA", viewport={"width": width, "height": height}, java_script_enabled=False
    )
    opened = Window(await context.new_page())
    opened.page.on("console", lambda line: opened.complaints.append(line.text) if line.type == "error" else None)
    yield opened
    await context.close()


@pytest.mark.parametrize("language", WORDS)
async def test_people_sign_in_and_out_without_script(chromium: Browser, portal: Portal, language: Language) -> None:
    who, sign_out, left = WORDS[language]
    async with somebody(chromium, language) as opened:
        page = opened.page
        await page.goto(f"{portal.origin}/session/sign-in?lang={language}&then=/{language}")
        await expect(page.get_by_role("heading", level=1)).to_have_text(who)
        await page.get_by_role("button", name="Maren Halloway").click()
        await page.wait_for_url(f"{portal.origin}/{language}")
        await expect(page.locator(".tools__who")).to_contain_text("Maren Halloway")
        await page.get_by_role("button", name=sign_out).click()
        await page.wait_for_url(f"{portal.origin}/session/signed-out**")
        await expect(page.get_by_role("heading", level=1)).to_have_text(left)
        assert await page.context.cookies() == []
        assert opened.complaints == []


async def test_axe_finds_nothing_where_people_choose_who_they_are(chromium: Browser, portal: Portal) -> None:
    for language in WORDS:
        context = await chromium.new_context(locale=f"{language}-CA", color_scheme="dark", bypass_csp=True)
        opened = Window(await context.new_page())
        await opened.page.goto(f"{portal.origin}/session/sign-in?then=/{language}")
        assert await opened.violations() == {}
        await opened.page.locator(".button").click()
        await expect(opened.page.locator("[aria-invalid]")).to_be_visible()
        assert await opened.violations() == {}
        await context.close()
