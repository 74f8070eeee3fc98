"""The company's profile beside its membership, as the company declared it last and before (programme 6.3)."""

from typing import Literal

from services.review.domain.membership.state import ProfileDeclaration, State
from shared.decider import Command, Fact

MOST_EARLIER = 10  # declarations, as many as officers need to follow a change


class NoteProfile(Command):
    kind: Literal["note_profile"] = "note_profile"
    declared: ProfileDeclaration


class ProfileNoted(Fact):
    v: int = 2
    kind: Literal["profile_noted"] = "profile_noted"
    declared: ProfileDeclaration


def note(command: NoteProfile, state: State) -> tuple[ProfileNoted, ...]:
    newer = state.declared is None or command.declared.revision > state.declared.revision
    return (ProfileNoted(declared=command.declared),) if newer else ()


def evolve(state: State, fact: ProfileNoted) -> State:
    earlier = (*state.earlier, *((state.declared,) if state.declared else ()))[-MOST_EARLIER:]
    return state.model_copy(update={"declared": fact.declared, "earlier": earlier})
