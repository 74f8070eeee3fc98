"""What the script of pages helps with: drafts are kept, changes announced, and no session ends unseen."""

from datetime import timedelta

from playwright.async_api import Browser, expect

from shared.pages.assets import assets
from tests.support.servers.chromium import window
from tests.support.servers.specimens import READINESS, Specimens


async def test_a_form_is_kept_when_a_field_is_left_and_once_for_each_change(chromium: Browser, kit: Specimens) -> None:
    async with window(chromium, kit.spot()) as opened:
        await opened.page.fill("#text", "Lakeview")
        await opened.page.focus("#area")
        await expect(opened.page.locator(".saved")).to_have_text("Saved at 2:03 p.m.")
        await opened.page.focus("#date")
        await opened.page.focus("#text")
        assert opened.complaints == []
    assert [(draft["text"], draft["form-draft"], draft["form-act"]) for draft in kit.drafts] == [
        (["Lakeview"], ["1"], ["specimen"])
    ]


async def test_a_form_that_is_not_kept_is_not_called_so(chromium: Browser, kit: Specimens) -> None:
    kit.keeps_drafts = False
    async with window(chromium, kit.spot("fr")) as opened:
        await opened.page.fill("#text", "Lakeview")
        await opened.page.focus("#area")
        await expect(opened.page.locator(".saved")).to_contain_text("Pas encore enregistré")
        kit.keeps_drafts = True
        await opened.page.focus("#text")
        await expect(opened.page.locator(".saved")).to_have_text("Saved at 2:03 p.m.")


async def test_a_change_is_announced_and_nothing_moves_before(chromium: Browser, kit: Specimens) -> None:
    async with window(chromium, kit.spot(), clock=True) as opened:
        await opened.page.clock.fast_forward("00:20")
        await expect(opened.page.locator(".live")).to_be_empty()
        kit.state += 1
        await opened.page.clock.fast_forward("00:20")
        await expect(opened.page.locator(".live a")).to_have_attribute("href", kit.spot().url)
        await expect(opened.page.locator(".live")).to_contain_text("Something has changed")


async def test_two_minutes_before_its_end_a_session_can_be_kept(chromium: Browser, kit: Specimens) -> None:
    kit.fresh_for = timedelta(minutes=3)
    async with window(chromium, kit.spot(), clock=True) as opened:
        await expect(opened.page.locator(".ending")).to_be_empty()
        await opened.page.clock.fast_forward("01:30")
        await opened.page.get_by_role("button", name="Stay signed in").click()
        await expect(opened.page.locator(".ending")).to_be_empty()
    assert kit.renewed == 1


async def test_a_draft_of_a_session_that_is_no_longer_fresh_has_it_renewed_first(
    chromium: Browser, kit: Specimens
) -> None:
    kit.fresh_for = timedelta(0)
    async with window(chromium, kit.spot()) as opened:
        await opened.page.fill("#text", "Lakeview")
        await opened.page.focus("#area")
        await expect(opened.page.locator(".saved")).to_have_text("Saved at 2:03 p.m.")
    assert (kit.renewed, len(kit.drafts)) == (1, 1)


async def test_beside_the_link_to_a_service_stands_that_it_waits_or_does_not_answer(
    chromium: Browser, kit: Specimens
) -> None:
    link = '<a data-asks="/api/{0}/readyz" data-waits="is not ready" data-away="does not answer">{0}</a>'
    links = "".join(map(link.format, READINESS))
    async with window(chromium, kit.spot()) as opened:
        await opened.page.evaluate("links => document.querySelector('main').innerHTML = links", links)
        await opened.page.evaluate("script => import(script)", assets().address("services.js"))
        await expect(opened.page.locator("main a:nth-child(2)")).to_have_text("waits is not ready")
        await expect(opened.page.locator("main a:nth-child(3)")).to_have_text("away does not answer")
        assert await opened.page.locator("main a:nth-child(1)").inner_text() == "well"
