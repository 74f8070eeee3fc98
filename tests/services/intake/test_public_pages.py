"""The pages that everybody may read, and those in place of others: they need neither database nor broker."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from services.intake.catalogue import Notice
from services.intake.main import build
from services.intake.settings import Settings
from shared.http.session.session import Sessions
from shared.http.state import ServiceState
from shared.i18n import Language, Text
from shared.pages.addresses import LANGUAGES, addresses
from shared.pages.assets import FOR_EVER
from shared.pages.rendering import POLICY
from tests.support.built import SETTINGS
from tests.support.servers.browser import Browser, signed_in
from tests.support.servers.served import SESSION_KEY

PUBLIC = ("start", "help", "accessibility", "privacy", "logging")
PORTAL = "http://127.0.0.1:9"
MOST_BYTES = 200_000
IN_BOTH = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def app() -> FastAPI:
    """The service, built and not started: no server of its is in reach."""
    return build(Settings.model_validate({**SETTINGS, "public_url": PORTAL, "session_keys": [SESSION_KEY]}))


@pytest.fixture(scope="module")
async def http(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=PORTAL) as made:
        yield made


@pytest.fixture
def stranger(http: httpx.AsyncClient) -> Browser:
    return Browser(http, {"Accept": "text/html"})


@pytest.fixture
def ann(app: FastAPI, http: httpx.AsyncClient) -> Browser:
    """Somebody who is signed in."""
    return with_roles(app, http, "trader")


def with_roles(app: FastAPI, http: httpx.AsyncClient, *roles: str) -> Browser:
    sessions = ServiceState.of(app).sessions
    assert isinstance(sessions, Sessions)
    return signed_in(http, sessions, "U-ann", *roles, issuer="https://issuer.example", name="Ann & Co")


@IN_BOTH
@pytest.mark.parametrize("name", PUBLIC)
async def test_anybody_reads_it_in_both_languages(name: str, language: Language, stranger: Browser) -> None:
    page = await stranger.opens(addresses()[name].path(language))
    assert page.status == 200
    assert page.html.html
    assert page.html.html["lang"] == f"{language}-CA"
    assert len(page.html.select("h1")) == 1
    other = await stranger.opens(str(page.html.select(".tools__lang")[0]["href"]))
    assert other.path == addresses()[name].path("fr" if language == "en" else "en")


@pytest.mark.parametrize("name", PUBLIC)
async def test_it_is_for_this_reader_alone_and_loads_nothing_from_elsewhere(name: str, stranger: Browser) -> None:
    answer = (await stranger.opens(addresses()[name].path("en"))).answer
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers.get_list("cache-control") == ["no-store"]
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_no_link_is_dead(stranger: Browser) -> None:
    """Each leads to a page of the table, to a file that is served, or to the sign-in."""
    pages = [await stranger.opens(addresses()[name].path(language)) for name in PUBLIC for language in LANGUAGES]
    places = {str(part.get("href") or part.get("src")) for page in pages for part in page.html.select("[href], [src]")}
    fixed = [address for address in addresses().values() if "{" not in address.paths.en]
    known = {address.path(language) for address in fixed for language in LANGUAGES}
    rest = {place for place in places - known if not place.startswith(("#", "/static/", "/session/sign-in?"))}
    assert rest == set()
    assert {place: (await stranger.opens(place)).status for place in places if place.startswith("/static/")} != {}


async def test_an_asset_is_kept_for_ever(stranger: Browser, http: httpx.AsyncClient) -> None:
    page = await stranger.opens("/en")
    for part in page.html.select("link[href^='/static/'], script[src]"):
        answer = await http.get(str(part.get("href") or part.get("src")))
        assert (answer.status_code, answer.headers.get_list("cache-control")) == (200, [FOR_EVER])


async def test_the_first_view_is_light(stranger: Browser, http: httpx.AsyncClient) -> None:
    page = await stranger.opens("/fr")
    loaded = page.html.select("link[href^='/static/'], script[src]")
    named = {str(part.get("href") or part.get("src")) for part in loaded}
    assert sum([len((await http.get(name)).content) for name in named], len(page.answer.content)) < MOST_BYTES


async def test_the_start_page_shows_the_standard_and_the_notices_of_today(app: FastAPI, stranger: Browser) -> None:
    assert "180" in (await stranger.opens("/en")).text("#standard ~ .clock__used")
    state = ServiceState.of(app)
    notices = (_notice("stands", date(2026, 1, 1)), _notice("comes", date(2999, 1, 1)))
    app.state.service = replace(
        state, deps=replace(state.deps, reference=state.deps.reference.model_copy(update={"notices": notices}))
    )
    try:
        assert (await stranger.opens("/fr")).text(".notice") == "Avis stands."
    finally:
        state.attach(app)


async def test_who_is_signed_in_is_named(ann: Browser, stranger: Browser) -> None:
    assert (await ann.opens("/en")).text(".tools__who") == "Signed in as: Ann & Co"
    assert (await stranger.opens("/en")).text(".tools a:last-child") == "Sign in"


@pytest.mark.parametrize(
    ("roles", "path"),
    [
        (("risk_officer",), "/fr/evaluations"),
        (("site_officer", "decision_officer"), "/fr/dossiers"),
        (("operator", "trader"), "/fr/exploitation/demandes"),
        (("partner",), "/fr/partenaire"),
    ],
)
async def test_staff_go_on_from_the_start_page_to_their_first_room(
    app: FastAPI, http: httpx.AsyncClient, roles: tuple[str, ...], path: str
) -> None:
    answer = await http.get("/fr", headers=with_roles(app, http, *roles).headers)
    assert (answer.status_code, answer.headers["location"]) == (303, path)


@pytest.mark.parametrize(
    ("path", "status", "title"),
    [
        ("/fr/nulle-part", 404, "Cette page n\u2019existe pas"),
        ("/en/nowhere", 404, "This page does not exist"),
        ("/en/companies/none", 422, "This could not be read"),
    ],
)
async def test_what_is_not_there_is_a_page_that_helps(path: str, status: int, title: str, ann: Browser) -> None:
    page = await ann.opens(path)
    assert (page.status, page.text("h1")) == (status, title)
    assert page.text("main code") == page.answer.headers["x-correlation-id"]
    assert page.answer.headers["content-security-policy"] == POLICY


async def test_a_form_that_no_page_has_is_a_page_too(ann: Browser) -> None:
    page = await ann.sends("/fr/aide", {"a": ["b"]})
    assert (page.status, page.text("h1")) == (405, "Cette adresse ne s\u2019utilise pas ainsi")


async def test_a_notice_that_nobody_has_written_is_left_out(stranger: Browser) -> None:
    assert (await stranger.opens("/en?done=anything")).html.select(".notice") == []


@IN_BOTH
async def test_without_the_database_a_page_explains_it(language: Language, ann: Browser) -> None:
    page = await ann.opens(addresses()["overview"].path(language, company_id=uuid4()))
    titles = {"en": "The portal is away for a moment", "fr": "Le portail est momentanément injoignable"}
    assert (page.status, page.text("h1")) == (503, titles[language])


def _notice(name: str, since: date) -> Notice:
    return Notice.model_validate(
        {"id": name, "from": since, "until": None, "text": Text(en=f"Notice {name}.", fr=f"Avis {name}.")}
    )
