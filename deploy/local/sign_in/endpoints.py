"""The endpoints by which a portal signs people in: authorization code with PKCE, refresh, revocation, and the end."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form
from fastapi import Request as HttpRequest
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from pydantic import ConfigDict

from deploy.local.people import Person, named, samples
from deploy.local.sign_in import page
from deploy.local.sign_in.grants import Asked, Granted, Grants
from shared.clock import now
from shared.http.session.paths import SIGNED_IN, SIGNED_OUT
from shared.model import Model

CLIENT = "portal"
BAD_REQUEST, SEE_OTHER, UNPROCESSABLE = 400, 303, 422
_CHALLENGE = re.compile(r"[\w-]{43}", re.ASCII)


@dataclass(frozen=True)
class Portal:
    """The one portal that may send people here, by its public address."""

    url: str

    @property
    def returns_to(self) -> str:
        return f"{self.url}{SIGNED_IN}"

    @property
    def left_at(self) -> str:
        return f"{self.url}{SIGNED_OUT}"


class Grant(Model):
    """A request for tokens (RFC 6749, 4.1.3 and 6)."""

    model_config = ConfigDict(extra="ignore")

    grant_type: Literal["authorization_code", "refresh_token"]
    client_id: str
    code: str = ""
    code_verifier: str = ""
    redirect_uri: str = ""
    refresh_token: str = ""


class SignInEndpoints:
    """Where a portal has people sign in. `home` may list them; `tokens` signs what is granted."""

    def __init__(
        self, issuer: str, portal: Portal, home: Path | None, tokens: Callable[[Granted], dict[str, Any]]
    ) -> None:
        self._issuer = issuer
        self._portal = portal
        self._home = home
        self._tokens = tokens
        self._grants = Grants()

    def router(self) -> APIRouter:
        made = APIRouter()
        made.add_api_route("/authorize", self.ask, methods=["GET"], response_model=None)
        made.add_api_route("/authorize", self.answer, methods=["POST"], response_model=None)
        made.add_api_route("/exchange", self.exchange, methods=["POST"], response_model=None)
        made.add_api_route("/revoke", self.revoke, methods=["POST"], response_model=None)
        made.add_api_route("/end", self.end, methods=["GET"], response_model=None)
        made.add_api_route("/style.css", self.style, methods=["GET"], response_model=None)
        return made

    def published(self) -> dict[str, Any]:
        """What the issuer publishes of it (OpenID Connect Discovery 1.0)."""
        return {
            "authorization_endpoint": f"{self._issuer}/authorize",
            "token_endpoint": f"{self._issuer}/exchange",
            "revocation_endpoint": f"{self._issuer}/revoke",
            "end_session_endpoint": f"{self._issuer}/end",
            "scopes_supported": ["openid", "profile"],
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "subject_types_supported": ["public"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none"],
            "ui_locales_supported": ["en", "fr"],
            "authorization_response_iss_parameter_supported": True,
        }

    async def ask(self, request: HttpRequest) -> Response:
        """Asks who somebody is."""
        return self._choosing(request) if self._asked(request) else self._refusing(request)

    async def answer(
        self, request: HttpRequest, subject: Annotated[str, Form()] = "", name: Annotated[str, Form()] = ""
    ) -> Response:
        """Takes anybody's word for it, and sends the browser back with a code."""
        asked = self._asked(request)
        if asked is None:
            return self._refusing(request)
        person = self._person(subject, name)
        if person is None:
            return self._choosing(request, nameless=True)
        code = self._grants.code(asked, person, now())
        answered = urlencode({"code": code, "state": asked.state, "iss": self._issuer})
        return RedirectResponse(f"{asked.redirect_uri}?{answered}", SEE_OTHER)

    async def exchange(self, grant: Annotated[Grant, Form()]) -> Response:
        granted = self._granted(grant)
        if granted is None:
            return JSONResponse({"error": "invalid_grant"}, BAD_REQUEST)
        return JSONResponse(self._tokens(granted), headers={"Cache-Control": "no-store"})

    async def revoke(self, token: Annotated[str, Form()]) -> Response:
        """RFC 7009: whatever the token is, it is good for nothing afterwards."""
        self._grants.revoke(token)
        return Response()

    async def end(self, request: HttpRequest, post_logout_redirect_uri: str = "", state: str = "") -> Response:
        """Sends the browser back. There is nothing to end: the issuer has no session, and asks everybody every time."""
        if post_logout_redirect_uri != self._portal.left_at:
            return self._refusing(request)
        return RedirectResponse(f"{post_logout_redirect_uri}?{urlencode({'state': state})}", SEE_OTHER)

    async def style(self) -> Response:
        return Response(page.style(), media_type="text/css")

    def _asked(self, request: HttpRequest) -> Asked | None:
        """What a request asks for; None if it is none of this portal's, and the browser is not sent back."""
        query = request.query_params
        ours = {
            "client_id": CLIENT,
            "redirect_uri": self._portal.returns_to,
            "response_type": "code",
            "code_challenge_method": "S256",
        }
        challenge = query.get("code_challenge", "")
        if any(query.get(name) != value for name, value in ours.items()) or not _CHALLENGE.fullmatch(challenge):
            return None
        return Asked(self._portal.returns_to, challenge, query.get("state", ""), query.get("nonce", ""))

    def _person(self, subject: str, name: str) -> Person | None:
        people = samples(self._home)
        chosen = (sample.person() for sample in people if sample.subject == subject)
        return next(chosen, None) or named(name, people)

    def _granted(self, grant: Grant) -> Granted | None:
        if grant.client_id != CLIENT:
            return None
        if grant.grant_type == "refresh_token":
            return self._grants.refresh(grant.refresh_token)
        return self._grants.redeem(grant.code, grant.code_verifier, grant.redirect_uri, now())

    def _choosing(self, request: HttpRequest, *, nameless: bool = False) -> Response:
        language = page.language_of(request.query_params, request.headers.get("accept-language"))
        text = page.choosing(request.query_params, samples(self._home), language, nameless=nameless)
        return self._shown(text, UNPROCESSABLE if nameless else 200)

    def _refusing(self, request: HttpRequest) -> Response:
        language = page.language_of(request.query_params, request.headers.get("accept-language"))
        return self._shown(page.refusing(language, self._portal.url), BAD_REQUEST)

    def _shown(self, text: str, status: int) -> Response:
        """Its form leads back to the portal, which the browser must be allowed (CSP3, form-action)."""
        policy = f"default-src 'none'; style-src 'self'; form-action 'self' {self._portal.url}; base-uri 'none'"
        headers = {
            "Content-Security-Policy": f"{policy}; frame-ancestors 'none'",
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
        }
        return HTMLResponse(text, status, headers)
