"""Visitors come in by one address, and any service says in their language that another is away."""

from collections.abc import AsyncIterator

import httpx
import pytest

from shared.i18n import Language
from tests.shared.http.toy_service import problem, toy_app
from tests.support.built import NOWHERE
from tests.support.servers.served import SESSION_KEY

PORTAL = "http://127.0.0.1:8080"
GONE = {"en": "This part is away for a moment", "fr": "Cette partie est momentanément injoignable"}


@pytest.fixture
async def visitor() -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who is not signed in, at a service that has no server behind it."""
    app = toy_app("mongodb://127.0.0.1:9", "nowhere", NOWHERE, public_url=PORTAL, session_keys=(SESSION_KEY,))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=PORTAL) as client:
        yield client


@pytest.mark.parametrize(
    ("prefers", "path"),
    [("fr-CA, en;q=0.5", "/fr"), ("en-CA", "/en"), ("de", "/en"), ("", "/en"), ("en;q=0.1, fr;q=0.2", "/fr")],
)
async def test_the_address_without_a_path_leads_on_in_the_preferred_language(
    visitor: httpx.AsyncClient, prefers: str, path: str
) -> None:
    answer = await visitor.get("/", headers={"Accept-Language": prefers})
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert answer.headers["vary"] == "Accept-Language"


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_in_place_of_a_page_comes_the_news_that_its_service_is_away(
    visitor: httpx.AsyncClient, language: Language
) -> None:
    page = await visitor.get(f"/{language}/away")
    assert (page.status_code, page.headers["content-language"]) == (503, language)
    assert page.headers["content-type"].startswith("text/html")
    assert GONE[language] in page.text
    assert "retry-after" in page.headers


async def test_in_place_of_an_endpoint_a_document_does(visitor: httpx.AsyncClient) -> None:
    problem(await visitor.get("/away"), 503, "service_away")
