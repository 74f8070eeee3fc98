import pytest

from services.intake.domain.company import CompanyCommand
from services.intake.domain.company.state import User
from services.intake.domain.company.users import (
    MOST_USERS,
    ChangeUserRole,
    MarkRoleUnused,
    RemoveUser,
    RoleMarkedUnused,
    UserAdded,
    UserRoleChanged,
    section,
)
from shared.contracts.intake import CompanyUsersChanged
from shared.decider import Actor
from tests.support.builders.deciding import refusal
from tests.support.builders.intake import (
    COMPANIES,
    FULL,
    OWNER,
    PROXY,
    READER,
    add_user,
    asked,
    change_profile,
    company_after,
    company_in,
)


def test_a_new_user_is_active_at_once_and_announced_without_name_or_address() -> None:
    after, facts = company_after([add_user("full_access_user")], company_in("registered"))
    assert isinstance(facts[0], UserAdded)
    assert after.role_of(FULL.subject) == "full_access_user"
    outgoing = COMPANIES.publish(facts[0], after)
    assert outgoing is not None
    assert [user.subject for user in CompanyUsersChanged.read(outgoing.body or "").users] == [
        OWNER.subject,
        FULL.subject,
    ]
    assert "Okoro" not in (outgoing.body or "")
    assert "@" not in (outgoing.body or "")


def test_nobody_is_added_twice() -> None:
    assert (
        refusal(COMPANIES, add_user("full_access_user", urn=READER.subject), company_in("complete")) == "already_user"
    )


def test_a_company_has_at_most_fifty_users() -> None:
    crowd = tuple(User(subject=f"urn-{n}", role="read_only_user") for n in range(MOST_USERS - 2))
    before = company_in("registered")
    almost = before.model_copy(update={"users": (*before.users, *crowd)})
    assert refusal(COMPANIES, add_user("read_only_user"), almost) == ""
    full = almost.model_copy(update={"users": (*almost.users, User(subject="urn-last", role="read_only_user"))})
    assert refusal(COMPANIES, add_user("read_only_user"), full) == "too_many_users"


def test_a_role_is_marked_unused_once_until_somebody_fills_it() -> None:
    unused = asked(MarkRoleUnused, role="read_only_user")
    after, facts = company_after([unused, unused], company_in("registered"))
    assert facts == (RoleMarkedUnused(role="read_only_user"),)
    assert after.unused_roles == ("read_only_user",)
    assert company_after([add_user("read_only_user")], after)[0].unused_roles == ()


def test_a_role_that_somebody_has_is_not_unused() -> None:
    assert refusal(COMPANIES, asked(MarkRoleUnused, role="read_only_user"), company_in("complete")) == "role_in_use"


@pytest.mark.parametrize(
    "command", [asked(ChangeUserRole, urn="nour", role="read_only_user"), asked(RemoveUser, urn="nour")]
)
def test_nobody_is_changed_or_removed_who_is_not_there(command: CompanyCommand) -> None:
    assert refusal(COMPANIES, command, company_in("complete")) == "unknown_user"


@pytest.mark.parametrize("by", [OWNER, PROXY])
def test_the_owner_hands_ownership_over_before_another_role_or_none(by: Actor) -> None:
    for command in (
        asked(ChangeUserRole, by=by, urn=OWNER.subject, role="read_only_user"),
        asked(RemoveUser, by=by, urn=OWNER.subject),
    ):
        assert refusal(COMPANIES, command, company_in("complete")) == "owner_must_transfer"


def test_a_user_in_another_role_fills_it_and_leaves_the_old_one_open() -> None:
    unused = company_after(
        [asked(RemoveUser, urn=READER.subject), asked(MarkRoleUnused, role="read_only_user")], company_in("complete")
    )[0]
    demote = asked(ChangeUserRole, urn=FULL.subject, role="read_only_user")
    after, facts = company_after([demote, demote], unused)
    assert facts == (UserRoleChanged(subject=FULL.subject, role="read_only_user"),)
    assert (after.role_of(FULL.subject), after.unused_roles) == ("read_only_user", ())
    assert [(lack.where, lack.code) for lack in section(after).missing] == [("users/full_access_user", "role_open")]


def test_a_removed_user_is_a_stranger_and_the_others_learn_of_it() -> None:
    after, facts = company_after([asked(RemoveUser, urn=FULL.subject)], company_in("complete"))
    assert refusal(COMPANIES, change_profile(by=FULL), after) == "not_found"
    outgoing = COMPANIES.publish(facts[0], after)
    assert outgoing is not None
    assert [user.subject for user in CompanyUsersChanged.read(outgoing.body or "").users] == [
        user.subject for user in company_in("complete").users if user.subject != FULL.subject
    ]


def test_nobody_acts_for_a_company_that_is_not_registered() -> None:
    assert refusal(COMPANIES, change_profile(), COMPANIES.absent) == "not_found"
