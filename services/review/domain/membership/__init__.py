"""The membership of one company, from its approval to its end (programme 3.3). Pure: no clock, no ids, no I/O."""

from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, Literal, assert_never

from pydantic import Field, TypeAdapter

from services.review.domain.membership.benefits import granted
from services.review.domain.membership.state import (
    Absent,
    Active,
    Declaration,
    Ended,
    Member,
    Notice,
    State,
    Suspended,
    Term,
)
from shared.contracts import review as said
from shared.contracts.catalogue import Entitlement
from shared.contracts.event import Outgoing
from shared.contracts.pip_id import pip_id
from shared.contracts.review import ApplicationApproved, MembershipEvent
from shared.decider import Command, Decider, Fact, Tick
from shared.errors import Refused
from shared.model import Moment
from shared.programme.calendar import add_years, beginning_of, today

YEARS_TO_REVALIDATION = 4
MOST_EARLIER = 10

# --- what may be asked ---------------------------------------------------------------------------


class Activate(Command):
    kind: Literal["activate"] = "activate"
    approved: ApplicationApproved


class Suspend(Command):
    kind: Literal["suspend"] = "suspend"
    notice: Notice


class Reinstate(Command):
    kind: Literal["reinstate"] = "reinstate"
    notice: Notice


class Cancel(Command):
    kind: Literal["cancel"] = "cancel"
    notice: Notice


class Leave(Command):
    kind: Literal["leave"] = "leave"
    left_at: Moment


class NoteProfile(Command):
    kind: Literal["note_profile"] = "note_profile"
    declared: Declaration


MembershipCommand = Activate | Suspend | Reinstate | Cancel | Leave | NoteProfile | Tick

# --- what has happened ---------------------------------------------------------------------------


class MembershipActivated(Fact):
    kind: Literal["membership_activated"] = "membership_activated"
    term: Term


class MembershipSuspended(Fact):
    kind: Literal["membership_suspended"] = "membership_suspended"
    on: date
    notice: Notice


class MembershipReinstated(Fact):
    kind: Literal["membership_reinstated"] = "membership_reinstated"
    on: date
    notice: Notice


class MembershipCancelled(Fact):
    """Cancelled by the programme, with notice, or withdrawn by the member itself."""

    kind: Literal["membership_cancelled"] = "membership_cancelled"
    status: Literal["cancelled", "withdrawn"]
    on: date
    notice: Notice | None = None


class ProfileNoted(Fact):
    kind: Literal["profile_noted"] = "profile_noted"
    declared: Declaration


class RevalidationFellDue(Fact):
    kind: Literal["revalidation_fell_due"] = "revalidation_fell_due"


MembershipFact = (
    MembershipActivated
    | MembershipSuspended
    | MembershipReinstated
    | MembershipCancelled
    | ProfileNoted
    | RevalidationFellDue
)

# --- decide: command by command, then status by status --------------------------------------------


def decider(entitlements: tuple[Entitlement, ...]) -> Decider[MembershipCommand, State, MembershipFact]:
    return Decider(
        collection="memberships",
        source=MembershipEvent.SOURCE,
        absent=Absent(),
        states=TypeAdapter(Annotated[State, Field(discriminator="status")]),
        facts=TypeAdapter(Annotated[MembershipFact, Field(discriminator="kind")]),
        decide=partial(decide, entitlements=entitlements),
        evolve=evolve,
        publish=publish,
        due=due,
    )


def decide(
    command: MembershipCommand, state: State, entitlements: tuple[Entitlement, ...]
) -> tuple[MembershipFact, ...]:
    match command:
        case Activate():
            return _activate(command, state, entitlements)
        case Suspend():
            return _suspend(command, state)
        case Reinstate():
            return _reinstate(command, state)
        case Cancel():
            return _cancel(command, state)
        case Leave():
            return _leave(command, state)
        case NoteProfile():
            return _note_profile(command, state)
        case Tick():
            return _tick(command, state)
        case _:
            assert_never(command)


def _activate(command: Activate, state: State, entitlements: tuple[Entitlement, ...]) -> tuple[MembershipFact, ...]:
    approved = command.approved
    match state:
        case Active() | Suspended():
            return ()
        case Ended() if state.term.application_id == approved.application_id:
            return ()
        case Absent() | Ended():
            return (MembershipActivated(term=_term(approved, entitlements)),)
        case _:
            assert_never(state)


