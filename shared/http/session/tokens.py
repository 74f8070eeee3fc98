"""What an issuer gives for a code or for a refresh token, and how it is taken back (RFC 6749, RFC 7009)."""

from datetime import datetime

import httpx
import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from pydantic import ConfigDict, ValidationError

from shared.errors import Unavailable
from shared.http.identity import LEEWAY_SECONDS
from shared.http.provider import Claims, Provider
from shared.http.session.way import SignInFailed
from shared.model import Model

REFUSED = frozenset({httpx.codes.BAD_REQUEST, httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN})
log = structlog.get_logger()


class Tokens(Model):
    """The answer of an issuer; the access token in it is for nobody here."""

    model_config = ConfigDict(extra="ignore")

    id_token: str | None = None
    refresh_token: str | None = None


async def granted(provider: Provider, grant_type: str, **grant: str) -> Tokens:
    """What the issuer gives for this grant. Raises SignInFailed("declined") or Unavailable("issuer_unavailable")."""
    endpoint = (await provider.endpoints()).token_endpoint
    ours = {"client_id": provider.issuer.client_id, "grant_type": grant_type}
    try:
        async with provider.client() as client:
            answer = await client.post(str(endpoint), data={**ours, **grant})
            if answer.status_code in REFUSED:
                log.info("grant_refused", grant=grant_type, status=answer.status_code)
                raise SignInFailed("declined")
            return Tokens.model_validate(answer.raise_for_status().json())
    except (httpx.HTTPError, httpx.InvalidURL, ValidationError, ValueError) as away:
        raise Unavailable("issuer_unavailable") from away


async def person_in(tokens: Tokens, provider: Provider, at: datetime, nonce: str | None = None) -> Claims:
    """The claims of the ID token, which is for us and of now (OpenID Connect Core 1.0, 3.1.3.7).

    Raises SignInFailed("declined") or Unavailable("issuer_unavailable").
    """
    client = provider.issuer.client_id or ""
    try:
        claims = await provider.verified_once(tokens.id_token or "")
        jwt.JWTClaimsRegistry(
            now=int(at.timestamp()),
            leeway=LEEWAY_SECONDS,
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            aud={"essential": True, "value": client},
            azp={"value": client},
        ).validate(claims)
    except (JoseError, ValueError, TypeError) as invalid:
        log.warning("id_token_refused", reason=type(invalid).__name__)
        raise SignInFailed("declined") from invalid
    is_of_issuer = str(claims.get("iss", "")).rstrip("/") == provider.issuer.address
    if not is_of_issuer or (nonce is not None and claims.get("nonce") != nonce):
        raise SignInFailed("declined")
    return claims


async def revoke(provider: Provider, refresh_token: str) -> None:
    """Takes back a refresh token where the issuer offers that; what it answers changes nothing here."""
    endpoint = (await provider.endpoints()).revocation_endpoint
    if endpoint is None:
        return
    form = {"client_id": provider.issuer.client_id, "token": refresh_token, "token_type_hint": "refresh_token"}
    try:
        async with provider.client() as client:
            await client.post(endpoint, data=form)
    except (httpx.HTTPError, httpx.InvalidURL) as away:
        log.warning("token_not_revoked", reason=type(away).__name__)
