"""The specimen of the kit as pages that a browser opens, and what its script asks for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import parse_qs

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from shared.clock import now
from shared.i18n import Language
from shared.pages.addresses import LANGUAGES
from shared.pages.assets import router
from shared.pages.rendering import CAUTIOUS
from tests.support.servers.portal import Spot
from tests.support.servers.serving import serving
from tests.support.specimen import specimen

Fields = dict[str, list[str]]
READINESS = {"well": (200, {"ready": True}), "waits": (503, {"ready": False}), "away": (503, {"code": "service_away"})}


@dataclass
class Specimens:
    """Pages with every part of the kit.

    `forms` are those that were sent, of which each is refused; `drafts` those that script has sent; `state` is what it
    compares.
    """

    url: str = ""
    forms: list[Fields] = field(default_factory=list)
    drafts: list[Fields] = field(default_factory=list)
    keeps_drafts: bool = True
    state: int = 1
    renewed: int = 0
    fresh_for: timedelta = timedelta(minutes=15)

    def spot(self, language: Language = "en", look: str = "right") -> Spot:
        return Spot(f"specimen-{look}", language, f"{self.url}/{language}/{look}", "session=none")

    def spots(self) -> tuple[Spot, ...]:
        return tuple(self.spot(language, look) for language in LANGUAGES for look in ("right", "wrong"))

    def app(self) -> FastAPI:
        app = FastAPI()
        app.include_router(router())
        app.add_api_route("/state", self._read_state)
        app.add_api_route("/session/renew", self._renew)
        app.add_api_route("/api/{service}/readyz", self._read_readiness)
        app.add_api_route("/{language}/{look}", self._show, response_class=HTMLResponse)
        app.add_api_route("/{language}/{look}", self._keep_or_refuse, methods=["POST"], response_model=None)
        return app

    async def _read_state(self) -> int:
        return self.state

    async def _read_readiness(self, service: str) -> JSONResponse:
        """That of a service with this name, as the gateway answers."""
        status, content = READINESS[service]
        return JSONResponse(content, status)

    async def _renew(self) -> dict[str, str]:
        self.renewed += 1
        return {"fresh_until": (now() + timedelta(minutes=15)).isoformat()}

    async def _show(self, language: Language, look: str) -> HTMLResponse:
        html = specimen(language, wrong=look == "wrong", fresh_until=now() + self.fresh_for)
        return HTMLResponse(html, headers={**CAUTIOUS})

    async def _keep_or_refuse(self, language: Language, request: Request) -> Response:
        fields = parse_qs((await request.body()).decode())
        if "form-draft" not in fields:
            self.forms.append(fields)
            return await self._show(language, "wrong")
        self.drafts.append(fields)
        return JSONResponse({"saved": "Saved at 2:03 p.m."}, 200 if self.keeps_drafts else 503)


@asynccontextmanager
async def specimens() -> AsyncIterator[Specimens]:
    made = Specimens()
    async with serving(made.app()) as url:
        made.url = url
        yield made
