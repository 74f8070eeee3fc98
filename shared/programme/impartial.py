"""Officers' routes about one company: nobody acts as an officer on a company of which it is a user (programme 3.7)."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Protocol
from uuid import UUID

from fastapi import Depends

from shared.http.call import Call
from shared.http.guard import allow
from shared.http.openapi import refuses
from shared.http.state import deps
from shared.programme.team import KnownTeams

About = Callable[..., Awaitable[UUID]]  # a dependency: the company that a route is about


class KnowsTeams(Protocol):
    @property
    def teams(self) -> KnownTeams: ...


def acting(about: About, *roles: str) -> Any:
    """A dependency of a command: admits officers in these roles who are not on the team of the company."""

    @refuses("not_impartial", "team_unknown")
    async def admitted(
        call: Annotated[Call, allow(*roles)],
        company: Annotated[UUID, Depends(about)],
        known: Annotated[KnowsTeams, deps()],
    ) -> Call:
        await known.teams.require_impartial(company, call.caller.subject, acting=True)
        return call

    return Depends(admitted)


def reading(about: About, *roles: str) -> Any:
    """As `acting`, for what officers read of one company, which they also may while its team is unknown."""

    @refuses("not_impartial")
    async def admitted(
        call: Annotated[Call, allow(*roles)],
        company: Annotated[UUID, Depends(about)],
        known: Annotated[KnowsTeams, deps()],
    ) -> Call:
        await known.teams.require_impartial(company, call.caller.subject, acting=False)
        return call

    return Depends(admitted)
