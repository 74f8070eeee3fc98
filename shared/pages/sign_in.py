"""The pages of signing in and out: which door, what went wrong, and that a session has ended."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import structlog
from fastapi import APIRouter
from fastapi import Request as HttpRequest
from fastapi.responses import JSONResponse, RedirectResponse, Response

from shared.clock import now
from shared.errors import Refused, Unavailable
from shared.http.issuers import TrustedIssuer
from shared.http.language import language_of_page
from shared.http.session.origin import require_same_origin
from shared.http.session.paths import RENEW, SIGN_IN, SIGN_OUT, SIGNED_IN, SIGNED_OUT, own_page, with_query
from shared.http.session.session import Session
from shared.http.session.sign_in import SEE_OTHER, SignIn
from shared.http.session.way import Reason, SignInFailed
from shared.i18n import Language, negotiate
from shared.pages.addresses import LANGUAGES, addresses, in_language
from shared.pages.console import first_room_of
from shared.pages.rendering import Renderer

STATUS: Mapping[Reason, int] = {"expired": 400, "declined": 403, "unavailable": 503}
KINDS = ("credential", "partner", "staff")
FORGET = '"cache", "storage"'  # not "cookies": they know no ports, and another deployment has its own
log = structlog.get_logger()


class SignInPages:
    """The pages at `/session/`. Every service of a portal has them, so people sign in while any of them is there."""

    def __init__(self, sign_in: SignIn, renderer: Renderer) -> None:
        self._sign_in = sign_in
        self._sessions = sign_in.sessions
        self._renderer = renderer

    def router(self) -> APIRouter:
        made = APIRouter(include_in_schema=False)
        reads = {SIGN_IN: self.choose, SIGNED_IN: self.complete, RENEW: self.renew, SIGNED_OUT: self.left}
        for path, endpoint in reads.items():
            made.add_api_route(path, endpoint, methods=["GET"], response_model=None)
        made.add_api_route(SIGN_OUT, self.leave, methods=["POST"], response_model=None)
        return made

    async def choose(self, request: HttpRequest, door: str = "") -> Response:
        """One door for each issuer; where there is one alone, straight on through it."""
        then, doors = _then(request), self._sign_in.doors
        chosen = [each for each in doors if each.address == door] or doors
        if len(chosen) != 1:
            status = 200 if doors else STATUS["unavailable"]
            return self._show(request, "session_sign_in.html", then, status, groups=[*_grouped(doors, then)])
        try:
            return await self._sign_in.begin(request, chosen[0], then, _language(then))
        except SignInFailed as failed:
            return self._failed(request, failed.reason, then)

    async def complete(self, request: HttpRequest) -> Response:
        """Back from the issuer, and on to the page that was asked for."""
        try:
            return await self._sign_in.complete(request, _onward)
        except SignInFailed as failed:
            way = self._sign_in.way(request)
            return self._failed(request, failed.reason, way.then if way else _then(request))

    async def renew(self, request: HttpRequest) -> Response:
        """Goes on with a session, to the page that was asked for; a script is answered how long it is fresh now.

        Raises to a script Refused("unauthorised"), or Unavailable("issuer_unavailable").
        """
        session, then = self._sessions.read(request), _then(request)
        for_script = "application/json" in request.headers.get("accept", "")
        try:
            renewed = session and await self._sign_in.renew(session)
        except Unavailable:
            if for_script:
                raise
            return self._failed(request, "unavailable", then)
        if renewed is None and for_script:
            raise Refused("unauthorised")
        if renewed is None:
            return RedirectResponse(with_query(SIGN_IN, then=then), SEE_OTHER)
        until = renewed.model_dump(mode="json", include={"fresh_until", "ends_at"})
        response = JSONResponse(until) if for_script else RedirectResponse(then, SEE_OTHER)
        self._sessions.keep_session(response, renewed, now())
        return response

    async def leave(self, request: HttpRequest) -> Response:
        """Signs out. Where the issuer has a session too, a page leads there: no form may be sent on to another site.

        Raises Refused("cross_site").
        """
        require_same_origin(request, self._sessions.origin)
        session, then = self._sessions.read(request), _then(request)
        onward = await self._sign_in.end(session, _language(then)) if session else None
        if onward:
            response: Response = self._show(request, "session_leaving.html", then, onward=onward)
            response.headers["Refresh"] = f"0; url={onward}"
        else:
            response = RedirectResponse(with_query(SIGNED_OUT, lang=_language(then)), SEE_OTHER)
        response.headers["Clear-Site-Data"] = FORGET
        self._sessions.drop(response, self._sessions.cookie)
        return response

    async def left(self, request: HttpRequest) -> Response:
        """Where an issuer sends a browser when it has ended its own session."""
        return self._show(request, "session_left.html", _then(request))

    def _failed(self, request: HttpRequest, reason: Reason, then: str) -> Response:
        log.info("sign_in_failed", reason=reason)
        correlation = request.state.correlation
        return self._show(request, "session_failed.html", then, STATUS[reason], reason=reason, correlation=correlation)

    def _show(self, request: HttpRequest, template: str, then: str, status: int = 200, **shown: Any) -> Response:
        """A page from which people sign in, and come to `then`; in its language."""
        path = SIGNED_OUT if request.url.path == SIGNED_OUT else SIGN_IN
        here = {language: _at(path, in_language(then, language)) for language in LANGUAGES}
        sign_in = _at(SIGN_IN, then)
        return self._renderer.response(template, _language(then), status, here=here, sign_in=sign_in, **shown)


def _then(request: HttpRequest) -> str:
    """The page that was asked for before; else the first one after signing in, in the language that is asked for.

    An issuer that has ended its session brings the language back as `state`.
    """
    asked = request.query_params
    if then := own_page(asked.get("then", "")):
        return then
    chosen = (asked.get("lang"), asked.get("state"), negotiate(request.headers.get("accept-language")))
    language = next(language for language in chosen if language in LANGUAGES)
    return addresses()["welcome"].path(language)


def _onward(session: Session, then: str) -> str:
    """Who has a room in the console begins there, not at the first page of people who act for companies."""
    room, language = first_room_of(session.roles), _language(then)
    return addresses()[room].path(language) if room and then == addresses()["welcome"].path(language) else then


def _language(then: str) -> Language:
    return language_of_page(then.partition("?")[0]) or LANGUAGES[0]


def _at(path: str, then: str) -> str:
    return with_query(path, then=then)


def _grouped(doors: Sequence[TrustedIssuer], then: str) -> Iterator[tuple[str, list[tuple[TrustedIssuer, str]]]]:
    """Doors and where they lead, by the kind of people who have such an account."""
    for kind in KINDS:
        if found := [(each, with_query(SIGN_IN, door=each.address, then=then)) for each in doors if each.kind == kind]:
            yield kind, found
