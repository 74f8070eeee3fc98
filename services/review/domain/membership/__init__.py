"""The membership of one company, from its approval to its end (programme 3.3). One module per part of its life."""

from functools import partial
from typing import Annotated, assert_never

from pydantic import Field, TypeAdapter

from services.review.domain.membership import activation, profile, revalidation, standing
from services.review.domain.membership.earlier import FACT_UPCASTERS, STATE_UPCASTERS
from services.review.domain.membership.state import Absent, Active, Ended, MembershipNotice, State, Suspended
from shared.contracts import review as published
from shared.contracts.catalogue import Entitlement
from shared.contracts.event import Outgoing
from shared.contracts.review import MembershipEvent
from shared.decider import Decider, Refusals, Tick

MembershipCommand = activation.Activate | standing.StandingCommand | profile.NoteProfile | Tick
MembershipFact = (
    activation.MembershipActivated | standing.StandingFact | profile.ProfileNoted | revalidation.RevalidationFellDue
)
REFUSES: Refusals = standing.REFUSES


def decider(entitlements: tuple[Entitlement, ...]) -> Decider[MembershipCommand, State, MembershipFact]:
    """`entitlements`: which benefits go with which line of business."""
    return Decider(
        collection="memberships",
        source=MembershipEvent.SOURCE,
        absent=Absent(),
        states=TypeAdapter(Annotated[State, Field(discriminator="status")]),
        facts=TypeAdapter(Annotated[MembershipFact, Field(discriminator="kind")]),
        decide=partial(decide, entitlements=entitlements),
        evolve=evolve,
        refuses=REFUSES,
        publish=publish,
        due=revalidation.due,
        fact_upcasters=FACT_UPCASTERS,
        state_upcasters=STATE_UPCASTERS,
    )


def decide(
    command: MembershipCommand, state: State, entitlements: tuple[Entitlement, ...]
) -> tuple[MembershipFact, ...]:
    match command:
        case activation.Activate():
            return activation.activate(command, state, entitlements)
        case standing.Suspend() | standing.Reinstate() | standing.Cancel() | standing.Leave():
            return standing.decide(command, state)
        case profile.NoteProfile():
            return profile.note(command, state)
        case Tick():
            return revalidation.tick(command, state)
        case _:
            assert_never(command)


def evolve(state: State, fact: MembershipFact) -> State:
    match fact:
        case activation.MembershipActivated():
            return activation.evolve(state, fact)
        case standing.MembershipSuspended() | standing.MembershipReinstated() | standing.MembershipCancelled():
            return standing.evolve(state, fact)
        case profile.ProfileNoted():
            return profile.evolve(state, fact)
        case revalidation.RevalidationFellDue():
            return revalidation.evolve(state, fact)
        case _:
            assert_never(fact)


def publish(fact: MembershipFact, after: State) -> Outgoing | None:
    event = message(fact, after)
    return event.outgoing() if event else None


def message(fact: MembershipFact, after: State) -> MembershipEvent | None:
    """Every change of status is published, each time with the whole membership."""
    match fact, after:
        case activation.MembershipActivated(), Active():
            return described(published.MembershipActivated, after)
        case standing.MembershipSuspended(), Suspended():
            return described(published.MembershipSuspended, after, fact.notice)
        case standing.MembershipReinstated(), Active():
            return described(published.MembershipReinstated, after, fact.notice)
        case standing.MembershipCancelled(), Ended():
            return described(published.MembershipCancelled, after, fact.notice)
        case _:
            return None


def described(
    event: type[MembershipEvent], member: Active | Suspended | Ended, notice: MembershipNotice | None = None
) -> MembershipEvent:
    """The whole membership, as messages have it."""
    term, ended = member.term, isinstance(member, Ended)
    return event(
        company_id=term.company_id,
        application_id=term.application_id,
        pip_id=term.pip_id,
        status=member.status,
        status_since=member.status_since,
        member_since=term.member_since,
        member_until=member.status_since if ended else None,
        revalidation_due_on=None if ended else term.revalidation_due_on,
        benefits=term.benefits if isinstance(member, Active) else (),
        message=notice and notice.message,
    )