def _term(approved: ApplicationApproved, entitlements: tuple[Entitlement, ...]) -> Term:
    since = approved.approved_on
    return Term(
        company_id=approved.company_id,
        application_id=approved.application_id,
        pip_id=pip_id(str(approved.company_id)),
        member_since=since,
        revalidation_due_on=add_years(since, YEARS_TO_REVALIDATION),
        benefits=granted(entitlements, approved),
    )


def _suspend(command: Suspend, state: State) -> tuple[MembershipFact, ...]:
    match _running(state):
        case Active():
            return (MembershipSuspended(on=today(command.at), notice=command.notice),)
        case Suspended():
            return ()


def _reinstate(command: Reinstate, state: State) -> tuple[MembershipFact, ...]:
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


def _cancel(command: Cancel, state: State) -> tuple[MembershipFact, ...]:
    match state:
        case Absent():
            raise Refused("no_membership")
        case Active() | Suspended():
            return (MembershipCancelled(status="cancelled", on=today(command.at), notice=command.notice),)
        case Ended():
            return ()
        case _:
            assert_never(state)


def _leave(command: Leave, state: State) -> tuple[MembershipFact, ...]:
    runs = isinstance(state, Active | Suspended)
    return (MembershipCancelled(status="withdrawn", on=today(command.left_at)),) if runs else ()


def _note_profile(command: NoteProfile, state: State) -> tuple[MembershipFact, ...]:
    newer = state.declared is None or command.declared.revision > state.declared.revision
    return (ProfileNoted(declared=command.declared),) if newer else ()


def _tick(command: Tick, state: State) -> tuple[MembershipFact, ...]:
    moment = due(state)
    return (RevalidationFellDue(),) if moment and command.at >= moment else ()


# --- evolve, publish, due --------------------------------------------------------------------------


def evolve(state: State, fact: MembershipFact) -> State:
    match fact, state:
        case ProfileNoted(), _:
            return state.model_copy(update={"declared": fact.declared, "earlier": _earlier(state)})
        case MembershipActivated(term=term), _:
            return Active(**_known(state), term=term, status_since=term.member_since)
        case MembershipSuspended(), Member():
            return Suspended(**_known(state), term=state.term, status_since=fact.on)
        case MembershipReinstated(), Member():
            return Active(**_known(state), term=state.term, status_since=fact.on)
        case MembershipCancelled(), Member():
            return Ended(**_known(state), status=fact.status, term=state.term, status_since=fact.on)
        case RevalidationFellDue(), Member():
            return state.model_copy(update={"term": state.term.model_copy(update={"revalidation_fell_due": True})})
        case _:
            return state


def _known(state: State) -> dict[str, Any]:
    return {"declared": state.declared, "earlier": state.earlier}


def _earlier(state: State) -> tuple[Declaration, ...]:
    """So many of the latest as officers need to follow a change (programme 6.3)."""
    return (*state.earlier, *((state.declared,) if state.declared else ()))[-MOST_EARLIER:]


def publish(fact: MembershipFact, after: State) -> Outgoing | None:
    """Every change of status is told, each time with the whole membership."""
    match fact, after:
        case MembershipActivated(), Active():
            return _told(said.MembershipActivated, after, None)
        case MembershipSuspended(), Suspended():
            return _told(said.MembershipSuspended, after, fact.notice)
        case MembershipReinstated(), Active():
            return _told(said.MembershipReinstated, after, fact.notice)
        case MembershipCancelled(), Ended():
            return _told(said.MembershipCancelled, after, fact.notice)
        case _:
            return None


def _told(event: type[MembershipEvent], after: Active | Suspended | Ended, notice: Notice | None) -> Outgoing:
    term, ended = after.term, isinstance(after, Ended)
    return event(
        company_id=term.company_id,
        application_id=term.application_id,
        pip_id=term.pip_id,
        status=after.status,
        status_since=after.status_since,
        member_since=term.member_since,
        member_until=after.status_since if ended else None,
        revalidation_due_on=None if ended else term.revalidation_due_on,
        benefits=term.benefits if isinstance(after, Active) else (),
        message=notice and notice.message,
    ).outgoing()


def due(state: State) -> datetime | None:
    if not isinstance(state, Active | Suspended) or state.term.revalidation_fell_due:
        return None
    return beginning_of(state.term.revalidation_due_on)
