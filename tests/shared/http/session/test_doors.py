"""The pages of signing in, in both languages: which door, what went wrong, and that nobody is let in by mistake."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
from bs4 import BeautifulSoup

from deploy.local.processes import LOOPBACK, free_port
from shared.clock import now
from shared.http.session.way import Way, begun, cookie_of
from tests.support.servers.sign_in import OWNER, Browser, Portal, open_at, portal_settings

AWAY = f"http://{LOOPBACK}:9"
FAILED = {"en": "You are not signed in", "fr": "Votre session n\u2019est pas ouverte"}
NAMES = {
    "credential": {"en": "GCKey", "fr": "CléGC"},
    "partner": {"en": "A bank <of & for> traders", "fr": "Une banque"},
    "staff": {"en": "Agency", "fr": "Agence"},
}


@dataclass(frozen=True)
class Doors:
    """A portal with several doors, all of which lead nowhere."""

    http: httpx.AsyncClient

    async def shows(self, path: str, status: int = 200) -> BeautifulSoup:
        answer = await self.http.get(path)
        assert answer.status_code == status
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        return BeautifulSoup(answer.text, "html.parser")


@pytest.fixture(scope="module")
async def doors() -> AsyncIterator[Doors]:
    port = free_port()
    origin = f"http://{LOOPBACK}:{port}"
    issuers = [
        {"url": f"http://{LOOPBACK}:{number}", "client_id": "portal", "kind": kind, "name": name}
        for number, (kind, name) in enumerate(reversed(NAMES.items()), start=1)
    ]
    settings = portal_settings(origin, [*issuers, AWAY])
    async with open_at(port, settings), httpx.AsyncClient(base_url=origin, trust_env=False) as http:
        yield Doors(http)


def heading(page: BeautifulSoup) -> str:
    (found,) = page.select("h1")
    return found.get_text()


def texts(page: BeautifulSoup, selector: str) -> list[str]:
    return [found.get_text(" ", strip=True) for found in page.select(selector)]


@pytest.mark.parametrize(("language", "title"), [("en", "Sign in"), ("fr", "Ouvrir une session")])
async def test_there_is_a_door_for_each_issuer_that_knows_the_portal(doors: Doors, language: str, title: str) -> None:
    page = await doors.shows(f"/session/sign-in?lang={language}")
    assert (heading(page), page.html["lang"]) == (title, f"{language}-CA")  # type: ignore[index]
    assert texts(page, ".door") == [name[language] for name in NAMES.values()], "companies first, staff last"
    assert len(texts(page, "section h2")) == len(NAMES) + 1
    assert all(link["href"].startswith("/session/sign-in?door=http") for link in page.select(".door"))  # type: ignore[union-attr]


async def test_the_page_is_there_in_the_other_language_and_leads_to_the_same_page_in_it(doors: Doors) -> None:
    page = await doors.shows("/session/sign-in?then=/en/companies/7/profile%3Fdone%3Dprofile")
    (toggle,) = page.select(".tools__lang")
    french = await doors.shows(str(toggle["href"]))
    assert heading(french) == "Ouvrir une session"
    assert "then=%2Ffr%2Fentreprises%2F7%2Fprofil%3Fdone%3Dprofile" in str(french.select(".door")[0]["href"])


@pytest.mark.parametrize("then", ["//evil.example", "https://evil.example", "/session/sign-out", "/en/\\evil.example"])
async def test_no_door_leads_to_another_site_afterwards(doors: Doors, then: str) -> None:
    page = BeautifulSoup((await doors.http.get("/session/sign-in", params={"then": then})).text, "html.parser")
    assert {httpx.URL(str(link["href"])).params["then"] for link in page.select(".door")} == {"/en/welcome"}


@pytest.mark.parametrize("language", FAILED)
async def test_an_issuer_that_does_not_answer_is_a_page(doors: Doors, language: str) -> None:
    page = await doors.shows(f"/session/sign-in?door={AWAY.replace('9', '1')}&lang={language}", 503)
    assert heading(page) == FAILED[language]
    assert str(page.select("main a.button")[0]["href"]).startswith("/session/sign-in?then=")


@pytest.mark.parametrize("door", [AWAY, "https://evil.example", ""])
async def test_what_is_no_door_opens_none(doors: Doors, door: str) -> None:
    assert heading(await doors.shows(f"/session/sign-in?door={door}")) == "Sign in"


@pytest.mark.parametrize("language", FAILED)
async def test_whoever_comes_back_on_no_way_is_not_signed_in(doors: Doors, language: str) -> None:
    answer = await doors.http.get("/session/signed-in?code=c&state=s", headers={"Accept-Language": language})
    page = BeautifulSoup(answer.text, "html.parser")
    assert (answer.status_code, heading(page)) == (400, FAILED[language])
    assert answer.headers["x-correlation-id"] in page.get_text()
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(("language", "title"), [("en", "You are signed out"), ("fr", "Votre session est fermée")])
async def test_whoever_has_no_session_is_signed_out_all_the_same(doors: Doors, language: str, title: str) -> None:
    url = f"/session/sign-out?lang={language}"
    left = await doors.http.post(url, headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=True)
    assert heading(BeautifulSoup(left.text, "html.parser")) == title


async def test_a_portal_without_a_door_names_the_setting() -> None:
    port = free_port()
    origin = f"http://{LOOPBACK}:{port}"
    async with open_at(port, portal_settings(origin, [AWAY])), httpx.AsyncClient(trust_env=False) as http:
        for language in ("en", "fr"):
            answer = await http.get(f"{origin}/session/sign-in?lang={language}")
            assert answer.status_code == 503
            assert "TT_ISSUERS" in answer.text


async def sent_back(browser: Browser, asked: httpx.Response, **changes: str) -> httpx.Response:
    """What comes of the answer of the issuer, with something in it changed."""
    back = await browser.http.post(asked.url, data={"subject": OWNER}, follow_redirects=False)
    url = httpx.URL(back.headers["location"]).copy_merge_params(changes)
    return await browser.http.get(url)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"error": "access_denied"}, 403),
        ({"iss": "https://evil.example"}, 403),
        ({"code": "guessed"}, 403),
        ({"state": "guessed"}, 400),
    ],
)
async def test_an_answer_that_was_changed_signs_nobody_in(
    browser: Browser, changes: dict[str, str], status: int
) -> None:
    answer = await sent_back(browser, await browser.opens("/fr/jouet"), **changes)
    assert (answer.status_code, browser.cookie) == (status, "")
    again = BeautifulSoup(answer.text, "html.parser").select("main a.button")
    expected = "/fr/jouet" if status == 403 else "/en/welcome"
    assert httpx.URL(str(again[0]["href"])).params["then"] == expected


async def test_a_code_is_good_in_the_browser_that_was_sent_for_it_alone_and_once(
    portal: Portal, browser: Browser
) -> None:
    asked = await browser.opens("/en/toy")
    back = await browser.http.post(asked.url, data={"subject": OWNER}, follow_redirects=False)
    async with portal.browser() as thief:
        assert (await thief.http.get(back.headers["location"])).status_code == 400
    assert (await browser.http.get(back.headers["location"])).status_code == 200
    assert (await browser.http.get(back.headers["location"])).status_code == 400


async def test_a_token_that_was_made_for_another_sign_in_signs_nobody_in(portal: Portal, browser: Browser) -> None:
    """The nonce of the way is in the ID token, or it is not of this way."""
    asked = await browser.opens("/en/toy")
    name = portal.sessions.named(cookie_of(asked.url.params["state"]))
    way = portal.sessions.seal.open(str(browser.http.cookies[name]), Way)
    assert way
    browser.http.cookies.delete(name)
    changed = portal.sessions.seal.close(way.model_copy(update={"nonce": "of another"}))
    browser.http.cookies.set(name, changed, domain=LOOPBACK, path="/")
    assert (await sent_back(browser, asked)).status_code == 403


async def test_a_way_of_an_issuer_that_is_no_door_any_more_leads_nowhere(portal: Portal, browser: Browser) -> None:
    way = begun("https://gone.example", "/en/toy", now())
    sealed = portal.sessions.seal.close(way)
    browser.http.cookies.set(portal.sessions.named(cookie_of(way.state)), sealed, domain=LOOPBACK, path="/")
    assert (await browser.opens(f"/session/signed-in?code=c&state={way.state}")).status_code == 400
