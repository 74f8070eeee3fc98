"""The local issuer's tokens are tokens as the services know them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from deploy.local.deployment import AUDIENCE
from deploy.local.issuer import LIFETIME, app, mint, run, signing_key
from deploy.local.people import Person

URL = "http://127.0.0.1:1"
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> RSAKey:
    return signing_key(tmp_path_factory.mktemp("issuer"))


def test_the_key_is_kept_for_its_user_alone(tmp_path: Path) -> None:
    made = signing_key(tmp_path)
    assert signing_key(tmp_path).as_dict(private=True) == made.as_dict(private=True)
    assert (tmp_path / "key.json").stat().st_mode & 0o077 == 0


def test_a_token_names_a_person_and_when_it_expires(key: RSAKey) -> None:
    token = mint(key, URL, Person(subject="us-1", name="Ada", roles=("partner",), administration="US"), NOON)
    assert jwt.decode(token, key).claims == {
        "iss": URL,
        "aud": AUDIENCE,
        "sub": "us-1",
        "name": "Ada",
        "roles": ["partner"],
        "administration": "US",
        "iat": int(NOON.timestamp()),
        "exp": int((NOON + LIFETIME).timestamp()),
    }


def test_nothing_is_claimed_of_what_a_person_has_not(key: RSAKey) -> None:
    assert "administration" not in jwt.decode(mint(key, URL, Person(subject="1", name="Ada"), NOON), key).claims


def calling(key: RSAKey) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app(key, URL)), base_url=URL)


async def test_whoever_asks_gets_a_token_that_the_published_keys_prove(key: RSAKey) -> None:
    async with calling(key) as client:
        published = (await client.get("/.well-known/openid-configuration")).json()
        keys = (await client.get(published["jwks_uri"])).json()
        answer = (
            await client.post("/token", data={"subject": "1", "name": "Ada", "roles": ["review_officer", "operator"]})
        ).json()
    assert published["issuer"] == URL
    assert all("d" not in key for key in keys["keys"])
    claims = jwt.decode(answer["access_token"], KeySet.import_key_set(keys)).claims
    assert claims["roles"] == ["review_officer", "operator"]
    assert answer["expires_in"] == LIFETIME / timedelta(seconds=1)


async def test_a_request_without_a_subject_is_refused(key: RSAKey) -> None:
    async with calling(key) as client:
        assert (await client.post("/token", data={"name": "Ada"})).status_code == httpx.codes.UNPROCESSABLE_ENTITY


async def test_a_page_of_another_name_gets_no_token(key: RSAKey) -> None:
    """A name that a resolver turns to this machine later is still in the header Host."""
    async with calling(key) as client:
        answer = await client.post("/token", data={"subject": "1", "name": "Ada"}, headers={"Host": "evil.example"})
        assert (answer.status_code, answer.text) == (421, "Misdirected Request")
        assert (await client.get("/jwks", headers={"Host": "localhost:1"})).is_success


def test_it_listens_on_this_machine_alone(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"10\.0\.0\.1"):
        run(tmp_path, "10.0.0.1", 1)
