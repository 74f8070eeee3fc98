"""The team of a company: replaced as a whole, and asked whether a person may act."""

from datetime import UTC, datetime
from typing import get_args
from uuid import UUID

import pytest
from hypothesis import given as each
from hypothesis import strategies as st

from shared.bus.subscriptions import Addressed, Consumed
from shared.contracts.intake import CompanyUsersChanged
from shared.contracts.moved import CompanyUsersChangedOnIntake
from shared.contracts.types import CompanyRole
from shared.decider import Actor, Decider
from shared.errors import Refused
from shared.programme import team
from shared.programme.team import KnownTeams, ReplaceTeam, Team, TeamReplaced, Teams, User, admit
from shared.relays import Relays
from shared.store.client import Database
from shared.store.documents import Documents
from tests.support.builders.deciding import assert_fold_law, given
from tests.support.servers.kernel import enveloped

COMPANY = UUID("00000000-0000-4000-8000-000000000001")
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
CONSUMED = Consumed(at=NOON, actor=Actor(subject="/intake/companies", role="service"), handled_at=NOON)
ODILE = User(subject="urn-odile", role="account_owner")
AMIR = User(subject="urn-amir", role="read_only_user")
EVERYBODY: tuple[CompanyRole, ...] = get_args(CompanyRole)
TEAMS, EARLIER = team.decider("site_validation"), team.decider("site_validation", team.EARLIER)


def replacing(*users: User) -> ReplaceTeam:
    return ReplaceTeam(at=CONSUMED.at, actor=CONSUMED.actor, users=users)


def test_each_service_keeps_its_own_teams() -> None:
    assert (TEAMS.collection, TEAMS.source) == ("company_teams", "/site_validation/company_teams")
    assert (EARLIER.collection, EARLIER.source) == ("teams", "/site_validation/teams")


def test_the_first_announcement_makes_the_team() -> None:
    assert TEAMS.decide(replacing(ODILE), given(TEAMS)) == (TeamReplaced(users=(ODILE,)),)


def test_an_announcement_replaces_the_whole_team() -> None:
    assert given(TEAMS, TeamReplaced(users=(ODILE, AMIR)), TeamReplaced(users=(AMIR,))) == Team(users=(AMIR,))


def test_the_same_team_again_is_nothing_new() -> None:
    assert TEAMS.decide(replacing(ODILE), given(TEAMS, TeamReplaced(users=(ODILE,)))) == ()


def test_no_team_is_ever_published() -> None:
    fact = TeamReplaced(users=(ODILE,))
    assert TEAMS.publish(fact, given(TEAMS, fact)) is None


@each(st.lists(st.lists(st.sampled_from((ODILE, AMIR)), max_size=2).map(tuple)))
def test_a_team_is_the_fold_of_its_facts(teams: list[tuple[User, ...]]) -> None:
    assert_fold_law(TEAMS, [replacing(*users) for users in teams])


def test_intakes_announcement_goes_to_the_team_of_that_company() -> None:
    event = CompanyUsersChanged.model_validate({"company_id": COMPANY, "users": (dict(ODILE), dict(AMIR))})
    assert team.replace(event, CONSUMED) == (Addressed("company_teams", str(COMPANY), replacing(ODILE, AMIR)),)


def test_what_intake_of_before_announces_goes_to_the_earlier_team() -> None:
    event = CompanyUsersChangedOnIntake.model_validate({"company_id": COMPANY, "users": (dict(ODILE),)})
    assert team.replace_earlier(event, CONSUMED) == (Addressed("teams", str(COMPANY), replacing(ODILE)),)


@pytest.mark.parametrize("roles", [("account_owner",), ("proxy_account_owner", "account_owner"), EVERYBODY])
def test_who_holds_one_of_the_roles_is_admitted(roles: tuple[CompanyRole, ...]) -> None:
    admit(Team(users=(ODILE, AMIR)), "urn-odile", roles)


@pytest.mark.parametrize(
    ("users", "subject", "roles", "code"),
    [
        ((), "urn-odile", EVERYBODY, "not_found"),
        ((AMIR,), "urn-odile", EVERYBODY, "not_found"),
        ((AMIR,), "urn-odile", ("account_owner",), "not_found"),
        ((ODILE, AMIR), "urn-amir", ("account_owner", "full_access_user"), "role_not_allowed"),
    ],
)
def test_who_is_not_is_refused(
    users: tuple[User, ...], subject: str, roles: tuple[CompanyRole, ...], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        admit(Team(users=users), subject, roles)
    assert refused.value.code == code


# --- which of two teams counts --------------------------------------------------------------------


@pytest.fixture
def known(database: Database) -> KnownTeams:
    def keep(kind: Decider[ReplaceTeam, Team, TeamReplaced]) -> Teams:
        return Teams(kind, Documents(database, kind.collection), Relays())

    return KnownTeams.both(keep, "site_validation")


async def announced(teams: Teams | None, *users: User) -> None:
    assert teams
    await teams.handle(str(COMPANY), replacing(*users), enveloped())


async def test_the_earlier_team_counts_until_there_is_a_present_one(known: KnownTeams) -> None:
    assert await known.find(COMPANY) is None
    await announced(known.earlier, ODILE)
    assert await known.find(COMPANY) == Team(users=(ODILE,))
    await announced(known.present, AMIR)
    await announced(known.earlier, ODILE, AMIR)
    assert await known.find(COMPANY) == Team(users=(AMIR,))


async def test_who_acts_as_an_officer_is_no_user_and_the_users_are_known(known: KnownTeams) -> None:
    async def refused(subject: str, *, acting: bool) -> str:
        try:
            await known.require_impartial(COMPANY, subject, acting=acting)
        except Refused as refusal:
            return refusal.code
        return ""

    assert [await refused("urn-ada", acting=acting) for acting in (True, False)] == ["team_unknown", ""]
    await announced(known.present, ODILE, AMIR)
    assert [await refused("urn-ada", acting=acting) for acting in (True, False)] == ["", ""]
    assert [await refused("urn-amir", acting=acting) for acting in (True, False)] == ["not_impartial"] * 2


async def test_nobody_is_a_user_of_an_unknown_company(known: KnownTeams) -> None:
    with pytest.raises(Refused, match="not_found"):
        await known.require(COMPANY, "urn-odile", EVERYBODY)
    await announced(known.present, ODILE)
    await known.require(COMPANY, "urn-odile", EVERYBODY)
