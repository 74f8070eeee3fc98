"""The way to an issuer and back: OAuth 2.0 authorization code with PKCE (RFC 7636), state and nonce."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import compare_digest, token_urlsafe
from typing import Literal

import httpx

from shared.model import Model, Moment

LASTS_FOR = timedelta(minutes=10)
SCOPE = "openid profile"
Reason = Literal["expired", "declined", "unavailable"]


class SignInFailed(Exception):  # noqa: N818 - an answer to a person, not an error
    """Nobody is signed in: the way is not known or too old, the issuer or the person says no, or no issuer answers."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class Way(Model):
    """What a browser keeps, sealed, while its person is at an issuer. `then` is the page that it goes on to."""

    issuer: str
    state: str
    nonce: str
    verifier: str
    then: str
    until: Moment

    @property
    def challenge(self) -> str:
        """What the issuer is given of the verifier, which alone redeems the code."""
        return urlsafe_b64encode(sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()


def begun(issuer: str, then: str, at: datetime) -> Way:
    """A way that nobody can guess."""
    state, nonce, verifier = (token_urlsafe(32) for _ in range(3))
    return Way(issuer=issuer, state=state, nonce=nonce, verifier=verifier, then=then, until=at + LASTS_FOR)


def cookie_of(state: str) -> str:
    """Under which use a browser keeps a way: one for each, since people have several tabs."""
    return f"way-{sha256(state.encode()).hexdigest()[:8]}"


def leading_to(endpoint: str, way: Way, client: Mapping[str, str]) -> str:
    """The address at which the issuer asks who somebody is; `client` are the parameters that are not of this way."""
    asked = {
        "response_type": "code",
        "scope": SCOPE,
        "state": way.state,
        "nonce": way.nonce,
        "code_challenge": way.challenge,
        "code_challenge_method": "S256",
    }
    return str(httpx.URL(endpoint).copy_merge_params({**asked, **client}))


def code_of(way: Way, answered: Mapping[str, str], *, names_itself: bool, at: datetime) -> str:
    """The code with which an issuer has sent a browser back on this way.

    Raises SignInFailed: "expired" if it is not the way on which the browser is, "declined" if the issuer or the
    person says no. `names_itself`: whether the issuer always says who answers (RFC 9207).
    """
    if at >= way.until or not compare_digest(way.state.encode(), answered.get("state", "").encode()):
        raise SignInFailed("expired")
    issuer = answered.get("iss")
    if (issuer is None and names_itself) or (issuer is not None and issuer.rstrip("/") != way.issuer):
        raise SignInFailed("declined")
    if "code" not in answered or "error" in answered:
        raise SignInFailed("declined")
    return answered["code"]
