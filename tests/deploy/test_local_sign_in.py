"""People sign in at the local issuer with a browser: for one portal, with codes and tokens that are taken once."""

from datetime import UTC, datetime, timedelta
from json import dumps
from pathlib import Path
from typing import Any

import httpx
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import RSAKey

from deploy.demo.cast import OFFICERS
from deploy.demo.lives import lives
from deploy.errors import Failed
from deploy.local.deployment import AUDIENCE
from deploy.local.issuer import ID_TOKEN_LASTS, app
from deploy.local.people import Person, named, samples, subject_of
from deploy.local.sign_in.endpoints import Portal
from deploy.local.sign_in.grants import CODE_LASTS, Asked, Grants, challenge_of

URL, PORTAL = "http://127.0.0.1:1", Portal("http://portal.localhost:2")
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
ANN = Person(subject="ann", name="Ann")
ASKED = Asked(PORTAL.returns_to, challenge_of(VERIFIER), "s", "n")
QUERY = {
    "client_id": "portal",
    "redirect_uri": PORTAL.returns_to,
    "response_type": "code",
    "scope": "openid",
    "state": "s",
    "nonce": "n",
    "code_challenge": challenge_of(VERIFIER),
    "code_challenge_method": "S256",
}


@pytest.fixture(scope="module")
def key() -> RSAKey:
    return RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)


def browsing(key: RSAKey, home: Path | None = None) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app(key, URL, PORTAL, home)), base_url=URL)


async def code(client: httpx.AsyncClient, **typed: str) -> str:
    """The code with which a browser is sent back."""
    back = await client.post("/authorize", params=QUERY, data=typed)
    url = httpx.URL(back.headers["location"])
    assert (back.status_code, str(url.copy_with(query=None))) == (303, PORTAL.returns_to)
    assert (url.params["state"], url.params["iss"]) == ("s", URL)
    return str(url.params["code"])


async def exchanged(client: httpx.AsyncClient, **grant: str) -> httpx.Response:
    return await client.post("/exchange", data={"client_id": "portal", **grant})


async def redeemed(client: httpx.AsyncClient, **typed: str) -> dict[str, Any]:
    """The tokens for whoever has chosen this."""
    grant = {"code": await code(client, **typed), "code_verifier": VERIFIER, "redirect_uri": PORTAL.returns_to}
    answer = await exchanged(client, grant_type="authorization_code", **grant)
    assert answer.is_success, answer.text
    return dict(answer.json())


async def test_who_is_chosen_is_who_signs_in(key: RSAKey) -> None:
    async with browsing(key) as client:
        tokens = await redeemed(client, subject="customs.of.us")
    claims = jwt.decode(tokens["id_token"], key).claims
    assert claims.pop("exp") - claims.pop("iat") == ID_TOKEN_LASTS / timedelta(seconds=1)
    assert claims == {
        "iss": URL,
        "aud": "portal",
        "sub": "customs.of.us",
        "name": "Customs of US",
        "roles": ["partner"],
        "administration": "US",
        "nonce": "n",
    }
    assert jwt.decode(tokens["access_token"], key).claims["aud"] == AUDIENCE


async def test_somebody_new_is_whoever_the_name_is(key: RSAKey) -> None:
    async with browsing(key) as client:
        tokens = [await redeemed(client, name=name) for name in ("Zoé  Tremblay", " zoé tremblay ", "Ada Reviewer")]
    subjects = [jwt.decode(each["id_token"], key).claims for each in tokens]
    assert [claims["sub"] for claims in subjects] == ["zoé.tremblay", "zoé.tremblay", "ada.reviewer"]
    assert [claims["roles"] for claims in subjects] == [[], [], ["review_officer"]]


@given(st.text())
def test_whatever_is_typed_is_somebody_or_nobody(name: str) -> None:
    person = named(name, samples(None))
    assert (person is None) == (not name.split())
    assert person is None or person.subject == subject_of(person.name) or person.subject == "operator"


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_the_page_offers_the_people_of_the_demo(key: RSAKey, language: str) -> None:
    async with browsing(key) as client:
        shown = await client.get("/authorize", params={**QUERY, "ui_locales": language})
    page = BeautifulSoup(shown.text, "html.parser")
    offered = [button.find("span").get_text() for button in page.select("button[name=subject]")]  # type: ignore[union-attr]
    owners = {life.people.owner for life in lives()}
    assert {*OFFICERS.values(), *owners} < set(offered)
    assert page.html["lang"] == f"{language}-CA"  # type: ignore[index]
    assert "$" not in shown.text
    assert f"form-action 'self' {PORTAL.url}" in shown.headers["content-security-policy"]
    (toggle,) = page.select("header a")
    assert httpx.URL(str(toggle["href"])).params["state"] == "s"


