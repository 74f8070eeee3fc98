"""What becomes of a membership: suspended, reinstated or cancelled by the programme, or left by the member."""

from datetime import date
from typing import Literal, assert_never

from services.review.domain.membership.state import (
    Absent,
    Active,
    Ended,
    Member,
    MembershipNotice,
    State,
    Suspended,
    known,
)
from shared.decider import Command, Fact, Refusals
from shared.errors import Refused
from shared.model import Moment
from shared.programme.calendar import today


class Suspend(Command):
    kind: Literal["suspend"] = "suspend"
    notice: MembershipNotice


class Reinstate(Command):
    kind: Literal["reinstate"] = "reinstate"
    notice: MembershipNotice


class Cancel(Command):
    kind: Literal["cancel"] = "cancel"
    notice: MembershipNotice


class Leave(Command):
    kind: Literal["leave"] = "leave"
    left_at: Moment


class MembershipSuspended(Fact):
    kind: Literal["membership_suspended"] = "membership_suspended"
    on: date
    notice: MembershipNotice


class MembershipReinstated(Fact):
    kind: Literal["membership_reinstated"] = "membership_reinstated"
    on: date
    notice: MembershipNotice


class MembershipCancelled(Fact):
    """Cancelled by the programme, with notice, or withdrawn by the member itself."""

    kind: Literal["membership_cancelled"] = "membership_cancelled"
    status: Literal["cancelled", "withdrawn"]
    on: date
    notice: MembershipNotice | None = None


StandingCommand = Suspend | Reinstate | Cancel | Leave
StandingFact = MembershipSuspended | MembershipReinstated | MembershipCancelled
REFUSES: Refusals = {
    Suspend: ("no_membership", "membership_ended"),
    Reinstate: ("no_membership", "membership_ended"),
    Cancel: ("no_membership",),
}


def decide(command: StandingCommand, state: State) -> tuple[StandingFact, ...]:
    match command:
        case Suspend():
            return suspend(command, state)
        case Reinstate():
            return reinstate(command, state)
        case Cancel():
            return cancel(command, state)
        case Leave():
            return leave(command, state)
        case _:
            assert_never(command)


def suspend(command: Suspend, state: State) -> tuple[MembershipSuspended, ...]:
    match _running(state):
        case Active():
            return (MembershipSuspended(on=today(command.at), notice=command.notice),)
        case Suspended():
            return ()


def reinstate(command: Reinstate, state: State) -> tuple[MembershipReinstated, ...]:
    match _running(state):
        case Active():
            return ()
        case Suspended():
            return (MembershipReinstated(on=today(command.at), notice=command.notice),)


def _running(state: State) -> Active | Suspended:
    match state:
        case Absent():
            raise Refused("no_membership")
        case Ended():
            raise Refused("membership_ended")
        case _:
            return state


def cancel(command: Cancel, state: State) -> tuple[MembershipCancelled, ...]:
    match state:
        case Absent():
            raise Refused("no_membership")
        case Active() | Suspended():
            return (MembershipCancelled(status="cancelled", on=today(command.at), notice=command.notice),)
        case Ended():
            return ()
        case _:
            assert_never(state)


def leave(command: Leave, state: State) -> tuple[MembershipCancelled, ...]:
    runs = isinstance(state, Active | Suspended)
    return (MembershipCancelled(status="withdrawn", on=today(command.left_at)),) if runs else ()


def evolve(state: State, fact: StandingFact) -> State:
    match fact, state:
        case MembershipSuspended(), Member():
            return Suspended(**known(state), term=state.term, status_since=fact.on)
        case MembershipReinstated(), Member():
            return Active(**known(state), term=state.term, status_since=fact.on)
        case MembershipCancelled(), Member():
            return Ended(**known(state), status=fact.status, term=state.term, status_since=fact.on)
        case _:
            return state
