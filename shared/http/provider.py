"""What an issuer publishes: its endpoints, and the keys with which its tokens are checked."""

import asyncio
from functools import cache
from hashlib import sha256
from ssl import SSLContext
from time import monotonic
from typing import Annotated, Any, Self

import httpx
import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import ConfigDict, Field

from shared.errors import Unavailable
from shared.http.issuers import TrustedIssuer
from shared.loopback import is_loopback
from shared.model import Model

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
KEYS_FOR_SECONDS = 300.0
FETCHED_AGAIN_SECONDS = 5.0
TRUSTED_SECONDS = 3_600.0
MOST_REMEMBERED = 1_000
ANSWERS_WITHIN_SECONDS = 5.0
Claims = dict[str, Any]
log = structlog.get_logger()


class Endpoints(Model):
    """Where an issuer is asked for what (OpenID Connect Discovery 1.0); `names_itself` beside a code (RFC 9207)."""

    model_config = ConfigDict(extra="ignore")

    jwks_uri: str
    authorization_endpoint: str | None = None
    token_endpoint: str | None = None
    revocation_endpoint: str | None = None
    end_session_endpoint: str | None = None
    names_itself: Annotated[bool, Field(alias="authorization_response_iss_parameter_supported")] = False

    @classmethod
    def published(cls, document: Any, issuer: str) -> Self:
        """Reads what an issuer publishes: all of it by https if the issuer is. Raises ValueError."""
        read = cls.model_validate(document)
        if issuer.startswith("https://"):
            for url in read.model_dump(exclude={"names_itself"}).values():
                if url is not None and not url.startswith("https://"):
                    raise ValueError(url)
        return read


@cache
def trust() -> SSLContext:
    """Whom to trust by TLS, made once: reading the authorities takes longer than a request."""
    return httpx.create_ssl_context()


class Provider:
    """One issuer at work. What it publishes is fetched again when it is old or a token names an unknown key.

    While the issuer is away its keys are trusted for `TRUSTED_SECONDS` after they were fetched, and no longer.
    """

    def __init__(self, issuer: TrustedIssuer) -> None:
        self.issuer = issuer
        self._verified: dict[bytes, Claims] = {}
        self._published: tuple[Endpoints, KeySet] | None = None
        self._fetched_at = 0.0
        self._tried_at = 0.0
        self._fetching = asyncio.Lock()

    def client(self) -> httpx.AsyncClient:
        """A client to ask it with; on this machine, past the proxy of the environment."""
        outward = not is_loopback(self.issuer.address)
        return httpx.AsyncClient(verify=trust(), timeout=ANSWERS_WITHIN_SECONDS, trust_env=outward)

    async def endpoints(self) -> Endpoints:
        """Raises Unavailable("issuer_unavailable")."""
        endpoints, _ = await self._newer_than(KEYS_FOR_SECONDS)
        return endpoints

    async def verified(self, token: str) -> Claims:
        """The claims of a token whose signature holds, checked once as long as the keys are the same.

        Raises JoseError, ValueError, or Unavailable("issuer_unavailable").
        """
        digest, (_, keys) = sha256(token.encode()).digest(), await self._newer_than(KEYS_FOR_SECONDS)
        if (known := self._verified.get(digest)) is not None:
            return known
        claims = await self._decoded(token, keys)
        self._remember(digest, claims)
        return claims

    async def verified_once(self, token: str) -> Claims:
        """The same for a token that comes but once."""
        _, keys = await self._newer_than(KEYS_FOR_SECONDS)
        return await self._decoded(token, keys)

    async def _decoded(self, token: str, keys: KeySet) -> Claims:
        try:
            return jwt.decode(token, keys, algorithms=ALGORITHMS).claims
        except (JoseError, ValueError):
            _, fresh = await self._newer_than(FETCHED_AGAIN_SECONDS)
            return jwt.decode(token, fresh, algorithms=ALGORITHMS).claims

    def _remember(self, digest: bytes, claims: Claims) -> None:
        """Keeps the claims of a token, and forgets those of the first when there are too many."""
        if len(self._verified) >= MOST_REMEMBERED:
            del self._verified[next(iter(self._verified))]
        self._verified[digest] = claims

    async def _newer_than(self, seconds: float) -> tuple[Endpoints, KeySet]:
        """A key that is withdrawn ends the tokens that it has signed, remembered ones too."""
        if self._published is not None and monotonic() - self._tried_at <= seconds:
            return self._published
        async with self._fetching:
            if self._published is None or monotonic() - self._tried_at > seconds:
                self._published = await self._fetch()
                self._verified.clear()
                self._tried_at = monotonic()
            return self._published

    async def _fetch(self) -> tuple[Endpoints, KeySet]:
        issuer = self.issuer.address
        try:
            async with self.client() as client:
                found = (await client.get(f"{issuer}/.well-known/openid-configuration")).raise_for_status().json()
                endpoints = Endpoints.published(found, issuer)
                keys = KeySet.import_key_set((await client.get(endpoints.jwks_uri)).raise_for_status().json())
        except (httpx.HTTPError, httpx.InvalidURL, KeyError, ValueError, JoseError) as away:
            if self._published is not None and monotonic() - self._fetched_at <= TRUSTED_SECONDS:
                log.warning("issuer_unavailable", reason=type(away).__name__)
                return self._published
            self._published = None
            raise Unavailable("issuer_unavailable") from away
        self._fetched_at = monotonic()
        return endpoints, keys
