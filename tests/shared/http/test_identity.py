"""Who calls is known by token, whichever issuer it comes from."""

import ssl
from time import time
from typing import Any
from unittest.mock import AsyncMock, Mock
from uuid import uuid4

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from deploy.local.deployment import AUDIENCE
from deploy.local.issuer import LIFETIME
from deploy.local.processes import free_port
from shared.errors import Refused, Unavailable
from shared.http import provider
from shared.http.identity import LEEWAY_SECONDS, Identity, urn
from shared.http.issuers import TrustedIssuer
from shared.http.provider import TRUSTED_SECONDS, Endpoints
from shared.store.client import Database
from tests.shared.http.toy_service import problem, toy_app
from tests.support.servers.serving import Issuer, client, serving


def trusting_in(url: str) -> Identity:
    return Identity([TrustedIssuer.model_validate(url)], AUDIENCE)


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
        monkeypatch.setattr(provider, "monotonic", lambda: self.clock)

    def token(self) -> str:
        return Issuer(self.url, self.key).token("ann")


async def test_keys_of_an_issuer_that_is_away_are_trusted_for_a_bounded_time(monkeypatch: pytest.MonkeyPatch) -> None:
    published = Published(monkeypatch, "https://sign-in.example", "https://sign-in.example/keys")
    trusting = trusting_in(published.url)
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


async def test_the_authorities_that_sign_for_issuers_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read = Mock(wraps=ssl.create_default_context)
    monkeypatch.setattr(ssl, "create_default_context", read)
    provider.trust.cache_clear()
    for issuer in ("https://localhost/a", "https://localhost/b"):
        async with provider.Provider(TrustedIssuer.model_validate(issuer)).client():
            assert read.call_count == 1


async def test_keys_are_not_read_over_http_for_an_issuer_of_https(monkeypatch: pytest.MonkeyPatch) -> None:
    published = Published(monkeypatch, "https://sign-in.example", "http://sign-in.example/keys")
    with pytest.raises(Unavailable, match="issuer_unavailable"):
        await trusting_in(published.url).caller(published.token())


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tokens whose signature was checked."""
    tokens: list[str] = []
    decode = jwt.decode

    def noted(token: str, *given: Any, **options: Any) -> Any:
        tokens.append(token)
        return decode(token, *given, **options)

    monkeypatch.setattr(jwt, "decode", noted)
    return tokens


async def test_the_signature_of_a_token_is_checked_once(issuer: Issuer, checked: list[str]) -> None:
    trusting, ann, bob = trusting_in(issuer.url), issuer.token("ann"), issuer.token("bob", "trader")
    callers = [await trusting.caller(token) for token in (ann, bob, ann, ann, bob)]
    assert checked == [ann, bob]
    assert callers == [callers[0], callers[1], callers[0], callers[0], callers[1]]
    assert callers[0] != callers[1]


async def test_a_remembered_token_ends_at_its_own_time(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    trusting, token = trusting_in(issuer.url), issuer.token("ann")
    await trusting.caller(token)

    later = time() + LIFETIME.total_seconds() + LEEWAY_SECONDS
    monkeypatch.setattr("joserfc._rfc7519.claims._generate_now", lambda: int(later) + 1)

    with pytest.raises(Refused, match="unauthorised"):
        await trusting.caller(token)


async def test_a_remembered_token_ends_with_the_key_that_signed_it(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusting, token = trusting_in(issuer.url), issuer.token("ann")
    await trusting.caller(token)
    await trusting.caller(token)

    other = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
    monkeypatch.setattr("shared.http.provider.KEYS_FOR_SECONDS", 0.0)
    published = (Endpoints(jwks_uri="https://elsewhere.example"), KeySet([other]))
    monkeypatch.setattr("shared.http.provider.Provider._fetch", AsyncMock(return_value=published))

    with pytest.raises(Refused, match="unauthorised"):
        await trusting.caller(token)


async def test_a_token_that_was_refused_is_checked_again(issuer: Issuer, checked: list[str]) -> None:
    trusting, (header, _, signature) = trusting_in(issuer.url), issuer.token("ann").split(".")
    forged = f"{header}.{issuer.token('olga', 'review_officer').split('.')[1]}.{signature}"
    for _ in range(2):
        with pytest.raises(Refused, match="unauthorised"):
            await trusting.caller(forged)
    assert checked.count(forged) >= 2


async def test_no_more_tokens_are_remembered_than_the_bound(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.http.provider.MOST_REMEMBERED", 2)
    trusting = trusting_in(issuer.url)
    for name in ("ann", "bob", "cleo"):
        await trusting.caller(issuer.token(name))
    (asked,) = trusting.providers.values()
    assert len(asked._verified) == 2  # noqa: SLF001
