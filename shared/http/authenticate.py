"""Authenticates a request before its body is read: by its bearer token, or by the session of its browser."""

from typing import Annotated

from fastapi import Request as HttpRequest
from fastapi import Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param

from shared.clock import now
from shared.errors import Refused
from shared.http.identity import Caller
from shared.http.language import language_of_page
from shared.http.session.origin import require_same_origin
from shared.http.state import ServiceState

_bearer = HTTPBearer(auto_error=False, description="A token of one of the accepted issuers")


READS = frozenset({"GET", "HEAD"})


async def authenticate(request: HttpRequest) -> Caller:
    """The caller. Raises Refused("unauthorised"), or Unavailable if an issuer does not give its keys.

    A page knows people by their session alone; an endpoint takes a session only where nothing is changed.
    """
    scheme, token = get_authorization_scheme_param(request.headers.get("authorization"))
    is_page = language_of_page(request.url.path) is not None
    if scheme.lower() == "bearer" and token and not is_page:
        return await ServiceState.of(request.app).identity.caller(token)
    if is_page or request.method in READS:
        return _of_session(request)
    raise Refused("unauthorised")


def _of_session(request: HttpRequest) -> Caller:
    """Who is signed in. Raises Refused: "unauthorised", or "cross_site" for what another site's page has sent."""
    sessions = ServiceState.of(request.app).sessions
    session = sessions and sessions.read(request)
    if sessions is None or session is None or not session.is_fresh(now()):
        raise Refused("unauthorised")
    if request.method not in READS:
        require_same_origin(request, sessions.origin)
    return sessions.caller(session)


def caller_of_over(request: HttpRequest) -> Caller | None:
    """Whose session was good and is not fresh any more, at a form of our own pages; None for everybody else."""
    sessions, at = ServiceState.of(request.app).sessions, now()
    session = sessions and sessions.read(request)
    if sessions is None or session is None or session.is_fresh(at) or at >= session.ends_at:
        return None
    require_same_origin(request, sessions.origin)
    return sessions.caller(session)


async def authenticated(
    request: HttpRequest, _: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
) -> Caller:
    """The caller as admission has authenticated it; the document of the service shows that a token is needed.

    Raises Refused("unauthorised") where admission has let a form pass only to be kept.
    """
    caller: Caller | None = request.state.caller
    if caller is None:
        raise Refused("unauthorised")
    return caller
