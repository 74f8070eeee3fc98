"""Who is signed in, and until when: the session as it stands in its cookie."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request as HttpRequest

from shared.http.identity import Caller
from shared.http.session.sealed import Seal
from shared.model import Model, Moment

FRESH_FOR = timedelta(minutes=15)
LASTS_FOR = timedelta(hours=8)


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

    def caller(self) -> Caller:
        return Caller(self.subject, frozenset(self.roles), self.administration)

    def is_fresh(self, at: datetime) -> bool:
        return at < self.fresh_until


@dataclass(frozen=True)
class Sessions:
    """Reads the sessions of one portal, whose public address is `origin`, as `https://portal.example.ca`."""

    seal: Seal
    origin: str

    @property
    def cookie(self) -> str:
        """The cookie's name. Where it is not bound to its host by https, it carries the port: cookies know no ports."""
        if self.origin.startswith("https://"):
            return "__Host-session"
        return f"session-{self.origin.rpartition(':')[2]}"

    def read(self, request: HttpRequest) -> Session | None:
        """The session that a request comes with, fresh or not; None if it has none of ours."""
        return self.seal.open(request.cookies.get(self.cookie, ""), Session)
