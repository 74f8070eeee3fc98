"""Who may act for a company outside intake: its team, as intake published it last (programme 3.7).

To a person who is not on the team the company does not exist. What its users may do, each service decides; as officers
they may do nothing about their own company.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal, Self
from uuid import UUID

from pydantic import TypeAdapter

from shared.bus.subscriptions import Addressed, Consumed
from shared.contracts.intake import CompanyUsersChanged
from shared.contracts.moved import CompanyUsersChangedOnIntake
from shared.contracts.types import CompanyRole, Name
from shared.decider import AggregateState, Command, Decider, Fact
from shared.errors import Refused
from shared.handling import Aggregate
from shared.model import Model

COLLECTION = "company_teams"
EARLIER = "teams"  # as releases up to 0.3.0 kept them (docs/decisions/0032)


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

    def role_of(self, subject: str) -> CompanyRole | None:
        return next((user.role for user in self.users if user.subject == subject), None)


Teams = Aggregate[ReplaceTeam, Team, TeamReplaced]


def decider(service: str, collection: str = COLLECTION) -> Decider[ReplaceTeam, Team, TeamReplaced]:
    """The team of one company, as this service keeps it."""
    return Decider(
        collection=collection,
        source=f"/{service}/{collection}",
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
    command = ReplaceTeam(at=consumed.at, actor=consumed.actor, users=_users(event))
    return (Addressed(COLLECTION, str(event.company_id), command),)


def replace_earlier(event: CompanyUsersChangedOnIntake, consumed: Consumed) -> tuple[Addressed, ...]:
    """As `replace`, for what intake publishes until it is replaced too."""
    command = ReplaceTeam(at=consumed.at, actor=consumed.actor, users=_users(event))
    return (Addressed(EARLIER, str(event.company_id), command),)


def _users(event: CompanyUsersChanged) -> tuple[User, ...]:
    return tuple(User.model_validate(user, from_attributes=True) for user in event.users)


def admit(team: Team, subject: str, roles: Collection[CompanyRole]) -> None:
    """Raises Refused: "not_found" for strangers, "role_not_allowed" for users who have none of the roles."""
    role = team.role_of(subject)
    if role is None:
        raise Refused("not_found")
    if role not in roles:
        raise Refused("role_not_allowed")


@dataclass(frozen=True)
class KnownTeams:
    """The teams that a service knows. Of a company that is not among the `present` ones, the `earlier` one counts."""

    present: Teams
    earlier: Teams | None = None

    @classmethod
    def both(cls, keep: Callable[[Decider[ReplaceTeam, Team, TeamReplaced]], Teams], service: str) -> Self:
        """Of a service that kept teams before."""
        return cls(keep(decider(service)), keep(decider(service, EARLIER)))

    async def find(self, company_id: UUID) -> Team | None:
        """The team of a company; None while it is unknown here."""
        for teams in (self.present, self.earlier):
            if teams and (found := await teams.find({"_id": str(company_id)}, limit=1)):
                return found[0].state
        return None

    async def require(self, company_id: UUID, subject: str, roles: Collection[CompanyRole]) -> None:
        """As `admit`, for a company by its id; raises Refused("not_found") also if the company is not known here."""
        admit(await self.find(company_id) or Team(), subject, roles)

    async def require_impartial(self, company_id: UUID, subject: str, *, acting: bool) -> None:
        """Raises Refused: "not_impartial" to a user of the company, "team_unknown" to who acts before it is known."""
        team = await self.find(company_id)
        if team is None and acting:
            raise Refused("team_unknown")
        if team and team.role_of(subject):
            raise Refused("not_impartial")
