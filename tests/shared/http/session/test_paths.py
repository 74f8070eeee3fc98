"""After signing in people come to a page of this portal, and nowhere else."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urljoin, urlsplit
from uuid import UUID

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.http.session.paths import MOST_CHARACTERS, RENEW, SIGN_IN, own_page, way_in
from shared.pages.addresses import LANGUAGES, addresses, in_language
from tests.support.builders.sessions import NOON, SESSION

ORIGIN = "https://portal.example.ca"
COMPANY = UUID("6f1d4a52-9a0c-4f0b-8f1e-2d9f0c8b7a11")
PARTS = st.sampled_from(
    [
        "/",
        "//",
        "\\",
        "en",
        "fr",
        ".",
        "..",
        "%2e",
        "%2f",
        "?",
        "#",
        "@",
        ":",
        "a",
        "evil.example",
        "\n",
        "\t",
        " ",
        "é",
    ]
)
ELSEWHERE = (
    "",
    "/",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example/en",
    "javascript:alert(1)",
    "/en\\@evil.example",
    "/en//evil.example",
    "/en/../session/sign-out",
    "/en/%2e%2e/session/renew",
    "/en/overview#@evil.example",
    "/en/overview\n",
    "/en\r\nSet-Cookie: a=b",
    "/english",
    "/session/renew?then=/en",
    "/api/intake/companies",
    "/en?" + "a" * MOST_CHARACTERS,
)


@pytest.mark.parametrize("path", ELSEWHERE)
def test_no_other_place_is_taken(path: str) -> None:
    assert own_page(path) is None


@given(st.lists(PARTS, max_size=8).map("".join) | st.lists(PARTS, max_size=8).map("".join).map("/en".__add__))
@example("/en/a?then=//evil.example")
def test_whatever_is_taken_stays_at_the_portal_and_is_a_page(path: str) -> None:
    if own_page(path) is None:
        return
    for url in (urlsplit(urljoin(ORIGIN, path)), urlsplit(str(httpx.URL(ORIGIN).join(path)))):
        assert f"{url.scheme}://{url.netloc}" == ORIGIN
        assert re.fullmatch(r"/(en|fr)(/[^/]+)*", url.path)
        assert not {".", ".."} & set(url.path.split("/"))


def ids_of(template: str) -> dict[str, str]:
    return {name: str(COMPANY) if name.endswith("_id") else "2" for name in re.findall(r"{(\w+)}", template)}


@pytest.mark.parametrize("name", addresses())
def test_every_page_is_taken_and_is_the_same_in_the_other_language(name: str) -> None:
    page = addresses()[name]
    english, french = (page.path(language, **ids_of(page.template(language))) for language in LANGUAGES)
    for path in (english, french, f"{english}?done=profile", f"{french}?filter=a%20b&page=2"):
        assert own_page(path) == path
    assert in_language(f"{english}?done=profile", "fr") == f"{french}?done=profile"
    assert in_language(french, "en") == english
    assert in_language(french, "fr") == french


def test_what_is_no_page_stays_as_it_is() -> None:
    assert in_language("/en/nowhere-at-all/of/ours", "fr") == "/en/nowhere-at-all/of/ours"


@pytest.mark.parametrize(
    ("session", "hours", "path"),
    [
        (None, 0, SIGN_IN),
        (SESSION, 7, RENEW),
        (SESSION, 8, SIGN_IN),
        (SESSION.model_copy(update={"refresh_token": None}), 7, SIGN_IN),
    ],
)
def test_an_old_session_is_renewed_and_no_session_begun(session: None, hours: int, path: str) -> None:
    way = urlsplit(way_in(session, "/fr/apercu?a=b&c=d", NOON + timedelta(hours=hours)))
    assert (way.path, parse_qs(way.query)) == (path, {"then": ["/fr/apercu?a=b&c=d"]})
