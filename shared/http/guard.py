"""Who may come in: a bearer token, one of the roles that a route admits, and the headers of a command."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import uuid4

from fastapi import Depends, Header, Security
from fastapi import Request as HttpRequest
from fastapi import Response as HttpResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from shared.clock import now
from shared.errors import Refused
from shared.http.call import Call
from shared.http.identity import Caller
from shared.http.state import ServiceState

TRADER = "trader"
_bearer = HTTPBearer(auto_error=False, description="A token of one of the accepted issuers")
_KEY = "A word of your own: the same request under the same key is done once, however often it is sent"
_ETAG = (
    "The ETag of what you read: refused with `stale` if it has changed since, unless something else refuses it first"
)


def allow(*roles: str) -> Any:
    """A dependency that admits these roles; `trader` is anybody with a valid token, judged by the company's data."""

    async def guard(
        request: HttpRequest,
        response: HttpResponse,
        bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
        key: Annotated[
            str | None,
            Header(
                alias="Idempotency-Key", min_length=1, max_length=200, description=_KEY, examples=["submit-2027-03-11"]
            ),
        ] = None,
        if_match: Annotated[
            str | None, Header(alias="If-Match", pattern=r'^(\*|"[0-9]{1,18}")$', description=_ETAG, examples=['"7"'])
        ] = None,
    ) -> Call:
        if bearer is None:
            raise Refused("unauthorised")
        caller: Caller = await ServiceState.of(request.app).identity.caller(bearer.credentials)
        role = next((role for role in roles if role in caller.roles), TRADER if TRADER in roles else None)
        if role is None:
            raise Refused("role_not_allowed")
        expected = None if if_match in {None, "*"} else int(str(if_match).strip('"'))
        return Call(
            now(), caller.acting_as(role), caller, key or str(uuid4()), key is not None, expected, request, response
        )

    guard.roles = roles  # type: ignore[attr-defined]
    return Depends(guard)


def guard_of(dependency: Callable[..., Any]) -> tuple[str, ...]:
    """The roles that a dependency admits; none if it guards nothing."""
    return getattr(dependency, "roles", ())


def deps() -> Any:
    """A dependency that hands endpoints what their service works with: its aggregates, catalogues and settings."""

    async def of(request: HttpRequest) -> Any:
        return ServiceState.of(request.app).deps

    return Depends(of)
