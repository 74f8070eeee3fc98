"""Who fills which role, and what the reader may do about it (programme 1.3)."""

import pytest

from services.intake.domain.company.users import MarkRoleUnused
from services.intake.views.people import people
from shared.decider import Actor
from shared.errors import Refused
from tests.support.builders.intake import (
    FULL,
    OWNER,
    PROXY,
    READER,
    STRANGER,
    asked,
    company_after,
    company_in,
    offer,
    register,
)


@pytest.mark.parametrize(
    ("reader", "adds", "manages", "owns"),
    [
        (OWNER, 3, True, True),
        (PROXY, 3, True, False),
        (FULL, 2, False, False),
        (READER, 0, False, False),
    ],
)
def test_what_a_role_may_do_is_offered_and_nothing_else(reader: Actor, adds: int, *, manages: bool, owns: bool) -> None:
    shown = people(company_in("complete"), reader.subject)
    assert (len(shown.adds), shown.manages, shown.owns) == (adds, manages, owns)
    assert [user.subject for user in shown.managers] == [OWNER.subject, PROXY.subject]


def test_a_role_is_filled_unused_or_open() -> None:
    company, _ = company_after((register(), asked(MarkRoleUnused, role="full_access_user")))
    states = {role.role: role.state for role in people(company, OWNER.subject).roles}
    assert states == {
        "account_owner": "filled",
        "proxy_account_owner": "open",
        "full_access_user": "unused",
        "read_only_user": "open",
    }


def test_an_offer_is_the_successors_to_answer() -> None:
    company, _ = company_after([offer(FULL)], company_in("complete"))
    assert [people(company, person.subject).is_offered for person in (OWNER, PROXY, FULL)] == [False, False, True]
    successor = people(company, READER.subject).successor
    assert successor is not None
    assert successor.subject == FULL.subject


def test_strangers_see_nobody() -> None:
    with pytest.raises(Refused, match="not_found"):
        people(company_in("complete"), STRANGER.subject)
