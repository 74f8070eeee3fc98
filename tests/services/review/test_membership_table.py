"""Every command in every status of a membership, row by row as the table of programme.md 3.3 has it: its facts, or its refusal."""

from datetime import timedelta

import pytest

from services.review.domain import membership
from tests.support.deciding import cells, kinds_of, outcome_of
from tests.support.samples_memberships import ON_THE_DAY, STATES, activate, cancel, leave, note_profile, reinstate, suspend
from tests.support.samples_review import MEMBERSHIPS, approved, tick

RUNNING, ENDED, ANY = "active suspended", "cancelled withdrawn", "absent active suspended cancelled withdrawn"

# What is done; then each outcome, and in which statuses.
TABLE: dict[str, tuple[membership.Asked, dict[str, str]]] = {
    "Activate": (activate(approved(application="application/2")), {"membership_activated": f"absent {ENDED}", "()": RUNNING}),
    "Activate, heard again": (activate(), {"membership_activated": "absent", "()": f"{RUNNING} {ENDED}"}),
    "Suspend": (
        suspend(),
        {"no_membership": "absent", "membership_suspended": "active", "()": "suspended", "membership_ended": ENDED},
    ),
    "Reinstate": (
        reinstate(),
        {"no_membership": "absent", "()": "active", "membership_reinstated": "suspended", "membership_ended": ENDED},
    ),
    "Cancel": (cancel(), {"no_membership": "absent", "membership_cancelled": RUNNING, "()": ENDED}),
    "Leave": (leave(), {"membership_cancelled": RUNNING, "()": f"absent {ENDED}"}),
    "NoteProfile": (note_profile(), {"profile_noted": ANY}),
    "Tick on the day": (tick(ON_THE_DAY), {"revalidation_fell_due": RUNNING, "()": f"absent {ENDED}"}),
    "Tick before the day": (tick(ON_THE_DAY - timedelta(milliseconds=1)), {"()": ANY}),
}


@pytest.mark.parametrize(("row", "status", "outcome"), cells({row: outcomes for row, (_, outcomes) in TABLE.items()}, STATES))
def test_the_table(row: str, status: str, outcome: str) -> None:
    assert outcome_of(MEMBERSHIPS, TABLE[row][0], STATES[status]) == outcome


def test_every_command_has_its_row() -> None:
    assert {command.kind for command, _ in TABLE.values()} == kinds_of(membership.Asked)