async def test_without_a_name_the_page_names_what_is_missing(key: RSAKey) -> None:
    async with browsing(key) as client:
        again = await client.post("/authorize", params={**QUERY, "ui_locales": "fr"}, data={"name": "  "})
    page = BeautifulSoup(again.text, "html.parser")
    (field,) = page.select("input[aria-invalid]")
    assert again.status_code == 422
    assert page.select(f"#{field['aria-describedby']}")[0].get_text() == "Erreur\u00a0: Saisissez un nom."


async def test_people_may_be_listed_in_the_home_directory(key: RSAKey, tmp_path: Path) -> None:
    people = [{"subject": "x", "name": "<b>Xu</b>", "about": {"en": "Owner of A & B", "fr": "Propriétaire de A & B"}}]
    async with browsing(key, tmp_path) as client:
        (tmp_path / "people.json").write_text(dumps(people), "utf-8")
        shown = BeautifulSoup((await client.get("/authorize", params=QUERY)).text, "html.parser")
    (button,) = shown.select("button[name=subject]")
    assert [part.get_text() for part in button.select("span")] == ["<b>Xu</b>", "Owner of A & B"]
    (tmp_path / "people.json").write_text("[{}]", "utf-8")
    with pytest.raises(Failed, match="is damaged"):
        samples(tmp_path)


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "desk"},
        {"redirect_uri": "http://evil.example/session/signed-in"},
        {"redirect_uri": f"{PORTAL.returns_to}/more"},
        {"response_type": "token"},
        {"code_challenge": ""},
        {"code_challenge": "short"},
        {"code_challenge_method": "plain"},
    ],
)
async def test_no_other_request_sends_a_browser_anywhere(key: RSAKey, changed: dict[str, str]) -> None:
    async with browsing(key) as client:
        for answer in (
            await client.get("/authorize", params=QUERY | changed),
            await client.post("/authorize", params=QUERY | changed, data={"subject": "operator"}),
        ):
            assert (answer.status_code, "location" in answer.headers) == (400, False)
            (onward,) = BeautifulSoup(answer.text, "html.parser").select("a")
            assert onward["href"] == f"{PORTAL.url}/en"


async def test_a_refresh_token_is_taken_once_and_ends_its_family_when_it_comes_again(key: RSAKey) -> None:
    async with browsing(key) as client:
        first = (await redeemed(client, name="Ann"))["refresh_token"]
        other = (await redeemed(client, name="Ann"))["refresh_token"]
        second = (await exchanged(client, grant_type="refresh_token", refresh_token=first)).json()["refresh_token"]
        stolen = await exchanged(client, grant_type="refresh_token", refresh_token=first)
        assert (stolen.status_code, stolen.json()) == (400, {"error": "invalid_grant"})
        assert (await exchanged(client, grant_type="refresh_token", refresh_token=second)).status_code == 400
        assert (await exchanged(client, grant_type="refresh_token", refresh_token=other)).status_code == 200


async def test_a_token_that_was_taken_back_is_good_for_nothing(key: RSAKey) -> None:
    async with browsing(key) as client:
        token = (await redeemed(client, name="Ann"))["refresh_token"]
        assert (await client.post("/revoke", data={"token": token})).status_code == 200
        assert (await exchanged(client, grant_type="refresh_token", refresh_token=token)).status_code == 400


async def test_after_the_end_people_come_back_to_the_portal_alone(key: RSAKey) -> None:
    async with browsing(key) as client:
        back = await client.get("/end", params={"post_logout_redirect_uri": PORTAL.left_at, "state": "fr"})
        assert back.headers["location"] == f"{PORTAL.left_at}?state=fr"
        elsewhere = await client.get("/end", params={"post_logout_redirect_uri": "http://evil.example"})
        assert (elsewhere.status_code, "location" in elsewhere.headers) == (400, False)


@pytest.mark.parametrize(
    ("verifier", "redirect_uri", "later", "is_granted"),
    [
        (VERIFIER, PORTAL.returns_to, timedelta(seconds=59), True),
        (VERIFIER, PORTAL.returns_to, CODE_LASTS, False),
        ("another", PORTAL.returns_to, timedelta(0), False),
        (VERIFIER, "http://evil.example", timedelta(0), False),
    ],
)
def test_a_code_is_good_for_a_minute_and_for_whoever_asked(
    verifier: str, redirect_uri: str, later: timedelta, *, is_granted: bool
) -> None:
    grants = Grants()
    made = grants.code(ASKED, ANN, NOON)
    granted = grants.redeem(made, verifier, redirect_uri, NOON + later)
    assert (granted is not None) == is_granted
    assert grants.redeem(made, VERIFIER, PORTAL.returns_to, NOON) is None, "once"


async def test_an_issuer_without_a_portal_signs_nobody_in(key: RSAKey) -> None:
    transport = httpx.ASGITransport(app(key, URL))
    async with httpx.AsyncClient(transport=transport, base_url=URL) as client:
        assert (await client.get("/authorize", params=QUERY)).status_code == 404
        published = (await client.get("/.well-known/openid-configuration")).json()
    assert published["token_endpoint"] == f"{URL}/token"
    assert "authorization_endpoint" not in published
