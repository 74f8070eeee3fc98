"""Authenticates a request by its bearer token, against the issuers that the service trusts."""

from typing import Annotated

from fastapi import Request as HttpRequest
from fastapi import Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from shared.errors import Refused
from shared.http.identity import Caller
from shared.http.state import ServiceState

_bearer = HTTPBearer(auto_error=False, description="A token of one of the accepted issuers")


async def authenticated(
    request: HttpRequest, bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
) -> Caller:
    """The caller. Raises Refused("unauthorised"), or Unavailable if an issuer does not give its keys."""
    if bearer is None:
        raise Refused("unauthorised")
    return await ServiceState.of(request.app).identity.caller(bearer.credentials)
