"""Judging without a mouse: with the shortcuts of the page, or, without script, with Tab, arrows and Enter."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import Browser, Page, expect

from shared.pages.addresses import addresses
from tests.support.builders.packages import TERMINAL, YARD
from tests.support.builders.review import MUST, SHOULD
from tests.support.builders.reviewing import opened
from tests.support.servers.backing import Broker
from tests.support.servers.chromium import window
from tests.support.servers.portal import Spot
from tests.support.servers.served import Person, Served, application_of, at_work
from tests.support.servers.serving import Issuer


@pytest.fixture
async def review(broker: Broker, mongo_url: str, issuer: Issuer) -> AsyncIterator[Served]:
    async with at_work("review", broker, mongo_url, issuer) as served:
        yield served


@pytest.fixture
def noor(review: Served) -> Person:
    return review.person("noor", "review_officer")


@asynccontextmanager
async def answer(chromium: Browser, review: Served, noor: Person, **kind: Any) -> AsyncIterator[Page]:
    """The first answer of a case that has just arrived, with the focus on its verdict."""
    company = uuid4()
    await opened(review, noor, company)
    path = addresses()["case_answer"].path(
        "en", application_id=application_of(company), division_id=YARD, requirement_id=MUST
    )
    cookie = review.browser("noor", "review_officer").headers["Cookie"]
    url = f"{str(review.nobody.client.base_url).rstrip('/')}{path}#verdict"
    async with window(chromium, Spot("case_answer", "en", url, cookie), **kind) as opened_window:
        yield opened_window.page
        assert opened_window.complaints == []


async def judged(noor: Person, page: Page) -> dict[tuple[str, str], tuple[str, str | None, str | None]]:
    """Verdict, advice and note of each answer that is judged."""
    application = page.url.split("/cases/")[1].split("/")[0]
    read = await noor.does(f"GET /cases/{application}")
    return {
        (division["division_id"], each["requirement_id"]): (
            each["judgement"]["verdict"],
            each["judgement"]["advice"],
            each["judgement"]["note"],
        )
        for division in read["divisions"]
        for each in division["answers"]
        if each["judgement"]
    }


async def test_every_answer_is_judged_with_the_keys(chromium: Browser, review: Served, noor: Person) -> None:
    async with answer(chromium, review, noor) as page:
        await page.keyboard.press("2")
        await page.keyboard.press("a")
        await page.keyboard.type("Fence 1 side, as said.")
        await page.keyboard.press("Escape")
        await page.keyboard.press("n")
        await page.keyboard.type("Seen?")
        await page.keyboard.press("Escape")
        await expect(page.locator(".judging__write .saved")).to_contain_text("Kept")
        async with page.expect_navigation():
            await page.keyboard.press("s")
        for _ in range(3):
            await expect(page.locator("#verdict")).to_be_focused()
            await page.keyboard.press("1")
            async with page.expect_navigation():
                await page.keyboard.press("s")
        await page.wait_for_url("**/answers?*")
        assert await judged(noor, page) == {
            (str(YARD), MUST): ("not_met", "Fence 1 side, as said.", "Seen?"),
            (str(YARD), SHOULD): ("met", None, None),
            (str(TERMINAL), MUST): ("met", None, None),
            (str(TERMINAL), SHOULD): ("met", None, None),
        }


async def test_without_script_tab_arrows_and_enter_are_enough(chromium: Browser, review: Served, noor: Person) -> None:
    async with answer(chromium, review, noor, java_script_enabled=False) as page:
        await expect(page.locator("#verdict")).to_be_focused()
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Tab")
        await page.keyboard.type("Fence the north side.")
        for _ in range(2):
            await page.keyboard.press("Tab")
        async with page.expect_navigation():
            await page.keyboard.press("Enter")
        for _ in range(3):
            await expect(page.locator("#verdict")).to_be_focused()
            await page.keyboard.press("Space")
            async with page.expect_navigation():
                await page.keyboard.press("Enter")
        assert {verdict for verdict, *_ in (await judged(noor, page)).values()} == {"met", "not_met"}
        assert len(await judged(noor, page)) == 4


async def test_keys_act_only_within_the_case_and_can_be_switched_off(
    chromium: Browser, review: Served, noor: Person
) -> None:
    async with answer(chromium, review, noor) as page:
        chosen = page.locator("[name=verdict]:checked")
        await page.locator(".brand").focus()
        await page.keyboard.press("1")
        await expect(chosen).to_have_count(0)

        await page.locator("#verdict").focus()
        await page.keyboard.press("?")
        await expect(page.locator("dialog.keys")).to_be_visible()
        listed = await page.locator("dialog.keys kbd").all_inner_texts()
        marked = await page.locator("[data-key]").evaluate_all("all => all.map(each => each.dataset.key)")
        assert {*marked} <= {*listed}
        await page.locator("#keys-on").uncheck()
        await page.keyboard.press("Escape")
        await page.locator("[data-key=j]").click()
        await page.wait_for_url(f"**/{SHOULD}#verdict")
        await page.locator("#verdict").focus()
        for key in ("1", "?"):
            await page.keyboard.press(key)
        await expect(chosen).to_have_count(0)
        await expect(page.locator("dialog.keys")).to_be_hidden()

        await page.get_by_role("button", name="Shortcuts").click()
        await page.locator("#keys-on").check()
        await page.keyboard.press("Escape")
        await page.locator("#verdict").focus()
        await page.keyboard.press("3")
        await expect(chosen).to_have_value("not_applicable")


async def test_a_key_opens_the_question_and_moves_between_answers(
    chromium: Browser, review: Served, noor: Person
) -> None:
    async with answer(chromium, review, noor) as page:
        await page.keyboard.press("q")
        await expect(page.locator("[data-key=q] textarea")).to_be_focused()
        await page.keyboard.type("j")
        await page.keyboard.press("Escape")
        await expect(page.locator(".judging__ask .saved")).to_contain_text("Kept")
        await page.keyboard.press("j")
        await page.wait_for_url(f"**/{SHOULD}#verdict")
        await page.keyboard.press("k")
        await page.wait_for_url(f"**/{MUST}#verdict")
        await expect(page.locator("[data-key=q] textarea")).to_have_value("j")
