"""Signing in, going on and signing out with a real Keycloak, which has the realm of the containers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, expect

from deploy.local.processes import free_port
from deploy.local.programs import url_of
from shared.clock import now
from shared.http.session.session import Session
from tests.support.servers.keycloak import PASSWORD, Keycloak
from tests.support.servers.sign_in import Portal, open_at, portal_settings

pytestmark = [pytest.mark.pages, pytest.mark.timeout(600)]
CLIENT = "portal"
PEOPLE: dict[str, tuple[str, tuple[str, ...], str | None]] = {
    "owner": ("Odile Tremblay", (), None),
    "review_officer": ("Rene Okafor", ("review_officer",), None),
    "partner_us": ("Paul Whitfield", ("partner",), "US"),
}  # name, roles and administration


@pytest.fixture(scope="module")
async def portal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Portal]:
    port = free_port()
    async with Keycloak(tmp_path_factory.mktemp("keycloak"), url_of(port)) as keycloak:
        settings = portal_settings(url_of(port), [{"url": keycloak.url, "client_id": CLIENT}])
        async with open_at(port, settings):
            yield Portal(url_of(port), settings, keycloak.url)


@asynccontextmanager
async def signed_in(chromium: Browser, portal: Portal, user: str, then: str = "/fr") -> AsyncIterator[Page]:
    """A browser of this person's, who has typed name and password at Keycloak's own page, in French."""
    context = await chromium.new_context(locale="fr-CA")
    page = await context.new_page()
    await page.goto(f"{portal.origin}/session/sign-in?lang=fr&then={then}")
    await expect(page.locator("html")).to_have_attribute("lang", "fr")
    await log_in(page, user)
    await page.wait_for_url(f"{portal.origin}{then}")
    yield page
    await context.close()


async def log_in(page: Page, user: str) -> None:
    assert "code_challenge_method=S256" in page.url
    await page.fill("#username", user)
    await page.fill("#password", PASSWORD)
    await page.click("#kc-login")


async def session_of(page: Page, portal: Portal) -> Session:
    [cookie] = [each for each in await page.context.cookies() if each["name"] == portal.sessions.cookie]
    session = portal.sessions.seal.open(cookie["value"], Session)
    assert session
    return session


async def age(page: Page, portal: Portal) -> None:
    """The session of this browser is no longer fresh."""
    aged = (await session_of(page, portal)).model_copy(update={"fresh_until": now()})
    sealed = portal.sessions.seal.close(aged)
    await page.context.add_cookies([{"name": portal.sessions.cookie, "value": sealed, "url": portal.origin}])


@pytest.mark.parametrize("user", PEOPLE)
async def test_who_comes_back_is_who_the_realm_knows(chromium: Browser, portal: Portal, user: str) -> None:
    async with signed_in(chromium, portal, user) as page:
        session = await session_of(page, portal)
        await expect(page.locator(".tools__who")).to_contain_text(session.name)
    assert (session.name, session.roles, session.administration) == PEOPLE[user]


async def test_a_session_goes_on_under_one_refresh_token_after_another(chromium: Browser, portal: Portal) -> None:
    async with signed_in(chromium, portal, "owner") as page:
        tokens = [(await session_of(page, portal)).refresh_token]
        for _ in range(2):
            await age(page, portal)
            await page.goto(f"{portal.origin}/session/renew?then=/fr")
            assert page.url == f"{portal.origin}/fr"
            tokens.append((await session_of(page, portal)).refresh_token)
    assert len(set(tokens)) == len(tokens)


async def test_who_signs_out_is_asked_for_the_password_again(chromium: Browser, portal: Portal) -> None:
    async with signed_in(chromium, portal, "owner") as page:
        await page.get_by_role("button", name="Fermer la session").click()
        await page.wait_for_url(f"{portal.origin}/session/signed-out**")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Votre session est fermée")
        assert [each for each in await page.context.cookies() if each["name"] == portal.sessions.cookie] == []
        await page.goto(f"{portal.origin}/session/sign-in?lang=fr&then=/fr")
        await expect(page.locator("#password")).to_be_visible()
