"""Every input at every point of the disclosure's life (programme 3.6): it is noted, then published to one partner."""

import pytest

from services.mra_exchange.domain.disclosure import DisclosureCommand, decider
from tests.support.builders.mra_exchange import (
    CATALOGUE,
    PIER,
    consent,
    consents,
    disclosure_after,
    membership,
    profile,
    tick,
)
from tests.support.builders.tables import assert_whole, cells, declared, in_cells, what_comes

DISCLOSURES = decider(CATALOGUE)
GIVEN = consents(1, consent("US", 1))
SHARED: tuple[DisclosureCommand, ...] = (profile(0), GIVEN, membership(2))
STOPPED = (*SHARED, consents(3))
LIVES: dict[str, tuple[DisclosureCommand, ...]] = {
    "absent": (),
    "declared": (profile(0),),
    "consented": (profile(0), GIVEN),
    "activated": (profile(0), membership(2)),
    "shared": SHARED,
    "suspended": (*SHARED, membership(3, "suspended")),
    "stopped": STOPPED,
    "sealed": (*STOPPED, tick(4)),
    "ended": (*SHARED, membership(3, "cancelled")),
}
COMMANDS: dict[str, tuple[DisclosureCommand, ...]] = {
    "NoteProfile": (profile(4),),
    "NoteProfile with another address": (profile(4, address=PIER),),
    "NoteConsents given": (GIVEN,),
    "NoteConsents withdrawn": (consents(4),),
    "NoteMembership active": (membership(4),),
    "NoteMembership suspended": (membership(4, "suspended"),),
    "NoteMembership cancelled": (membership(3, "cancelled"),),
    "Tick in the same hour": (tick(3.5),),
    "Tick an hour later": (tick(4),),
    "Tick another day": (tick(24),),
}
TABLE = """
command     | absent       | declared consented activated shared suspended stopped sealed ended
NoteProfile | ProfileNoted | ()

command                          | absent declared consented activated stopped sealed ended | shared suspended
NoteProfile with another address | ProfileNoted                                             | ProfileNoted, RecordShared

command            | absent        | declared      | activated stopped sealed    | consented shared suspended ended
NoteConsents given | ConsentsNoted | ConsentsNoted | ConsentsNoted, RecordShared | ()

command                | absent consented | declared activated stopped sealed | shared suspended ended
NoteConsents withdrawn | ConsentsNoted    | ()                                | ConsentsNoted, SharingStopped

command               | absent declared | activated shared stopped sealed | consented suspended ended
NoteMembership active | MembershipNoted | ()                              | MembershipNoted, RecordShared

command                  | untold          | consented shared ended        | suspended
NoteMembership suspended | MembershipNoted | MembershipNoted, RecordShared | ()

command                  | untold          | consented shared suspended    | ended
NoteMembership cancelled | MembershipNoted | MembershipNoted, RecordShared | ()

command               | absent            | declared consented activated shared suspended stopped sealed ended
Tick in the same hour | ArrangementsNoted | ()

command            | absent            | stopped       | declared consented activated shared suspended sealed ended
Tick an hour later | ArrangementsNoted | SharingSealed | ()

command          | absent declared consented activated shared suspended sealed ended | stopped
Tick another day | ArrangementsNoted                                                 | ArrangementsNoted, SharingSealed
"""
CELLS = cells(TABLE, untold=("absent", "declared", "activated", "stopped", "sealed"))


@pytest.mark.parametrize(("command", "life", "outcome"), CELLS)
def test_what_a_command_does(command: str, life: str, outcome: str) -> None:
    assert what_comes(DISCLOSURES, COMMANDS[command], disclosure_after(*LIVES[life])[0]) == outcome


def test_the_table_is_whole() -> None:
    assert_whole(CELLS, COMMANDS, LIVES, DisclosureCommand)


def test_nothing_is_refused() -> None:
    assert in_cells(CELLS, COMMANDS) == declared(DISCLOSURES) == set()
