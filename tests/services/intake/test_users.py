import pytest

from services.intake.domain.company.state import User
from services.intake.domain.company.users import MOST_USERS, AddedRole, MarkRoleUnused, RoleMarkedUnused, UserAdded
from shared.contracts.intake import CompanyUsersChanged
from shared.decider import Actor
from tests.support.deciding import refusal
from tests.support.samples_intake import (
    DECIDER,
    FULL,
    OWNER,
    PROXY,
    READER,
    ROLES,
    STRANGER,
    add_user,
    asked,
    change_profile,
    company_in,
    consent,
    lived,
    submit,
    withdraw,
)


def test_a_new_user_is_active_at_once_and_announced_without_name_or_address() -> None:
    after, facts = lived([add_user("full_access_user")], company_in("registered"))
    assert isinstance(facts[0], UserAdded)
    assert after.role_of(FULL.subject) == "full_access_user"
    outgoing = DECIDER.publish(facts[0], after)
    assert outgoing is not None
    assert [user.subject for user in CompanyUsersChanged.read(outgoing.body or "").users] == [OWNER.subject, FULL.subject]
    assert "Okoro" not in (outgoing.body or "")
    assert "@" not in (outgoing.body or "")


@pytest.mark.parametrize(
    ("by", "role", "code"),
    [
        (OWNER, "proxy_account_owner", ""),
        (PROXY, "proxy_account_owner", ""),
        (FULL, "proxy_account_owner", "role_not_yours"),
        (FULL, "full_access_user", ""),
        (FULL, "read_only_user", ""),
        (READER, "read_only_user", "role_not_allowed"),
        (STRANGER, "read_only_user", "not_found"),
    ],
)
def test_who_may_add_whom(by: Actor, role: AddedRole, code: str) -> None:
    assert refusal(DECIDER, add_user(role, by=by, urn="nour"), company_in("complete")) == code


def test_nobody_is_added_twice() -> None:
    assert refusal(DECIDER, add_user("full_access_user", urn=READER.subject), company_in("complete")) == "already_user"


def test_a_company_has_at_most_fifty_users() -> None:
    crowd = tuple(User(subject=f"urn-{n}", role="read_only_user") for n in range(MOST_USERS - 2))
    before = company_in("registered")
    almost = before.model_copy(update={"users": (*before.users, *crowd)})
    assert refusal(DECIDER, add_user("read_only_user"), almost) == ""
    full = almost.model_copy(update={"users": (*almost.users, User(subject="urn-last", role="read_only_user"))})
    assert refusal(DECIDER, add_user("read_only_user"), full) == "too_many_users"


def test_a_role_is_marked_unused_once_until_somebody_fills_it() -> None:
    unused = asked(MarkRoleUnused, role="read_only_user")
    after, facts = lived([unused, unused], company_in("registered"))
    assert facts == (RoleMarkedUnused(role="read_only_user"),)
    assert after.unused_roles == ("read_only_user",)
    assert lived([add_user("read_only_user")], after)[0].unused_roles == ()


def test_a_role_that_somebody_has_is_not_unused() -> None:
    assert refusal(DECIDER, asked(MarkRoleUnused, role="read_only_user"), company_in("complete")) == "role_in_use"


@pytest.mark.parametrize(("by", "code"), [(PROXY, ""), (FULL, "role_not_allowed"), (READER, "role_not_allowed")])
def test_who_may_mark_a_role_unused(by: Actor, code: str) -> None:
    before = company_in("complete")
    without = before.model_copy(update={"users": tuple(user for user in before.users if user.subject in {OWNER.subject, by.subject})})
    spare = next(role for role in ROLES if ROLES[role] != by)
    assert refusal(DECIDER, asked(MarkRoleUnused, by=by, role=spare), without) == code


def test_only_the_owner_submits_and_consents_but_the_proxy_may_withdraw_a_consent() -> None:
    before, _ = lived([consent("US")], company_in("complete"))
    assert refusal(DECIDER, submit(by=PROXY), before) == "owner_only"
    assert refusal(DECIDER, consent("JP", by=PROXY), before) == "owner_only"
    assert refusal(DECIDER, withdraw("US", by=PROXY), before) == ""
    assert refusal(DECIDER, withdraw("US", by=FULL), before) == "role_not_allowed"


@pytest.mark.parametrize(("by", "code"), [(PROXY, ""), (FULL, ""), (READER, "role_not_allowed"), (STRANGER, "not_found")])
def test_who_may_edit(by: Actor, code: str) -> None:
    assert refusal(DECIDER, change_profile(by=by, operating_name="Boreal North"), company_in("complete")) == code


def test_nobody_acts_for_a_company_that_is_not_registered() -> None:
    assert refusal(DECIDER, change_profile(), DECIDER.absent) == "not_found"
