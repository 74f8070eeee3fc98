"""One membership as its officers see it beyond the API: what a change would lead to, and what has happened to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from services.review.domain.membership import MembershipCommand, MembershipFact, activation, described, message
from services.review.domain.membership.standing import (
    Cancel,
    MembershipCancelled,
    MembershipReinstated,
    MembershipSuspended,
    Reinstate,
    Suspend,
)
from services.review.domain.membership.state import Absent, Active, Ended, State, Suspended
from services.review.views.history import Happening, History, Wording, doer_of
from services.review.views.memberships import Memberships
from shared.contracts.catalogue import Catalogue, NamedBenefit, named
from shared.contracts.mra_exchange import PartnerRecord, partner_record
from shared.contracts.review import MembershipEvent
from shared.store.journal import Journal

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


async def history(
    memberships: Memberships, journal: Journal, company_id: str, reader: str, before: int | None
) -> History:
    """What has happened to a membership before a sequence, from the journal, which is a moment behind the state."""
    decider = memberships.decider
    entries = await journal.latest(decider.source, company_id, before, HAPPENINGS_AT_ONCE)
    following = entries[-1].sequence if len(entries) == HAPPENINGS_AT_ONCE and entries[-1].sequence > 1 else None
    lines = (Happening(_worded(decider.fact(entry.fact)), entry.at, *doer_of(entry.actor, reader)) for entry in entries)
    return History(tuple(lines), following)


def _worded(fact: MembershipFact) -> Wording:
    match fact:
        case activation.MembershipActivated():
            return Wording(fact.kind, day=fact.term.member_since)
        case MembershipSuspended() | MembershipReinstated():
            return Wording(fact.kind, day=fact.on, message=fact.notice.message, note=fact.notice.note)
        case MembershipCancelled(notice=notice):
            message, note = (notice.message, notice.note) if notice else (None, None)
            return Wording(f"membership_{fact.status}", day=fact.on, message=message, note=note)
        case _:
            return Wording(fact.kind)
