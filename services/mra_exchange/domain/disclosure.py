"""What each foreign administration may know of one company, and what it was told last. Pure: no clock, no ids, no I/O.

No status machine but one rule (programme 3.6): whatever is heard, and whenever an arrangement begins or ends, what a
partner may know is compared with what it was told last, and the difference is told.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Annotated, Literal, assert_never
from uuid import UUID

from pydantic import Field, TypeAdapter

from services.mra_exchange.domain.consumed import FACT_UPCASTERS, STATE_UPCASTERS, Consent, Declared, Membership
from shared.contracts.catalogue import Catalogue, in_force
from shared.contracts.event import Outgoing
from shared.contracts.mra_exchange import PartnerRecord, member_shared, partner_record, sharing_ended
from shared.contracts.types import Administration, Code
from shared.decider import AggregateState, Command, Decider, Fact, Tick
from shared.model import Model, Moment
from shared.programme.calendar import beginning_of, today

SOURCE = "/mra_exchange/disclosures"
SEALED_AFTER = timedelta(hours=1)
InForce = frozenset[Administration]  # the partners whose arrangement is in force

Cause = Literal[
    "activated", "status", "profile", "consent_given", "consent_withdrawn", "arrangement_ended", "arrangement_begun"
]


# --- what may be asked ---------------------------------------------------------------------------


class NoteProfile(Command):
    kind: Literal["note_profile"] = "note_profile"
    declared: Declared


class NoteConsents(Command):
    kind: Literal["note_consents"] = "note_consents"
    in_force: tuple[Consent, ...]


class NoteMembership(Command):
    """`said_at`: when review said so, which is when a membership ended."""

    kind: Literal["note_membership"] = "note_membership"
    membership: Membership
    said_at: Moment


DisclosureCommand = NoteProfile | NoteConsents | NoteMembership | Tick

# --- what has happened ---------------------------------------------------------------------------


class Noted(Fact):
    """Something was heard, or time has passed: on which day and under which catalogue."""

    day: date
    catalogue_version: str


class ProfileNoted(Noted):
    kind: Literal["profile_noted"] = "profile_noted"
    declared: Declared


class ConsentsNoted(Noted):
    kind: Literal["consents_noted"] = "consents_noted"
    in_force: tuple[Consent, ...]


class MembershipNoted(Noted):
    v: int = 2
    kind: Literal["membership_noted"] = "membership_noted"
    membership: Membership
    said_at: Moment


class ArrangementsNoted(Noted):
    kind: Literal["arrangements_noted"] = "arrangements_noted"


class Told(Fact):
    """The n-th message to one administration about this member."""

    administration: Administration
    pip: Code
    n: int
    at: Moment


class RecordShared(Told):
    kind: Literal["record_shared"] = "record_shared"
    record: PartnerRecord
    consent_id: UUID
    cause: Cause


class SharingStopped(Told):
    kind: Literal["sharing_stopped"] = "sharing_stopped"
    cause: Cause


class SharingSealed(Told):
    """The end was said again under the same number, so that the broker drops the record (programme 5.3)."""

    kind: Literal["sharing_sealed"] = "sharing_sealed"


Note = ProfileNoted | ConsentsNoted | MembershipNoted | ArrangementsNoted
DisclosureFact = Note | RecordShared | SharingStopped | SharingSealed

# --- what is true now ----------------------------------------------------------------------------


class Partner(Model):
    """An administration that was told of this member. `place`: in its feed; `seal_due`: when the end is said again."""

    pip: Code
    n: int
    last: PartnerRecord | None
    place: str
    seal_due: Moment | None = None


class Disclosure(AggregateState):
    """`day` is the latest that was seen, so that a message that comes late brings no ended arrangement back."""

    v: int = 2
    declared: Declared | None = None
    membership: Membership | None = None
    ended_at: Moment | None = None
    consents: dict[Administration, Consent] = Field(default_factory=dict)
    partners: dict[Administration, Partner] = Field(default_factory=dict)
    day: date = date.min
    catalogue_version: str = ""


def desired(state: Disclosure, administration: Administration, partners: InForce) -> PartnerRecord | None:
    """What one administration may know, where `partners` are in force; None is nothing."""
    consent = state.consents.get(administration)
    if administration not in partners or consent is None or state.declared is None or state.membership is None:
        return None
    if state.ended_at is None:
        return partner_record(state.declared.name, state.declared.address, state.membership)
    if consent.given_at > state.ended_at:
        return None
    told = state.partners.get(administration)
    known = told.last if told and told.last else state.declared
    return partner_record(known.name, known.address, state.membership)


# --- decide: note what was heard, then settle ------------------------------------------------------


def decider(catalogue: Catalogue) -> Decider[DisclosureCommand, Disclosure, DisclosureFact]:
    return Decider(
        collection="disclosures",
        source=SOURCE,
        absent=Disclosure(),
        states=TypeAdapter(Disclosure),
        facts=TypeAdapter(Annotated[DisclosureFact, Field(discriminator="kind")]),
        decide=partial(decide, catalogue=catalogue),
        evolve=evolve,
        publish=publish,
        due=partial(due, catalogue=catalogue),
        fact_upcasters=FACT_UPCASTERS,
        state_upcasters=STATE_UPCASTERS,
    )


def decide(command: DisclosureCommand, state: Disclosure, catalogue: Catalogue) -> tuple[DisclosureFact, ...]:
    note = _note(command, max(state.day, today(command.at)), catalogue.version)
    after = evolve(state, note)
    news = () if after == state else (note,)
    return (*news, *_settle(command, after, in_force(catalogue, after.day), _cause(note, state)))


def _note(command: DisclosureCommand, day: date, version: str) -> Note:
    match command:
        case NoteProfile():
            return ProfileNoted(day=day, catalogue_version=version, declared=command.declared)
        case NoteConsents():
            return ConsentsNoted(day=day, catalogue_version=version, in_force=command.in_force)
        case NoteMembership():
            return MembershipNoted(
                day=day, catalogue_version=version, membership=command.membership, said_at=command.said_at
            )
        case Tick():
            return ArrangementsNoted(day=day, catalogue_version=version)
        case _:
            assert_never(command)


def _settle(command: DisclosureCommand, state: Disclosure, partners: InForce, cause: Cause) -> Iterator[DisclosureFact]:
    """Tells every administration the difference between what it may know and what it was told last."""
    for administration in sorted({*state.consents, *state.partners}):
        record = desired(state, administration, partners)
        told = state.partners.get(administration)
        if record and (told is None or told.last != record):
            yield RecordShared(
                administration=administration,
                pip=record.identifiers.pip,
                n=told.n + 1 if told else 1,
                at=command.at,
                record=record,
                consent_id=state.consents[administration].consent_id,
                cause=cause,
            )
        elif told and told.last and not record:
            why = _cause_of_end(state, administration, partners)
            yield SharingStopped(administration=administration, pip=told.pip, n=told.n + 1, at=command.at, cause=why)
        elif isinstance(command, Tick) and told and told.seal_due and told.seal_due <= command.at:
            yield SharingSealed(administration=administration, pip=told.pip, n=told.n, at=command.at)


def _cause(note: Note, before: Disclosure) -> Cause:
    """Why a record is shared, by what was noted."""
    match note:
        case ProfileNoted():
            return "profile"
        case ConsentsNoted():
            return "consent_given"
        case MembershipNoted():
            was_member = before.membership is not None and before.ended_at is None
            return "status" if was_member or note.membership.status != "active" else "activated"
        case ArrangementsNoted():
            return "arrangement_begun"
        case _:
            assert_never(note)


def _cause_of_end(state: Disclosure, administration: Administration, partners: InForce) -> Cause:
    if administration not in state.consents:
        return "consent_withdrawn"
    return "status" if administration in partners else "arrangement_ended"


# --- evolve, publish, due --------------------------------------------------------------------------


def evolve(state: Disclosure, fact: DisclosureFact) -> Disclosure:
    match fact:
        case RecordShared():
            partner = Partner(pip=fact.pip, n=fact.n, last=fact.record, place=place(fact.at, fact.pip))
        case SharingStopped():
            partner = Partner(
                pip=fact.pip, n=fact.n, last=None, place=place(fact.at, fact.pip), seal_due=fact.at + SEALED_AFTER
            )
        case SharingSealed():
            partner = state.partners[fact.administration].model_copy(update={"seal_due": None})
        case ProfileNoted() | ConsentsNoted() | MembershipNoted() | ArrangementsNoted():
            return state.model_copy(update=_learned(fact))
        case _:
            assert_never(fact)
    return state.model_copy(update={"partners": {**state.partners, fact.administration: partner}})


def _learned(note: Note) -> dict[str, object]:
    seen = {"day": note.day, "catalogue_version": note.catalogue_version}
    match note:
        case ProfileNoted():
            return {**seen, "declared": note.declared}
        case ConsentsNoted():
            return {**seen, "consents": {consent.administration: consent for consent in note.in_force}}
        case MembershipNoted():
            ended = note.membership.status in {"cancelled", "withdrawn"}
            return {**seen, "membership": note.membership, "ended_at": note.said_at if ended else None}
        case ArrangementsNoted():
            return seen
        case _:
            assert_never(note)


def place(at: datetime, pip: str = "") -> str:
    """The place of a change in a partner's feed: by moment, then PIP number; without one, before all of that moment."""
    return f"{at.isoformat(timespec='milliseconds')}/{pip}"


def publish(fact: DisclosureFact, _after: Disclosure) -> Outgoing | None:
    match fact:
        case RecordShared():
            return member_shared(fact.administration, fact.record, fact.n)
        case SharingStopped() | SharingSealed():
            return sharing_ended(fact.administration, fact.pip, fact.n)
        case _:
            return None


def due(state: Disclosure, catalogue: Catalogue) -> datetime | None:
    """The next pending seal, or the next day on which the arrangement with a consented partner begins or ends."""
    seals = (partner.seal_due for partner in state.partners.values() if partner.seal_due)
    periods = (one.in_force for one in catalogue.administrations if one.code in state.consents)
    turns = (day for period in periods for day in (period.since, period.until) if day and day > state.day)
    return min((*seals, *map(beginning_of, turns)), default=None)
