"""One membership as its officers see it beyond the API: what a change would lead to, and what has happened to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from services.review.domain.membership import MembershipCommand, MembershipFact, activation, described, message
from services.review.domain.membership.profile import ProfileNoted
from services.review.domain.membership.standing import (
    Cancel,
    MembershipCancelled,
    MembershipReinstated,
    MembershipSuspended,
    Reinstate,
    Suspend,
)
from services.review.domain.membership.state import Absent, Active, Ended, MembershipNotice, State, Suspended
from services.review.views.memberships import Memberships
from shared.contracts.catalogue import Catalogue, NamedBenefit, named
from shared.contracts.mra_exchange import PartnerRecord, partner_record
from shared.contracts.review import MembershipEvent
from shared.decider import Actor
from shared.store.journal import Entry, Journal

HAPPENINGS_AT_ONCE = 50
Change = Literal["suspension", "reinstatement", "cancellation"]
COMMANDS: Mapping[Change, type[Suspend | Reinstate | Cancel]] = {
    "suspension": Suspend,
    "reinstatement": Reinstate,
    "cancellation": Cancel,
}

# --- what a change would lead to ------------------------------------------------------------------


@dataclass(frozen=True)
class Outlook:
    """A membership as its company reads it, and the record of it that partners get where the company consents.

    The record is None until the company has declared a profile.
    """

    event: MembershipEvent
    benefits: tuple[NamedBenefit, ...]
    record: PartnerRecord | None


def changes_of(state: State) -> tuple[Change, ...]:
    """What an officer can make of a membership."""
    match state:
        case Active():
            return "suspension", "cancellation"
        case Suspended():
            return "reinstatement", "cancellation"
        case Absent() | Ended():
            return ()


def standing(state: Active | Suspended | Ended, catalogue: Catalogue) -> Outlook:
    """The membership as it is."""
    return _outlook(described(MembershipEvent, state), state, catalogue)


def foreseen(
    memberships: Memberships, command: MembershipCommand, state: State, catalogue: Catalogue
) -> Outlook | None:
    """What a command would make of a membership; None if it would change nothing. Raises Refused."""
    for fact in memberships.decider.decide(command, state):
        after = memberships.decider.evolve(state, fact)
        if event := message(fact, after):
            return _outlook(event, after, catalogue)
    return None


def _outlook(event: MembershipEvent, state: State, catalogue: Catalogue) -> Outlook:
    profile = state.declared.profile if state.declared else None
    record = partner_record(profile.legal_name, profile.address, event) if profile else None
    return Outlook(event, named(catalogue, event.benefits), record)


# --- what has happened ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Happening:
    """A fact: the key of its words, the day from which it holds, who did it when, and what was written with it."""

    key: str
    at: datetime
    actor: Actor
    day: date | None = None
    notice: MembershipNotice | None = None


@dataclass(frozen=True)
class History:
    """One page, the newest first. `next`: the sequence before which the next page ends; None on the last."""

    happenings: tuple[Happening, ...]
    next: int | None


async def history(memberships: Memberships, journal: Journal, company_id: str, before: int | None) -> History:
    """What has happened to a membership before a sequence, from the journal, which is a moment behind the state."""
    decider = memberships.decider
    entries = await journal.latest(decider.source, company_id, before, HAPPENINGS_AT_ONCE)
    following = entries[-1].sequence if len(entries) == HAPPENINGS_AT_ONCE and entries[-1].sequence > 1 else None
    return History(tuple(_happening(entry, decider.fact(entry.fact)) for entry in entries), following)


def _happening(entry: Entry, fact: MembershipFact) -> Happening:
    actor = Actor(**entry.actor)
    match fact:
        case activation.MembershipActivated():
            return Happening(fact.kind, entry.at, actor, fact.term.member_since)
        case MembershipSuspended() | MembershipReinstated():
            return Happening(fact.kind, entry.at, actor, fact.on, fact.notice)
        case MembershipCancelled():
            return Happening(f"membership_{fact.status}", entry.at, actor, fact.on, fact.notice)
        case ProfileNoted():
            return Happening(fact.kind, entry.at, actor, fact.declared.declared_at.date())
        case _:
            return Happening(fact.kind, entry.at, actor)
