"""The real gateway before services of this process."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from deploy.local.deployment import Deployment, Portal
from deploy.local.processes import free_port
from deploy.local.programs import Gateway, url_of
from tests.support.servers.served import SESSION_KEY
from tests.support.servers.serving import serving
from tests.support.source import SERVICES


class OnlyHttp:
    """An app that answers without what runs beside it: no database and no bus is here."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            raise NotImplementedError
        await self.app(scope, receive, send)


@dataclass
class Portals:
    """One portal: its gateway, and the services that answer behind it, each of which may go and come back."""

    url: str
    log: Path
    apps: Mapping[str, OnlyHttp]
    ports: Mapping[str, int]
    at_work: dict[str, AsyncExitStack] = field(default_factory=dict)

    async def start(self, service: str) -> None:
        self.at_work[service] = AsyncExitStack()
        await self.at_work[service].enter_async_context(serving(self.apps[service], self.ports[service]))  # type: ignore[arg-type]

    async def stop(self, service: str) -> None:
        await self.at_work.pop(service).aclose()

    @asynccontextmanager
    async def without(self, *services: str) -> AsyncIterator[None]:
        """These services are away."""
        for service in services:
            await self.stop(service)
        try:
            yield
        finally:
            for service in services:
                await self.start(service)

    def visitor(self, language: str = "en") -> httpx.AsyncClient:
        """Somebody who is not signed in, and follows no redirect."""
        headers = {"Accept-Language": language}
        return httpx.AsyncClient(base_url=self.url, headers=headers, trust_env=False, timeout=30)


@asynccontextmanager
async def before(home: Path, app_of: Callable[[str, str], FastAPI]) -> AsyncIterator[Portals]:
    """A gateway before five apps; each is made for a service and the public address."""
    url, ports = url_of(free_port()), {service: free_port() for service in SERVICES}
    deployment = Deployment(
        data=home,
        bootstrap="",
        partners="",
        mongo_url="",
        databases={},
        issuer="",
        services={service: url_of(port) for service, port in ports.items()},
        portal=Portal(url=url, session_key=SESSION_KEY),
        passwords={},
    )
    gateway = Gateway(deployment, url)
    portals = Portals(url, gateway.process.log, {name: OnlyHttp(app_of(name, url)) for name in SERVICES}, ports)
    try:
        for service in SERVICES:
            await portals.start(service)
        async with gateway:
            yield portals
    finally:
        for service in [*portals.at_work]:
            await portals.stop(service)
