"""An issuer may do less: keep its refresh tokens, give no ID token with them, and have no session of its own."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Any

import pytest
from fastapi import FastAPI, Form
from fastapi.responses import JSONResponse
from joserfc.jwk import KeySet, RSAKey

from deploy.local.processes import LOOPBACK, free_port
from shared.clock import now
from shared.http.session.session import FRESH_FOR, LASTS_FOR
from tests.support.builders.sessions import SESSION
from tests.support.servers.serving import serving
from tests.support.servers.sign_in import Browser, Portal, open_at, portal_settings

TOKEN = "kept"


@dataclass(frozen=True)
class PlainIssuer:
    """Renews a sign-in as often as it is asked, until its token is taken back."""

    url: str
    taken_back: list[str] = field(default_factory=list)

    def app(self) -> FastAPI:
        made, key = FastAPI(), RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True)

        @made.get("/.well-known/openid-configuration")
        async def published() -> dict[str, str]:
            parts = {"jwks_uri": "jwks", "token_endpoint": "token", "revocation_endpoint": "revoke"}
            return {name: f"{self.url}/{path}" for name, path in parts.items()}

        @made.get("/jwks")
        async def jwks() -> dict[str, Any]:
            return dict(KeySet([key]).as_dict(private=False))

        @made.post("/token")
        async def token(refresh_token: Annotated[str, Form()]) -> JSONResponse:
            is_good = refresh_token == TOKEN and not self.taken_back
            return JSONResponse({"access_token": "for nobody here"} if is_good else {}, 200 if is_good else 400)

        @made.post("/revoke")
        async def revoke(token: Annotated[str, Form()]) -> None:
            self.taken_back.append(token)

        return made


@pytest.fixture
async def issuer() -> AsyncIterator[PlainIssuer]:
    made = PlainIssuer(f"http://{LOOPBACK}:{free_port()}")
    async with serving(made.app(), int(made.url.rpartition(":")[2])):
        yield made


@pytest.fixture
async def browser(issuer: PlainIssuer) -> AsyncIterator[Browser]:
    """Of somebody who has signed in an hour ago."""
    port = free_port()
    origin = f"http://{LOOPBACK}:{port}"
    settings = portal_settings(origin, [{"url": issuer.url, "client_id": "portal"}])
    portal = Portal(origin, settings, issuer.url)
    times = {"fresh_until": now() - timedelta(hours=1), "ends_at": now() + LASTS_FOR / 2}
    session = SESSION.model_copy(update={"issuer": issuer.url, "refresh_token": TOKEN, **times})
    async with open_at(port, settings), portal.browser() as made:
        made.comes_with(portal.sessions.seal.close(session))
        yield made


async def test_a_session_goes_on_with_the_same_token_and_roles(browser: Browser) -> None:
    before = browser.session
    for _ in range(2):
        assert (await browser.opens("/en/toy")).text == f"en {before.subject}"
        renewed = browser.session
        assert renewed.fresh_until > now() + FRESH_FOR / 2
        assert renewed == before.model_copy(update={"fresh_until": renewed.fresh_until})
        browser.ages(now() - timedelta(seconds=1))


async def test_signing_out_takes_the_token_back_and_leads_nowhere_else(issuer: PlainIssuer, browser: Browser) -> None:
    left = await browser.signs_out()
    assert (left.url.path, left.status_code) == ("/session/signed-out", 200)
    assert left.history[0].headers["clear-site-data"] == '"cache", "storage"'
    assert issuer.taken_back == [TOKEN]
    assert browser.cookie == ""
