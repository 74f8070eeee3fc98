"""Every command in every status of the membership (programme 3.3)."""

from datetime import timedelta

import pytest

from services.review.domain import membership
from tests.support.builders.memberships import (
    LIVES,
    ON_THE_DAY,
    activate,
    cancel,
    leave,
    membership_in,
    note_profile,
    reinstate,
    suspend,
)
from tests.support.builders.review import MEMBERSHIPS, approved, tick
from tests.support.builders.tables import assert_whole, cells, declared, in_cells, what_comes

COMMANDS: dict[str, tuple[membership.MembershipCommand, ...]] = {
    "Activate": (activate(approved(application="application/2")),),
    "Activate again": (activate(),),
    "Suspend": (suspend(),),
    "Reinstate": (reinstate(),),
    "Cancel": (cancel(),),
    "Leave": (leave(),),
    "NoteProfile": (note_profile(),),
    "Tick on the day": (tick(ON_THE_DAY),),
    "Tick before the day": (tick(ON_THE_DAY - timedelta(milliseconds=1)),),
}
TABLE = """
command             | absent              | active              | suspended            | cancelled withdrawn
Activate            | MembershipActivated | ()                  | ()                   | MembershipActivated
Activate again      | MembershipActivated | ()                  | ()                   | ()
Suspend             | `no_membership`     | MembershipSuspended | ()                   | `membership_ended`
Reinstate           | `no_membership`     | ()                  | MembershipReinstated | `membership_ended`
Cancel              | `no_membership`     | MembershipCancelled | MembershipCancelled  | ()
Leave               | ()                  | MembershipCancelled | MembershipCancelled  | ()
NoteProfile         | ProfileNoted        | ProfileNoted        | ProfileNoted         | ProfileNoted
Tick on the day     | ()                  | RevalidationFellDue | RevalidationFellDue  | ()
Tick before the day | ()                  | ()                  | ()                   | ()
"""
CELLS = cells(TABLE)


@pytest.mark.parametrize(("command", "life", "outcome"), CELLS)
def test_what_a_command_does(command: str, life: str, outcome: str) -> None:
    assert what_comes(MEMBERSHIPS, COMMANDS[command], membership_in(life)) == outcome


def test_the_table_is_whole() -> None:
    assert_whole(CELLS, COMMANDS, LIVES, membership.MembershipCommand)


def test_every_refusal_that_is_declared_stands_in_the_table() -> None:
    assert in_cells(CELLS, COMMANDS) == declared(MEMBERSHIPS)
