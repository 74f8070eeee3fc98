"""An app served for real, in this process, on a free port; and an issuer whose tokens it accepts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from ssl import PROTOCOL_TLS_CLIENT, SSLContext

import httpx
import uvicorn
from fastapi import FastAPI
from joserfc.jwk import RSAKey

from deploy.local.issuer import app as issuer_app
from deploy.local.issuer import mint
from deploy.local.people import Person
from deploy.local.processes import LOOPBACK, free_port
from deploy.local.sign_in.endpoints import Portal
from shared.clock import now
from shared.http.server import ServerConfig
from tests.support.servers.bus import until

TRUSTING_NOBODY = SSLContext(PROTOCOL_TLS_CLIENT)  # no test speaks TLS, and to read whom to trust takes 30 ms
REUSED = httpx.Limits(max_keepalive_connections=20)


@asynccontextmanager
async def serving(app: FastAPI, port: int | None = None) -> AsyncIterator[str]:
    """The base URL of an app, lifespan included."""
    at = port or free_port()
    server = uvicorn.Server(ServerConfig(app, (LOOPBACK, at), patience_seconds=10, most_connections=500))
    task = asyncio.create_task(server.serve())
    try:
        await until(lambda: server.started or task.done())
        yield f"http://{LOOPBACK}:{at}"
    finally:
        server.should_exit = True
        await task


@dataclass(frozen=True)
class Issuer:
    """An issuer that signs every claim that a test makes of a person."""

    url: str
    key: RSAKey

    def token(self, subject: str, *roles: str, administration: str | None = None, at: datetime | None = None) -> str:
        return mint(
            self.key,
            self.url,
            Person(subject=subject, name=subject, roles=roles, administration=administration),
            at or now(),
        )


@asynccontextmanager
async def issuing(portal: Portal | None = None) -> AsyncIterator[Issuer]:
    """An issuer; people sign in there with a browser for this portal."""
    port, key = free_port(), RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
    url = f"http://{LOOPBACK}:{port}"
    async with serving(issuer_app(key, url, portal), port):
        yield Issuer(url, key)


def client(base_url: str, token: str | None = None, language: str = "en") -> httpx.AsyncClient:
    """A client that ignores proxies and comes with a token."""
    headers = {"Accept-Language": language} | ({"Authorization": f"Bearer {token}"} if token else {})
    return httpx.AsyncClient(
        base_url=base_url, headers=headers, limits=REUSED, trust_env=False, timeout=30, verify=TRUSTING_NOBODY
    )
