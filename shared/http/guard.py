"""Role-based access: a route admits some roles, and a caller who is admitted makes a call."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends
from fastapi import Request as HttpRequest
from fastapi import Response as HttpResponse

from shared.clock import now
from shared.errors import Refused
from shared.http.authenticate import authenticated
from shared.http.call import Call
from shared.http.envelope import CommandHeaders, command_headers
from shared.http.identity import Caller

TRADER = "trader"


class Guard:
    """Admits callers with one of these roles, in the first that they have.

    `trader` admits anybody with a valid token; what such a caller may do is judged by the data of the company.
    """

    def __init__(self, *roles: str) -> None:
        self.roles = roles

    async def __call__(
        self,
        request: HttpRequest,
        response: HttpResponse,
        caller: Annotated[Caller, Depends(authenticated)],
        headers: Annotated[CommandHeaders, Depends(command_headers)],
    ) -> Call:
        """Raises Refused: "role_not_allowed", or "malformed" if a parameter of the query comes twice."""
        role = next((role for role in self.roles if role in caller.roles), TRADER if TRADER in self.roles else None)
        if role is None:
            raise Refused("role_not_allowed")
        if len(request.query_params.multi_items()) > len(request.query_params):
            raise Refused("malformed", field="query", details=({"where": "query", "code": "repeated"},))
        return Call(now(), caller.acting_as(role), caller, headers, request, response)


def allow(*roles: str) -> Any:
    """A dependency that admits these roles."""
    return Depends(Guard(*roles))


def guard_of(dependency: Callable[..., Any] | None) -> tuple[str, ...]:
    """The roles that a dependency admits; none if it guards nothing."""
    return dependency.roles if isinstance(dependency, Guard) else ()
