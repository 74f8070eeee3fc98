"""Authenticates a request by its bearer token, against the issuers that the service trusts, before its body is read."""

from typing import Annotated

from fastapi import Request as HttpRequest
from fastapi import Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param

from shared.errors import Refused
from shared.http.identity import Caller
from shared.http.state import ServiceState

_bearer = HTTPBearer(auto_error=False, description="A token of one of the accepted issuers")


async def authenticate(request: HttpRequest) -> Caller:
    """The caller. Raises Refused("unauthorised"), or Unavailable if an issuer does not give its keys."""
    scheme, token = get_authorization_scheme_param(request.headers.get("authorization"))
    if scheme.lower() != "bearer" or not token:
        raise Refused("unauthorised")
    return await ServiceState.of(request.app).identity.caller(token)


async def authenticated(
    request: HttpRequest, _: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
) -> Caller:
    """The caller as admission has authenticated it; the document of the service shows that a token is needed."""
    caller: Caller = request.state.caller
    return caller
