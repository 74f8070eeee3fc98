"""A token issuer (OpenID Connect) for demos and tests on one machine: it gives everybody any token.

Run as `python -m deploy.local.issuer`; settings: TT_ISSUER_HOME, TT_HOST, TT_PORT, and TT_ISSUER_PORTAL, the public
address of the portal whose people sign in here with a browser.
"""

import logging
import os
from datetime import datetime, timedelta
from functools import partial
from json import dumps, loads
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Form
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey

from deploy.errors import Failed
from deploy.local.deployment import AUDIENCE, write_secret
from deploy.local.people import Person
from deploy.local.processes import free_port
from deploy.local.sign_in.endpoints import CLIENT, Portal, SignInEndpoints
from deploy.local.sign_in.grants import Granted
from shared.clock import now
from shared.http.hosts import HostMiddleware, Hosts
from shared.http.server import ServerConfig, serve
from shared.loopback import LOOPBACK_HOSTS

LIFETIME = timedelta(hours=8)
ID_TOKEN_LASTS = timedelta(minutes=5)
PATIENCE_SECONDS = 10.0
MOST_CONNECTIONS = 500


def signing_key(home: Path) -> RSAKey:
    """The key kept in this directory, made the first time. Raises Failed."""
    kept = home / "key.json"
    if not kept.exists():
        made = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
        write_secret(kept, dumps(made.as_dict(private=True)))
    try:
        return RSAKey.import_key(loads(kept.read_text("utf-8")))
    except (ValueError, JoseError):
        raise Failed(f"{kept} is damaged: bring it back from a backup, or remove it; then every token is new") from None


def lasting_port(home: Path, requested: int | None) -> int:
    """The requested port, else the one kept here. It survives a restart: people are known by the issuer's URL.

    Raises Failed.
    """
    kept = home / "port"
    if requested or not kept.exists():
        write_secret(kept, str(requested or free_port()))
    try:
        return int(kept.read_text("utf-8"))
    except ValueError:
        raise Failed(
            f"{kept} is damaged: bring it back from a backup, for people are known by the issuer's port"
        ) from None


def mint(key: RSAKey, issuer: str, person: Person, at: datetime) -> str:
    """A token that is valid for eight hours from this moment on."""
    return _signed(key, person, at, LIFETIME, {"iss": issuer, "aud": AUDIENCE})


def tokens(key: RSAKey, issuer: str, granted: Granted) -> dict[str, Any]:
    """What a portal gets for a code or a refresh token: the ID token tells it who has signed in."""
    at, nonce = now(), {"nonce": granted.nonce} if granted.nonce else {}
    return {
        "token_type": "Bearer",
        "expires_in": int(LIFETIME.total_seconds()),
        "access_token": mint(key, issuer, granted.person, at),
        "id_token": _signed(key, granted.person, at, ID_TOKEN_LASTS, {"iss": issuer, "aud": CLIENT, **nonce}),
        "refresh_token": granted.refresh_token,
    }


def _signed(key: RSAKey, person: Person, at: datetime, lasting: timedelta, more: dict[str, str]) -> str:
    claims = person.model_dump(mode="json", exclude_none=True)
    times = {"iat": int(at.timestamp()), "exp": int((at + lasting).timestamp())}
    return jwt.encode({"alg": "RS256", "kid": key.kid}, {**more, "sub": claims.pop("subject"), **claims, **times}, key)


def app(key: RSAKey, url: str, portal: Portal | None = None, home: Path | None = None) -> FastAPI:
    """The issuer at this URL. It answers to the names of this machine alone: no page of another name gets a token."""
    api = FastAPI(title="Trusted Trader: local token issuer", docs_url=None, redoc_url=None, redirect_slashes=False)
    api.add_middleware(HostMiddleware, hosts=Hosts())
    configuration = {
        "issuer": url,
        "jwks_uri": f"{url}/jwks",
        "token_endpoint": f"{url}/token",
        "id_token_signing_alg_values_supported": ["RS256"],
    }
    if portal:
        sign_in = SignInEndpoints(url, portal, home, partial(tokens, key, url))
        configuration |= sign_in.published()
        api.include_router(sign_in.router())

    @api.get("/.well-known/openid-configuration")
    async def published() -> dict[str, Any]:
        return configuration

    @api.get("/jwks")
    async def jwks() -> dict[str, Any]:
        return dict(KeySet([key]).as_dict(private=False))

    @api.post("/token")
    async def token(person: Annotated[Person, Form()]) -> dict[str, Any]:
        """A token for anybody: everybody who reaches this machine's loopback address may be anyone here."""
        access = mint(key, url, person, now())
        return {"access_token": access, "token_type": "Bearer", "expires_in": int(LIFETIME.total_seconds())}

    return api


def run(home: Path, host: str, port: int, portal: Portal | None = None) -> None:
    """Serves until SIGTERM or SIGINT, on this machine alone: it exits with a sentence at any other address."""
    if host not in LOOPBACK_HOSTS:
        raise SystemExit(f"TT_HOST is {host}: this issuer gives everybody any token, and listens on 127.0.0.1 alone")
    logging.basicConfig(level=logging.WARNING)
    api = app(signing_key(home), f"http://{host}:{port}", portal, home)
    serve(ServerConfig(api, (host, port), PATIENCE_SECONDS, MOST_CONNECTIONS))


if __name__ == "__main__":
    at_portal = os.environ.get("TT_ISSUER_PORTAL")
    run(
        Path(os.environ["TT_ISSUER_HOME"]),
        os.environ["TT_HOST"],
        int(os.environ["TT_PORT"]),
        Portal(at_portal.rstrip("/")) if at_portal else None,
    )
