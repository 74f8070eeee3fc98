"""The portal of a toy service, without database and bus, and browsers that sign in there with the local issuer."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import httpx
from fastapi import APIRouter
from fastapi.responses import PlainTextResponse, Response

from deploy.local.processes import LOOPBACK, free_port
from deploy.local.sign_in.endpoints import CLIENT
from deploy.local.sign_in.endpoints import Portal as AtIssuer
from shared.http.call import Call
from shared.http.guard import allow
from shared.http.session.paths import SIGN_IN
from shared.http.session.session import Session, Sessions
from shared.pages.visits import PageRouter, Visit, open_to_all
from shared.service import Kernel
from shared.settings import ServiceSettings
from tests.support.servers.served import SESSION_KEY
from tests.support.servers.serving import issuing, serving

NOWHERE = "127.0.0.1:9"
OWNER, REVIEWER = "maren.halloway", "ada.reviewer"
Anybody = Annotated[Call, allow("trader")]
router, pages, public = APIRouter(), APIRouter(include_in_schema=False), PageRouter()


@public.page("start")
async def start(visit: Annotated[Visit, open_to_all()]) -> Response:
    return visit.show("session_left.html", sign_in=SIGN_IN)


@pages.get("/en/toy", name="toy")
@pages.get("/fr/jouet", name="toy")
async def toy(call: Anybody) -> PlainTextResponse:
    return PlainTextResponse(f"{call.language} {call.caller.subject}")


@pages.post("/en/toy", name="toy")
async def play(_: Anybody) -> PlainTextResponse:
    return PlainTextResponse("played")


@router.get("/me")
async def me(call: Anybody) -> str:
    return call.caller.subject


@router.post("/me")
async def rename(call: Anybody) -> str:
    return call.caller.subject


@router.get("/officers")
async def officers(call: Annotated[Call, allow("review_officer")]) -> str:
    return call.actor.role


def portal_settings(origin: str, issuers: Sequence[Any], key: str = SESSION_KEY) -> ServiceSettings:
    """Settings of a service of the portal at this origin, which reaches neither database nor bus."""
    return ServiceSettings(
        kafka_bootstrap=NOWHERE,
        mongo_url=f"mongodb://{NOWHERE}",
        database="nowhere",
        issuers=tuple(issuers),
        public_url=origin,
        session_keys=(key,),
    )


@asynccontextmanager
async def open_at(
    port: int, settings: ServiceSettings, session_roles: frozenset[str] | None = None
) -> AsyncIterator[str]:
    """A service of the portal, at a port of its own."""
    kernel = Kernel("review", settings, session_roles)
    app = kernel.app(deps=None, subscriptions={}, routers=(router,), pages=(public, pages))
    async with serving(app, port) as url:
        yield url


@dataclass(frozen=True)
class Portal:
    """One portal at work, with the URL of its one issuer."""

    origin: str
    settings: ServiceSettings
    issuer: str

    @property
    def sessions(self) -> Sessions:
        found = self.settings.sessions
        assert found
        return found

    @asynccontextmanager
    async def browser(self) -> AsyncIterator["Browser"]:
        async with httpx.AsyncClient(trust_env=False, follow_redirects=True, timeout=30) as http:
            yield Browser(self, http)


@dataclass(frozen=True)
class Browser:
    """Somebody at a browser, which keeps cookies as browsers do: by host, whatever the port."""

    portal: Portal
    http: httpx.AsyncClient

    async def opens(self, path: str, **headers: str) -> httpx.Response:
        return await self.http.get(f"{self.portal.origin}{path}", headers=headers)

    async def signs_in(self, subject: str = OWNER, then: str = "/en/toy") -> httpx.Response:
        """Opens a page, is asked by the issuer who it is, and comes back."""
        asked = await self.opens(then)
        assert str(asked.url).startswith(f"{self.portal.issuer}/authorize"), asked.url
        return await self.http.post(asked.url, data={"subject": subject})

    async def signs_out(self, language: str = "en") -> httpx.Response:
        headers = {"Origin": self.portal.origin}
        return await self.http.post(f"{self.portal.origin}/session/sign-out?lang={language}", headers=headers)

    @property
    def cookie(self) -> str:
        """What it keeps of its session, sealed."""
        return str(self.http.cookies.get(self.portal.sessions.cookie, ""))

    @property
    def session(self) -> Session:
        session = self.portal.sessions.seal.open(self.cookie, Session)
        assert session
        return session

    def ages(self, fresh_until: datetime) -> None:
        """Its session was fresh until then."""
        aged = self.session.model_copy(update={"fresh_until": fresh_until})
        self.comes_with(self.portal.sessions.seal.close(aged))

    def comes_with(self, cookie: str) -> None:
        """It has this cookie for its session, wherever that is from."""
        if self.cookie:
            self.http.cookies.delete(self.portal.sessions.cookie)
        self.http.cookies.set(self.portal.sessions.cookie, cookie, domain=LOOPBACK, path="/")


@asynccontextmanager
async def portal_at_work(key: str = SESSION_KEY, **door: Any) -> AsyncIterator[Portal]:
    """A portal with one `door`, to a local issuer, which rotates refresh tokens and revokes."""
    port = free_port()
    origin = f"http://{LOOPBACK}:{port}"
    async with issuing(AtIssuer(origin)) as issuer:
        settings = portal_settings(origin, [{"url": issuer.url, "client_id": CLIENT, **door}], key)
        async with open_at(port, settings):
            yield Portal(origin, settings, issuer.url)
