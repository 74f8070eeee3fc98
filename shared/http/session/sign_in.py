"""Signing in with an issuer, going on, and signing out: what an issuer answers becomes a session, and ends with it."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx
from fastapi import Request as HttpRequest
from fastapi import Response as HttpResponse
from fastapi.responses import RedirectResponse

from shared.clock import now
from shared.errors import Unavailable
from shared.http.identity import Caller, caller_of
from shared.http.issuers import TrustedIssuer
from shared.http.provider import Claims, Provider
from shared.http.session import way as ways
from shared.http.session.paths import SIGNED_IN, SIGNED_OUT
from shared.http.session.renewals import Renewals
from shared.http.session.session import FRESH_FOR, LASTS_FOR, Session, Sessions
from shared.http.session.tokens import Tokens, granted, person_in, revoke
from shared.http.session.way import SignInFailed, Way
from shared.i18n import Language

SEE_OTHER = 303
MOST_WAYS = 8
NAME_CHARACTERS = 100


class SignIn:
    """The doors of one portal: the issuers that know it as a client. `roles` are those that a session may name."""

    def __init__(self, sessions: Sessions, providers: Mapping[str, Provider], roles: frozenset[str]) -> None:
        self.sessions = sessions
        self._doors = {address: provider for address, provider in providers.items() if provider.issuer.client_id}
        self._roles = roles
        self._renewals = Renewals(self._renew)

    @property
    def doors(self) -> tuple[TrustedIssuer, ...]:
        return tuple(provider.issuer for provider in self._doors.values())

    async def begin(self, request: HttpRequest, door: TrustedIssuer, then: str, language: Language) -> HttpResponse:
        """Sends a browser to the issuer of this door. Raises SignInFailed("unavailable").

        It keeps each way that it begins, for it has several tabs; who has begun too many forgets the others.
        """
        try:
            endpoint = (await self._doors[door.address].endpoints()).authorization_endpoint
        except Unavailable as away:
            raise SignInFailed("unavailable") from away
        way = ways.begun(door.address, then, now())
        client = {"client_id": door.client_id or "", "redirect_uri": self._at(SIGNED_IN), "ui_locales": language}
        response = RedirectResponse(ways.leading_to(str(endpoint), way, client), SEE_OTHER)
        begun = [name for name in request.cookies if self.sessions.opened(request, name, Way)]
        for name in begun if len(begun) >= MOST_WAYS else ():
            self.sessions.drop(response, name)
        self.sessions.keep(response, self._cookie_of(way.state), way, ways.LASTS_FOR)
        return response

    def way(self, request: HttpRequest) -> Way | None:
        """The way on which an issuer has sent this browser back."""
        return self.sessions.opened(request, self._cookie_of(request.query_params.get("state", "")), Way)

    async def complete(self, request: HttpRequest, onward: Callable[[Session, str], str]) -> HttpResponse:
        """Signs somebody in who comes back from an issuer, and leads on. Raises SignInFailed.

        `onward` makes of the session and of the page that was asked for the page to which it leads.
        """
        at, way = now(), self.way(request)
        provider = self._doors.get(way.issuer) if way else None
        if way is None or provider is None:
            raise SignInFailed("expired")
        try:
            names_itself = (await provider.endpoints()).names_itself
            tokens = await granted(
                provider,
                grant_type="authorization_code",
                code=ways.code_of(way, request.query_params, names_itself=names_itself, at=at),
                redirect_uri=self._at(SIGNED_IN),
                code_verifier=way.verifier,
            )
            claims = await person_in(tokens, provider, at, way.nonce)
        except Unavailable as away:
            raise SignInFailed("unavailable") from away
        session = self._begun(provider.issuer, claims, tokens, at)
        response = RedirectResponse(onward(session, way.then), SEE_OTHER)
        self.sessions.keep_session(response, session, at)
        self.sessions.drop(response, self._cookie_of(way.state))
        return response

    async def renew(self, session: Session) -> Session | None:
        """The session as it goes on; None if somebody has to sign in again. Raises Unavailable."""
        return await self._renewals.renewed(session)

    async def end(self, session: Session, language: Language) -> str | None:
        """Ends a session here and takes back its tokens; where the issuer ends its own, if it has such an address.

        The issuer gives a last token for the old one, by which it knows whose session it ends, and asks nothing.
        """
        self._renewals.end(session)
        provider = self._doors.get(session.issuer)
        if provider is None:
            return None
        leaving = {"client_id": provider.issuer.client_id, "state": language, "ui_locales": language}
        leaving["post_logout_redirect_uri"] = self._at(SIGNED_OUT)
        with suppress(Unavailable, SignInFailed):
            if session.refresh_token:
                last = await granted(provider, grant_type="refresh_token", refresh_token=session.refresh_token)
                leaving |= {"id_token_hint": last.id_token} if last.id_token else {}
                await revoke(provider, last.refresh_token or session.refresh_token)
        with suppress(Unavailable):
            endpoint = (await provider.endpoints()).end_session_endpoint
            return str(httpx.URL(endpoint).copy_merge_params(leaving)) if endpoint else None
        return None

    def _begun(self, issuer: TrustedIssuer, claims: Claims, tokens: Tokens, at: datetime) -> Session:
        person = caller_of(issuer, claims)
        name = claims.get("name") or claims.get("preferred_username") or claims["sub"]
        return Session(
            id=str(uuid4()),
            subject=person.subject,
            name=str(name)[:NAME_CHARACTERS],
            roles=self._known(person),
            administration=person.administration,
            issuer=issuer.address,
            refresh_token=tokens.refresh_token,
            fresh_until=at + FRESH_FOR,
            ends_at=at + LASTS_FOR,
        )

    async def _renew(self, session: Session) -> Session | None:
        """Roles are taken anew where the issuer names them again."""
        at, provider = now(), self._doors.get(session.issuer)
        if provider is None or not session.is_renewable(at):
            return None
        try:
            tokens = await granted(provider, grant_type="refresh_token", refresh_token=str(session.refresh_token))
            claims = await person_in(tokens, provider, at) if tokens.id_token else None
        except SignInFailed:
            return None
        renewed: dict[str, Any] = {
            "refresh_token": tokens.refresh_token or session.refresh_token,
            "fresh_until": min(at + FRESH_FOR, session.ends_at),
        }
        if claims:
            person = caller_of(provider.issuer, claims)
            if person.subject != session.subject:
                return None
            renewed |= {"roles": self._known(person), "administration": person.administration}
        return session.model_copy(update=renewed)

    def _known(self, person: Caller) -> tuple[str, ...]:
        return tuple(sorted(person.roles & self._roles))

    def _at(self, path: str) -> str:
        return f"{self.sessions.origin}{path}"

    def _cookie_of(self, state: str) -> str:
        return self.sessions.named(ways.cookie_of(state))
