"""What a disclosure notes: the profile, the consents and the membership of a company, and which day it is."""

from datetime import date
from typing import Literal, assert_never

from services.mra_exchange.domain.disclosure.consumed import ConsentInForce, DeclaredProfile, Membership
from services.mra_exchange.domain.disclosure.state import Disclosure
from shared.decider import Command, Fact, Tick
from shared.model import Moment
from shared.programme.calendar import today


class NoteProfile(Command):
    kind: Literal["note_profile"] = "note_profile"
    declared: DeclaredProfile


class NoteConsents(Command):
    kind: Literal["note_consents"] = "note_consents"
    in_force: tuple[ConsentInForce, ...]


class NoteMembership(Command):
    """`published_at`: when review published it, which is when a membership ended."""

    kind: Literal["note_membership"] = "note_membership"
    membership: Membership
    published_at: Moment


NotingCommand = NoteProfile | NoteConsents | NoteMembership


class DatedFact(Fact):
    """Something was noted, on which day and under which catalogue."""

    day: date
    catalogue_version: str


class ProfileNoted(DatedFact):
    kind: Literal["profile_noted"] = "profile_noted"
    declared: DeclaredProfile


class ConsentsNoted(DatedFact):
    kind: Literal["consents_noted"] = "consents_noted"
    in_force: tuple[ConsentInForce, ...]


class MembershipNoted(DatedFact):
    v: int = 2
    kind: Literal["membership_noted"] = "membership_noted"
    membership: Membership
    said_at: Moment


class ArrangementsNoted(DatedFact):
    kind: Literal["arrangements_noted"] = "arrangements_noted"


NotingFact = ProfileNoted | ConsentsNoted | MembershipNoted | ArrangementsNoted


def decide(command: NotingCommand | Tick, state: Disclosure, catalogue_version: str) -> NotingFact:
    day = max(state.day, today(command.at))
    match command:
        case NoteProfile():
            return ProfileNoted(day=day, catalogue_version=catalogue_version, declared=command.declared)
        case NoteConsents():
            return ConsentsNoted(day=day, catalogue_version=catalogue_version, in_force=command.in_force)
        case NoteMembership():
            return MembershipNoted(
                day=day,
                catalogue_version=catalogue_version,
                membership=command.membership,
                said_at=command.published_at,
            )
        case Tick():
            return ArrangementsNoted(day=day, catalogue_version=catalogue_version)
        case _:
            assert_never(command)


def evolve(state: Disclosure, fact: NotingFact) -> Disclosure:
    dated = {"day": fact.day, "catalogue_version": fact.catalogue_version}
    return state.model_copy(update={**dated, **_noted(fact)})


def _noted(fact: NotingFact) -> dict[str, object]:
    match fact:
        case ProfileNoted():
            return {"declared": fact.declared}
        case ConsentsNoted():
            return {"consents": {consent.administration: consent for consent in fact.in_force}}
        case MembershipNoted():
            ended = fact.membership.status in {"cancelled", "withdrawn"}
            return {"membership": fact.membership, "ended_at": fact.said_at if ended else None}
        case ArrangementsNoted():
            return {}
        case _:
            assert_never(fact)
