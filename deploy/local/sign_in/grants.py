"""Codes and refresh tokens of the local issuer: each is taken once."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import compare_digest, token_urlsafe

from deploy.local.people import Person

CODE_LASTS = timedelta(seconds=60)


@dataclass(frozen=True)
class Asked:
    """What a portal asks of a browser that it sends: where it comes back, and what proves that it is the same."""

    redirect_uri: str
    challenge: str
    state: str
    nonce: str


@dataclass(frozen=True)
class Granted:
    """Who has signed in, and with which refresh token that goes on; `nonce` is of the sign-in itself."""

    person: Person
    refresh_token: str
    nonce: str | None = None


class Grants:
    """What was given and is not yet taken. A restart forgets it, and everybody signs in again.

    A refresh token is replaced whenever it is used. One that comes a second time ends its whole family, for one of
    the two who have it has stolen it (RFC 9700, 4.14.2).
    """

    def __init__(self) -> None:
        self._codes: dict[str, tuple[Asked, Person, datetime]] = {}
        self._families: dict[str, tuple[Person, str]] = {}

    def code(self, asked: Asked, person: Person, at: datetime) -> str:
        """A code for this person, for a minute."""
        made = token_urlsafe(24)
        self._codes[made] = (asked, person, at + CODE_LASTS)
        return made

    def redeem(self, code: str, verifier: str, redirect_uri: str, at: datetime) -> Granted | None:
        """What a code is good for, once, for whoever has the verifier."""
        if code not in self._codes:
            return None
        asked, person, until = self._codes.pop(code)
        fits = compare_digest(asked.challenge, challenge_of(verifier)) and asked.redirect_uri == redirect_uri
        return Granted(person, self._next(token_urlsafe(12), person), asked.nonce) if fits and at < until else None

    def refresh(self, token: str) -> Granted | None:
        """What a refresh token is good for, once."""
        family = _family(token)
        if family not in self._families:
            return None
        person, current = self._families[family]
        if not compare_digest(current.encode(), token.encode()):
            self.revoke(token)
            return None
        return Granted(person, self._next(family, person))

    def revoke(self, token: str) -> None:
        """Ends the family of a refresh token."""
        self._families.pop(_family(token), None)

    def _next(self, family: str, person: Person) -> str:
        token = f"{family}.{token_urlsafe(32)}"
        self._families[family] = (person, token)
        return token


def challenge_of(verifier: str) -> str:
    """S256 (RFC 7636, 4.2)."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _family(token: str) -> str:
    return token.partition(".")[0]
