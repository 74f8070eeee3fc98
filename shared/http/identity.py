"""Who is calling: bearer tokens of a list of OIDC issuers, checked against their published keys."""

import asyncio
from base64 import b32encode
from dataclasses import dataclass
from hashlib import sha256
from json import loads
from time import monotonic
from typing import Any

import httpx
import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import extract_compact

from shared.decider import Actor
from shared.errors import Refused, Unavailable
from shared.loopback import is_loopback

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
KEYS_FOR_SECONDS = 300.0
FETCHED_AGAIN_SECONDS = 5.0
TRUSTED_SECONDS = 3_600.0
LEEWAY_SECONDS = 30
MOST_REMEMBERED = 1_000
log = structlog.get_logger()


@dataclass(frozen=True)
class Caller:
    """A person or partner, by token. `subject`: user reference number (URN), opaque, made of issuer and subject."""

    subject: str
    roles: frozenset[str]
    administration: str | None = None

    def acting_as(self, role: str) -> Actor:
        return Actor(subject=self.subject, role=role)


def urn(issuer: str, subject: str) -> str:
    """The user reference number: two issuers cannot collide, and nothing can be read from it."""
    return "U" + b32encode(sha256(f"{issuer.rstrip('/')}\n{subject}".encode()).digest()).decode()[:25]


class Identity:
    """The issuers that this service trusts."""

    def __init__(self, issuers: tuple[str, ...], audience: str) -> None:
        self._keys = {issuer.rstrip("/"): _Keys(issuer.rstrip("/")) for issuer in issuers}
        self._audience = audience

    async def caller(self, token: str) -> Caller:
        """Who holds this token. Raises Refused("unauthorised"), or Unavailable if an issuer does not give its keys."""
        try:
            issuer = str(_unverified(token).get("iss", "")).rstrip("/")
            keys = self._keys.get(issuer)
            if keys is None:
                raise Refused("unauthorised")
            claims = await self._verified(token, keys)
            jwt.JWTClaimsRegistry(
                leeway=LEEWAY_SECONDS,
                exp={"essential": True},
                sub={"essential": True},
                aud={"essential": True, "value": self._audience},
            ).validate(claims)
        except (JoseError, ValueError, TypeError) as invalid:
            raise Refused("unauthorised") from invalid
        roles = claims.get("roles")
        return Caller(
            subject=urn(issuer, str(claims["sub"])),
            roles=frozenset(map(str, roles)) if isinstance(roles, list) else frozenset(),
            administration=claims.get("administration"),
        )

    async def _verified(self, token: str, keys: "_Keys") -> dict[str, Any]:
        """The claims of a token whose signature holds, checked once as long as the keys are the same."""
        digest, current = sha256(token.encode()).digest(), await keys.current()
        if (known := keys.verified.get(digest)) is not None:
            return known
        try:
            claims = jwt.decode(token, current, algorithms=ALGORITHMS).claims
        except (JoseError, ValueError):
            claims = jwt.decode(token, await keys.fresh(), algorithms=ALGORITHMS).claims
        keys.remember(digest, claims)
        return claims


class _Keys:
    """The published keys of one issuer, fetched again when they are old or a token names an unknown one.

    While the issuer is away its keys are trusted for `TRUSTED_SECONDS` after they were fetched, and no longer.
    `verified`: the claims of tokens that these keys have signed, by digest, so a key that is withdrawn ends them too.
    """

    def __init__(self, issuer: str) -> None:
        self.verified: dict[bytes, dict[str, Any]] = {}
        self._issuer = issuer
        self._keys: KeySet | None = None
        self._fetched_at = 0.0
        self._tried_at = 0.0
        self._fetching = asyncio.Lock()

    async def current(self) -> KeySet:
        return await self._newer_than(KEYS_FOR_SECONDS)

    async def fresh(self) -> KeySet:
        return await self._newer_than(FETCHED_AGAIN_SECONDS)

    def remember(self, digest: bytes, claims: dict[str, Any]) -> None:
        """Keeps the claims of a token, and forgets those of the first when there are too many."""
        if len(self.verified) >= MOST_REMEMBERED:
            del self.verified[next(iter(self.verified))]
        self.verified[digest] = claims

    async def _newer_than(self, seconds: float) -> KeySet:
        if self._keys is not None and monotonic() - self._tried_at <= seconds:
            return self._keys
        async with self._fetching:
            if self._keys is None or monotonic() - self._tried_at > seconds:
                self._keys = await self._fetch()
                self.verified.clear()
                self._tried_at = monotonic()
            return self._keys

    async def _fetch(self) -> KeySet:
        try:
            async with httpx.AsyncClient(timeout=5.0, trust_env=not is_loopback(self._issuer)) as client:
                found = (await client.get(f"{self._issuer}/.well-known/openid-configuration")).raise_for_status().json()
                keys = KeySet.import_key_set((await client.get(self._keys_url(found))).raise_for_status().json())
        except (httpx.HTTPError, KeyError, ValueError) as away:
            if self._keys is not None and monotonic() - self._fetched_at <= TRUSTED_SECONDS:
                log.warning("issuer_unavailable", reason=type(away).__name__)
                return self._keys
            self._keys = None
            raise Unavailable("issuer_unavailable") from away
        self._fetched_at = monotonic()
        return keys

    def _keys_url(self, configuration: Any) -> str:
        """Where the keys are: by https if the issuer is. Raises ValueError."""
        url = str(configuration["jwks_uri"])
        if self._issuer.startswith("https://") and not url.startswith("https://"):
            raise ValueError(url)
        return url


def _unverified(token: str) -> dict[str, Any]:
    claims = loads(extract_compact(token.encode()).payload)
    return claims if isinstance(claims, dict) else {}
