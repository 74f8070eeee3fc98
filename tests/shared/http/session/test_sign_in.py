"""People sign in with an issuer that rotates refresh tokens and revokes, go on, and sign out, on real wires."""

import asyncio
from datetime import datetime, timedelta

import httpx
import pytest
from bs4 import BeautifulSoup

from deploy.local.processes import free_port
from shared.clock import now
from shared.http.identity import urn
from shared.http.session.session import FRESH_FOR, LASTS_FOR
from tests.support.servers.serving import client
from tests.support.servers.sign_in import OWNER, REVIEWER, Browser, Portal, open_at, portal_at_work, portal_settings

OTHER_KEY = "YW5vdGhlci1zZXNzaW9uLWtleS1vZi0zMi1ieXRlcyE"
REQUESTS = 8


def long_ago() -> datetime:
    return now() - timedelta(hours=1)


async def test_people_come_to_the_page_that_they_asked_for(portal: Portal, browser: Browser) -> None:
    for then, language in (("/en/toy?a=b", "en"), ("/fr/jouet", "fr")):
        browser.http.cookies.clear()
        shown = await browser.signs_in(then=then)
        assert (shown.status_code, str(shown.url)) == (200, f"{portal.origin}{then}")
        assert shown.text == f"{language} {urn(portal.issuer, OWNER)}"
        assert browser.session.name == "Maren Halloway"
        assert now() < browser.session.fresh_until <= now() + FRESH_FOR
        assert now() + FRESH_FOR < browser.session.ends_at <= now() + LASTS_FOR
    assert [name for name in browser.http.cookies if name != portal.sessions.cookie] == [], "the way is over"


async def test_the_issuer_asks_in_the_language_of_the_page(browser: Browser) -> None:
    asked = await browser.opens("/fr/jouet")
    assert BeautifulSoup(asked.text, "html.parser").h1.get_text() == "Qui êtes-vous?"  # type: ignore[union-attr]


async def test_a_session_reads_at_the_api_and_changes_nothing_there(portal: Portal, browser: Browser) -> None:
    assert (await browser.opens("/me")).status_code == 401
    await browser.signs_in()
    assert (await browser.opens("/me")).json() == urn(portal.issuer, OWNER)
    headers = {"Origin": portal.origin, "Sec-Fetch-Site": "same-origin"}
    assert (await browser.http.post(f"{portal.origin}/me", headers=headers)).status_code == 401
    browser.ages(long_ago())
    assert (await browser.opens("/me")).status_code == 401, "no poll renews"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({}, 403),
    ],
)
async def test_a_form_of_another_site_does_nothing(
    portal: Portal, browser: Browser, headers: dict[str, str], status: int
) -> None:
    await browser.signs_in()
    for path in ("/en/toy", "/session/sign-out"):
        answer = await browser.http.post(f"{portal.origin}{path}", headers=headers)
        assert answer.status_code == status
    assert bool(browser.cookie) == (status == 403), "who is signed out from elsewhere is signed in still"


async def test_roles_are_those_of_the_issuer_as_far_as_a_service_takes_them(portal: Portal, browser: Browser) -> None:
    await browser.signs_in(REVIEWER)
    assert browser.session.roles == ("review_officer",)
    assert (await browser.opens("/officers")).json() == "review_officer"
    port = free_port()
    async with open_at(port, portal.settings, frozenset({"operator"})) as url, client(url) as http:
        cookie = {"Cookie": f"{portal.sessions.cookie}={browser.cookie}"}
        assert (await http.get("/officers", headers=cookie)).status_code == 403
        assert (await http.get("/me", headers=cookie)).status_code == 200


async def test_eight_requests_at_once_in_six_tabs_renew_once(portal: Portal, browser: Browser) -> None:
    await browser.signs_in()
    before = browser.session
    for _ in range(3):
        browser.ages(long_ago())
        shown = await asyncio.gather(*(browser.opens("/en/toy") for _ in range(REQUESTS)))
        assert [answer.status_code for answer in shown] == [200] * REQUESTS
        assert {str(answer.url) for answer in shown} == {f"{portal.origin}/en/toy"}, "the family lives: nobody is asked"
    after = browser.session
    assert (after.id, after.ends_at) == (before.id, before.ends_at)
    assert after.refresh_token != before.refresh_token


async def test_a_script_is_answered_how_long_it_may_go_on(browser: Browser) -> None:
    assert (await browser.opens("/session/renew", Accept="application/json")).status_code == 401
    await browser.signs_in()
    browser.ages(now() + timedelta(minutes=2))
    renewed = await browser.opens("/session/renew", Accept="application/json")
    assert datetime.fromisoformat(renewed.json()["fresh_until"]) == browser.session.fresh_until > now() + FRESH_FOR / 2
    assert datetime.fromisoformat(renewed.json()["ends_at"]) == browser.session.ends_at


