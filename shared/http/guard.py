"""Role-based access: a route admits some roles, and a caller who is admitted makes a call."""

from typing import Annotated, Any

from fastapi import Depends
from fastapi import Request as HttpRequest
from fastapi import Response as HttpResponse
from fastapi.dependencies.models import Dependant

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

    def role_of(self, caller: Caller) -> str:
        """The role in which a caller is admitted. Raises Refused("role_not_allowed")."""
        role = next((role for role in self.roles if role in caller.roles), TRADER if TRADER in self.roles else None)
        if role is None:
            raise Refused("role_not_allowed")
        return role

    async def __call__(
        self,
        request: HttpRequest,
        response: HttpResponse,
        caller: Annotated[Caller, Depends(authenticated)],
        headers: Annotated[CommandHeaders, Depends(command_headers)],
    ) -> Call:
        """Raises Refused("role_not_allowed")."""
        return Call(now(), caller.acting_as(self.role_of(caller)), caller, headers, request, response)


def allow(*roles: str) -> Any:
    """A dependency that admits these roles."""
    return Depends(Guard(*roles))


def guard_of(dependant: Dependant | None) -> Guard | None:
    """The guard among the dependencies of a route; none if anybody gets an answer."""
    for dependency in dependant.dependencies if dependant else ():
        if isinstance(dependency.call, Guard):
            return dependency.call
        if guard := guard_of(dependency):
            return guard
    return None
