"""Where people sign in, renew their session and sign out, and to which page they come from there."""

import re
from datetime import datetime
from urllib.parse import urlencode

from shared.http.session.session import Session

SIGN_IN = "/session/sign-in"
SIGNED_IN = "/session/signed-in"
RENEW = "/session/renew"
SIGN_OUT = "/session/sign-out"
SIGNED_OUT = "/session/signed-out"
MOST_CHARACTERS = 1_000
_PAGE = re.compile(r"/(en|fr)(/[\w~-][\w.~-]*)*(\?[\w.~%=&+:@!$'()*,;/?-]*)?", re.ASCII)


def own_page(path: str) -> str | None:
    """The path if it is one of a page of this portal, query included; None if it may lead anywhere else."""
    return path if len(path) <= MOST_CHARACTERS and _PAGE.fullmatch(path) else None


def with_query(path: str, **query: str) -> str:
    return f"{path}?{urlencode(query)}"


def way_in(session: Session | None, then: str, at: datetime) -> str:
    """Where somebody goes whose session does not let them in: to have it renewed, or to sign in."""
    return with_query(RENEW if session and session.is_renewable(at) else SIGN_IN, then=then)
