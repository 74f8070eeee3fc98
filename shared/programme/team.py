"""Who may act for a company outside intake: its team, as intake published it last (programme.md 3.7).

To a person who is not on the team the company does not exist.
"""

from collections.abc import Collection
from typing import Literal
from uuid import UUID

from pydantic import TypeAdapter

from shared.bus.subscriptions import Addressed, Consumed
from shared.contracts.intake import CompanyUsersChanged
from shared.contracts.types import CompanyRole, Name
from shared.decider import AggregateState, Command, Decider, Fact
from shared.errors import Refused
from shared.handling import Aggregate
from shared.model import Model

COLLECTION = "teams"


class User(Model):
    """Who may act for the company, and as what."""

    subject: Name
    role: CompanyRole


class ReplaceTeam(Command):
    kind: Literal["replace_team"] = "replace_team"
    users: tuple[User, ...]


class TeamReplaced(Fact):
    kind: Literal["team_replaced"] = "team_replaced"
    users: tuple[User, ...]


class Team(AggregateState):
    users: tuple[User, ...] = ()


Teams = Aggregate[ReplaceTeam, Team, TeamReplaced]


def decider(source: str) -> Decider[ReplaceTeam, Team, TeamReplaced]:
    """The team of one company, kept by the service that `source` names, as "/site_validation/teams"."""
    return Decider(
        collection=COLLECTION,
        source=source,
        absent=Team(),
        states=TypeAdapter(Team),
        facts=TypeAdapter(TeamReplaced),
        decide=_decide,
        evolve=_evolve,
    )


def _decide(command: ReplaceTeam, state: Team) -> tuple[TeamReplaced, ...]:
    return () if command.users == state.users else (TeamReplaced(users=command.users),)


def _evolve(_state: Team, fact: TeamReplaced) -> Team:
    return Team(users=fact.users)


def replace(event: CompanyUsersChanged, consumed: Consumed) -> tuple[Addressed, ...]:
    """The command that the message becomes, for SUBSCRIPTIONS."""
    users = tuple(User.model_validate(user, from_attributes=True) for user in event.users)
    return (
        Addressed(COLLECTION, str(event.company_id), ReplaceTeam(at=consumed.at, actor=consumed.actor, users=users)),
    )


def admit(team: Team, subject: str, roles: Collection[CompanyRole] = ()) -> None:
    """Raises Refused: "not_found" if not on the team, "role_not_allowed" if in none of the roles, if any are named."""
    held = next((user.role for user in team.users if user.subject == subject), None)
    if held is None:
        raise Refused("not_found")
    if roles and held not in roles:
        raise Refused("role_not_allowed")


async def require(teams: Teams, company_id: UUID, subject: str, *roles: CompanyRole) -> None:
    """As `admit`, for a company by its id; a company that is not known here is not found either."""
    admit((await teams.read(str(company_id))).state, subject, roles)