async def test_after_eight_hours_people_sign_in_again(portal: Portal, browser: Browser) -> None:
    await browser.signs_in()
    ended = browser.session.model_copy(update={"fresh_until": long_ago(), "ends_at": long_ago()})
    browser.comes_with(portal.sessions.seal.close(ended))
    assert (await browser.opens("/en/toy")).url.path == "/authorize"


async def test_a_session_of_another_key_or_changed_is_none(portal: Portal, browser: Browser) -> None:
    await browser.signs_in()
    good = browser.cookie
    other = portal_settings(portal.origin, [portal.issuer], OTHER_KEY).sessions
    assert other
    for cookie in (f"{good[:-9]}AAAAAAAAA", good[:-1], other.seal.close(browser.session), "none"):
        browser.comes_with(cookie)
        assert (await browser.opens("/en/toy")).url.path == "/authorize", cookie
    browser.comes_with(good)
    assert (await browser.opens("/en/toy")).text.endswith(urn(portal.issuer, OWNER))


async def test_signing_out_ends_the_session_here_and_at_the_issuer(portal: Portal, browser: Browser) -> None:
    await browser.signs_in()
    leaving = await browser.signs_out("fr")
    page = BeautifulSoup(leaving.text, "html.parser")
    (onward,) = (str(link["href"]) for link in page.select("main a.button"))
    assert leaving.headers["refresh"] == f"0; url={onward}"
    assert leaving.headers["clear-site-data"] == '"cache", "storage"'
    assert onward.startswith(f"{portal.issuer}/end?")
    assert httpx.URL(onward).params["id_token_hint"]
    assert browser.cookie == ""
    left = await browser.http.get(onward)
    assert left.url.path == "/session/signed-out"
    assert BeautifulSoup(left.text, "html.parser").h1.get_text() == "Votre session est fermée"  # type: ignore[union-attr]
    assert (await browser.opens("/en/toy")).url.path == "/authorize"


async def test_a_copy_of_a_session_that_has_ended_is_renewed_nowhere(browser: Browser) -> None:
    await browser.signs_in()
    fresh = browser.cookie
    browser.ages(long_ago())
    old = browser.cookie
    await browser.opens("/en/toy")
    renewed = browser.cookie
    await browser.signs_out()
    for copy in (old, fresh, renewed):
        browser.comes_with(copy)
        assert (await browser.opens("/session/renew?then=/en/toy")).url.path == "/authorize"
    browser.comes_with(renewed)
    assert (await browser.opens("/en/toy")).status_code == 200, "until its 15 minutes are over (docs/security.md)"
    browser.ages(long_ago())
    assert (await browser.opens("/en/toy")).url.path == "/authorize"


async def test_a_process_that_has_forgotten_asks_the_issuer_which_has_not(portal: Portal, browser: Browser) -> None:
    await browser.signs_in()
    browser.ages(long_ago())
    copy = browser.cookie
    await browser.signs_out()
    async with open_at(free_port(), portal.settings) as url, client(url) as http:
        cookie = {"Cookie": f"{portal.sessions.cookie}={copy}"}
        answer = await http.get("/session/renew?then=/en/toy", headers=cookie)
    assert (answer.status_code, answer.headers["location"]) == (303, "/session/sign-in?then=%2Fen%2Ftoy")


async def test_two_deployments_share_a_browser(portal: Portal, browser: Browser) -> None:
    async with portal_at_work(OTHER_KEY) as other:
        theirs = Browser(other, browser.http)
        await browser.signs_in()
        await theirs.signs_in(REVIEWER)
        assert (await browser.opens("/en/toy")).text == f"en {urn(portal.issuer, OWNER)}"
        assert (await theirs.opens("/en/toy")).text == f"en {urn(other.issuer, REVIEWER)}"
        await browser.signs_out()
        assert browser.cookie == ""
        assert (await theirs.opens("/en/toy")).status_code == 200


async def test_several_tabs_sign_in_at_once(portal: Portal, browser: Browser) -> None:
    asked = await asyncio.gather(*(browser.opens(f"/en/toy?tab={tab}") for tab in range(6)))
    for tab, page in enumerate(asked):
        shown = await browser.http.post(page.url, data={"subject": OWNER})
        assert str(shown.url) == f"{portal.origin}/en/toy?tab={tab}"


async def test_who_begins_too_often_forgets_the_first_ways(browser: Browser) -> None:
    for _ in range(20):
        await browser.opens("/en/toy")
    assert len(list(browser.http.cookies)) <= 8
    assert (await browser.signs_in()).status_code == 200


async def test_an_issuer_that_has_moved_leaves_people_who_they_are() -> None:
    before = "http://keycloak:8080/realms/trusted-trader"
    async with portal_at_work(id=before) as portal, portal.browser() as browser:
        await browser.signs_in()
        assert browser.session.subject == urn(before, OWNER) != urn(portal.issuer, OWNER)
        browser.ages(long_ago())
        assert (await browser.opens("/en/toy")).text == f"en {urn(before, OWNER)}"
