"""What each partner is sent: a record when it may know something new, an end when it may know nothing any more."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal, assert_never
from uuid import UUID

from services.mra_exchange.domain.disclosure.noting import (
    ArrangementsNoted,
    ConsentsNoted,
    MembershipNoted,
    NotingFact,
    ProfileNoted,
)
from services.mra_exchange.domain.disclosure.state import Disclosure, Recipient
from shared.contracts.event import Outgoing
from shared.contracts.mra_exchange import PartnerRecord, member_shared, partner_record, sharing_ended
from shared.contracts.types import Administration, Code
from shared.decider import Command, Fact, Tick
from shared.model import Moment

SEALED_AFTER = timedelta(hours=1)
Arranged = frozenset[Administration]  # the partners whose arrangement is in force
SharingCause = Literal[
    "activated", "status", "profile", "consent_given", "consent_withdrawn", "arrangement_ended", "arrangement_begun"
]


class PartnerFact(Fact):
    """The n-th message to one administration about this member."""

    administration: Administration
    pip: Code
    n: int
    at: Moment


class RecordShared(PartnerFact):
    kind: Literal["record_shared"] = "record_shared"
    record: PartnerRecord
    consent_id: UUID
    cause: SharingCause


class SharingStopped(PartnerFact):
    kind: Literal["sharing_stopped"] = "sharing_stopped"
    cause: SharingCause


class SharingSealed(PartnerFact):
    """The end is repeated under the same number, so that the broker drops the record (programme 5.3)."""

    kind: Literal["sharing_sealed"] = "sharing_sealed"


SharingFact = RecordShared | SharingStopped | SharingSealed


def desired(state: Disclosure, administration: Administration, arranged: Arranged) -> PartnerRecord | None:
    """What one administration may know; None is nothing."""
    consent = state.consents.get(administration)
    if administration not in arranged or consent is None or state.declared is None or state.membership is None:
        return None
    if state.ended_at is None:
        return partner_record(state.declared.name, state.declared.address, state.membership)
    if consent.given_at > state.ended_at:
        return None
    recipient = state.partners.get(administration)
    known = recipient.last if recipient and recipient.last else state.declared
    return partner_record(known.name, known.address, state.membership)


def decide(command: Command, state: Disclosure, arranged: Arranged, cause: SharingCause) -> Iterator[SharingFact]:
    """For every administration the difference between what it may know and what it was sent last."""
    for administration in sorted({*state.consents, *state.partners}):
        record = desired(state, administration, arranged)
        sent = state.partners.get(administration)
        if record and (sent is None or sent.last != record):
            yield RecordShared(
                administration=administration,
                pip=record.identifiers.pip,
                n=sent.n + 1 if sent else 1,
                at=command.at,
                record=record,
                consent_id=state.consents[administration].consent_id,
                cause=cause,
            )
        elif sent and sent.last and not record:
            why = _cause_of_end(state, administration, arranged)
            yield SharingStopped(administration=administration, pip=sent.pip, n=sent.n + 1, at=command.at, cause=why)
        elif isinstance(command, Tick) and sent and sent.seal_due and sent.seal_due <= command.at:
            yield SharingSealed(administration=administration, pip=sent.pip, n=sent.n, at=command.at)


def cause_of(noted: NotingFact, before: Disclosure) -> SharingCause:
    """Why a record is shared, by what was noted."""
    match noted:
        case ProfileNoted():
            return "profile"
        case ConsentsNoted():
            return "consent_given"
        case MembershipNoted():
            was_member = before.membership is not None and before.ended_at is None
            return "status" if was_member or noted.membership.status != "active" else "activated"
        case ArrangementsNoted():
            return "arrangement_begun"
        case _:
            assert_never(noted)


def _cause_of_end(state: Disclosure, administration: Administration, arranged: Arranged) -> SharingCause:
    if administration not in state.consents:
        return "consent_withdrawn"
    return "status" if administration in arranged else "arrangement_ended"


def evolve(state: Disclosure, fact: SharingFact) -> Disclosure:
    match fact:
        case RecordShared():
            recipient = _recipient(fact, fact.record)
        case SharingStopped():
            recipient = _recipient(fact, None, seal_due=fact.at + SEALED_AFTER)
        case SharingSealed():
            recipient = state.partners[fact.administration].model_copy(update={"seal_due": None})
        case _:
            assert_never(fact)
    return state.model_copy(update={"partners": {**state.partners, fact.administration: recipient}})


def _recipient(fact: PartnerFact, last: PartnerRecord | None, seal_due: Moment | None = None) -> Recipient:
    return Recipient(pip=fact.pip, n=fact.n, last=last, place=feed_position(fact.at, fact.pip), seal_due=seal_due)


def feed_position(at: datetime, pip: str) -> str:
    """Where a change stands in a partner's feed: by moment, then PIP number."""
    return f"{at.isoformat(timespec='milliseconds')}/{pip}"


def message(fact: SharingFact) -> Outgoing:
    match fact:
        case RecordShared():
            return member_shared(fact.administration, fact.record, fact.n)
        case SharingStopped() | SharingSealed():
            return sharing_ended(fact.administration, fact.pip, fact.n)
        case _:
            assert_never(fact)
