"""Who is signed in, and until when: the session as it stands in its cookie."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar, final
from urllib.parse import urlsplit

import structlog
from fastapi import Request as HttpRequest
from fastapi import Response as HttpResponse

from shared.http.identity import Caller
from shared.http.session.sealed import Seal
from shared.model import Model, Moment

FRESH_FOR = timedelta(minutes=15)
LASTS_FOR = timedelta(hours=8)
MOST_BYTES = 3_900
Kept = TypeVar("Kept", bound=Model)
log = structlog.get_logger()


@final
class Session(Model):
    """A person who has signed in. `subject` is the user reference number (URN); `name` is what the issuer calls it.

    It is `fresh_until` then, and can be renewed until it ends.
    """

    id: str
    subject: str
    name: str
    roles: tuple[str, ...] = ()
    administration: str | None = None
    issuer: str
    refresh_token: str | None = None
    fresh_until: Moment
    ends_at: Moment

    def is_fresh(self, at: datetime) -> bool:
        return at < self.fresh_until

    def is_renewable(self, at: datetime) -> bool:
        return self.refresh_token is not None and at < self.ends_at


@final
@dataclass(frozen=True)
class Sessions:
    """Keeps and reads the sessions of one portal, whose public address is `origin`, as `https://portal.example.ca`.

    `roles` are those that this service takes from a session; None takes all.
    """

    seal: Seal
    origin: str
    roles: frozenset[str] | None = None

    @property
    def is_secure(self) -> bool:
        return self.origin.startswith("https://")

    @property
    def cookie(self) -> str:
        """The name of the session's cookie."""
        return self.named("session")

    def named(self, use: str) -> str:
        """The name of a cookie. It is bound to its host by https, and carries a port: cookies know no ports."""
        port = urlsplit(self.origin).port
        return f"{'__Host-' if self.is_secure else ''}{use}{f'-{port}' if port else ''}"

    def read(self, request: HttpRequest) -> Session | None:
        """The session that a request comes with, fresh or not; None if it has none of ours."""
        return self.opened(request, self.cookie, Session)

    def caller(self, session: Session) -> Caller:
        """The person, in those of its roles that this service takes from a session."""
        roles = frozenset(session.roles)
        return Caller(session.subject, roles if self.roles is None else roles & self.roles, session.administration)

    def opened(self, request: HttpRequest, name: str, kind: type[Kept]) -> Kept | None:
        """What a cookie of ours holds."""
        return self.seal.open(request.cookies.get(name, ""), kind)

    def keep_session(self, response: HttpResponse, session: Session, at: datetime) -> None:
        """Gives the browser a session until it ends, without its refresh token where that is too long for a cookie."""
        if len(self.seal.close(session)) > MOST_BYTES:
            log.warning("refresh_token_too_long", issuer=session.issuer)
            session = session.model_copy(update={"refresh_token": None})
        self.keep(response, self.cookie, session, session.ends_at - at)

    def keep(self, response: HttpResponse, name: str, what: Model, lasting: timedelta) -> None:
        """Gives the browser something to keep, sealed; no script sees it, and no other site has it sent by a form."""
        response.set_cookie(
            name,
            self.seal.close(what),
            max_age=int(lasting.total_seconds()),
            secure=self.is_secure,
            httponly=True,
            samesite="lax",
        )

    def drop(self, response: HttpResponse, name: str) -> None:
        """Has the browser forget what it keeps under this name."""
        response.delete_cookie(name, secure=self.is_secure, httponly=True, samesite="lax")
