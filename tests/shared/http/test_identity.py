"""Who calls is known by token, whichever issuer it comes from."""

from uuid import uuid4

import httpx
import pytest
from joserfc.jwk import KeySet, RSAKey

from deploy.local.deployment import AUDIENCE
from deploy.local.processes import free_port
from shared.errors import Unavailable
from shared.http import identity
from shared.http.identity import TRUSTED_SECONDS, Identity, urn
from shared.store.client import Database
from tests.shared.http.toy_service import problem, toy_app
from tests.support.servers.serving import Issuer, client, serving


async def test_two_issuers_cannot_name_the_same_person(issuer: Issuer) -> None:
    assert urn("https://a.example", "ann") != urn("https://b.example", "ann")
    assert urn("https://a.example/", "ann") == urn("https://a.example", "ann")
    assert issuer.url not in urn(issuer.url, "ann")


async def test_keys_of_an_issuer_that_is_away_are_a_503(database: Database, mongo_url: str) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
    async with (
        serving(toy_app(mongo_url, database.name, nowhere)) as url,
        client(url, Issuer(nowhere, key).token("ann")) as ann,
    ):
        answer = await ann.post(f"/tallies/{uuid4()}", json={})
    problem(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == "2"


class Published:
    """An issuer that publishes its keys, until it is away; `jwks_uri` is where it says that they are."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, issuer: str, jwks_uri: str) -> None:
        self.key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
        self.url, self.away, self.clock = issuer, False, 1_000.0
        answers = {
            f"{issuer}/.well-known/openid-configuration": {"jwks_uri": jwks_uri},
            jwks_uri: KeySet([self.key]).as_dict(private=False),
        }

        async def get(_: httpx.AsyncClient, url: str) -> httpx.Response:
            if self.away:
                raise httpx.ConnectError("away")
            return httpx.Response(200, json=answers[url], request=httpx.Request("GET", url))

        monkeypatch.setattr(httpx.AsyncClient, "get", get)
        monkeypatch.setattr(identity, "monotonic", lambda: self.clock)

    def token(self) -> str:
        return Issuer(self.url, self.key).token("ann")


async def test_keys_of_an_issuer_that_is_away_are_trusted_for_a_bounded_time(monkeypatch: pytest.MonkeyPatch) -> None:
    published = Published(monkeypatch, "https://sign-in.example", "https://sign-in.example/keys")
    trusting = Identity((published.url,), AUDIENCE)
    ann = (await trusting.caller(published.token())).subject
    published.away = True
    for _ in range(4):
        published.clock += TRUSTED_SECONDS / 5
        assert (await trusting.caller(published.token())).subject == ann
    published.clock += TRUSTED_SECONDS / 2
    for _ in range(2):
        with pytest.raises(Unavailable, match="issuer_unavailable"):
            await trusting.caller(published.token())
    published.away = False
    assert (await trusting.caller(published.token())).subject == ann


async def test_keys_are_not_read_over_http_for_an_issuer_of_https(monkeypatch: pytest.MonkeyPatch) -> None:
    published = Published(monkeypatch, "https://sign-in.example", "http://sign-in.example/keys")
    with pytest.raises(Unavailable, match="issuer_unavailable"):
        await Identity((published.url,), AUDIENCE).caller(published.token())
