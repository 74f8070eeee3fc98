"""Who is calling: bearer tokens of a list of OIDC issuers, checked against their published keys."""

from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from json import loads
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jws import extract_compact

from shared.decider import Actor
from shared.errors import Refused
from shared.http.issuers import TrustedIssuer
from shared.http.provider import Claims, Provider

LEEWAY_SECONDS = 30


@dataclass(frozen=True)
class Caller:
    """A person or partner, by token. `subject`: user reference number (URN), opaque, made of issuer and subject."""

    subject: str
    roles: frozenset[str]
    administration: str | None = None

    def acting_as(self, role: str) -> Actor:
        return Actor(subject=self.subject, role=role)


def urn(issuer: str, subject: str) -> str:
    """The user reference number: two issuers cannot collide, and nothing can be read from it.

    `issuer` is the lasting id of an issuer, not the URL that it has now.
    """
    return "U" + b32encode(sha256(f"{issuer.rstrip('/')}\n{subject}".encode()).digest()).decode()[:25]


def caller_of(issuer: TrustedIssuer, claims: Claims) -> Caller:
    """The person whom an issuer names by these claims."""
    roles, administration = claims.get("roles"), claims.get("administration")
    return Caller(
        subject=urn(issuer.lasting_id, str(claims["sub"])),
        roles=frozenset(map(str, roles)) if isinstance(roles, list) else frozenset(),
        administration=administration if isinstance(administration, str) else None,
    )


class Identity:
    """The issuers that this service trusts."""

    def __init__(self, issuers: Iterable[TrustedIssuer], audience: str) -> None:
        self.providers = {issuer.address: Provider(issuer) for issuer in issuers}
        self._audience = audience

    async def caller(self, token: str) -> Caller:
        """Who holds this token. Raises Refused("unauthorised"), or Unavailable if an issuer does not give its keys."""
        try:
            provider = self.providers.get(str(_unverified(token).get("iss", "")).rstrip("/"))
            if provider is None:
                raise Refused("unauthorised")
            claims = await provider.verified(token)
            jwt.JWTClaimsRegistry(
                leeway=LEEWAY_SECONDS,
                exp={"essential": True},
                sub={"essential": True},
                aud={"essential": True, "value": self._audience},
            ).validate(claims)
        except (JoseError, ValueError, TypeError) as invalid:
            raise Refused("unauthorised") from invalid
        return caller_of(provider.issuer, claims)


def _unverified(token: str) -> dict[str, Any]:
    claims = loads(extract_compact(token.encode()).payload)
    return claims if isinstance(claims, dict) else {}
