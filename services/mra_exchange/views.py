"""What partners read of members, and companies of what was told; only this file knows which stored fields are read."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from services.mra_exchange.catalogue import LogTexts
from services.mra_exchange.domain.disclosure import (
    Cause,
    Disclosure,
    DisclosureCommand,
    DisclosureFact,
    Partner,
    RecordShared,
    SharingSealed,
    SharingStopped,
    place,
)
from shared.contracts.catalogue import Labels
from shared.contracts.mra_exchange import PartnerRecord
from shared.contracts.types import Administration, Code
from shared.errors import Refused
from shared.handling import Aggregate
from shared.i18n import Text
from shared.model import Model, Moment
from shared.store.journal import Entry, Journal

OVERLAP = timedelta(seconds=60)
ENDS_KEPT = timedelta(days=30)
Disclosures = Aggregate[DisclosureCommand, Disclosure, DisclosureFact]


def indexes(administration: Administration) -> tuple[str, str]:
    """The stored paths by which one partner's members are found, and its changes read in order."""
    partner = _partner(administration)
    return f"{partner}.pip", f"{partner}.place"


def _partner(administration: Administration) -> str:
    return f"state.partners.{administration}"


# --- a partner's members --------------------------------------------------------------------------


class Filter(Model):
    """From where on: `after` is `next` of the page before."""

    limit: Annotated[int, Field(ge=1, le=500)] = 100
    after: Annotated[str, Field(max_length=400, examples=["eyJyZWFkIjoiMjAyNyJ9"])] | None = None


class Members(Model):
    """One page of current records; `next` is None on the last."""

    members: tuple[PartnerRecord, ...]
    next: str | None


async def members(disclosures: Disclosures, administration: Administration, wanted: Filter) -> Members:
    """The records that this partner has now, in order of their PIP numbers."""
    partner = _partner(administration)
    query = {f"{partner}.pip": {"$gt": wanted.after or ""}, f"{partner}.last": {"$ne": None}}
    found = await disclosures.find(query, sort=f"{partner}.pip", limit=wanted.limit)
    records = [last for one in found if (last := one.state.partners[administration].last)]
    return Members(members=tuple(records), next=records[-1].identifiers.pip if len(records) == wanted.limit else None)


async def member(disclosures: Disclosures, administration: Administration, pip: str) -> PartnerRecord:
    """One record. Raises Refused("not_found") alike for what never was a member, is not shared, or no longer."""
    for one in await disclosures.find({f"{_partner(administration)}.pip": pip}, limit=1):
        if record := one.state.partners[administration].last:
            return record
    raise Refused("not_found")


# --- a partner's changes --------------------------------------------------------------------------


class Cursor(Model):
    """How far a partner has read in this round of pages; it holds nothing of other partners, and no company id.

    The next round begins at `again`, a minute before this one did, because a slower replica may write a change late.
    """

    read: str
    again: str | None = None
    members_only: bool = False

    def token(self) -> str:
        return urlsafe_b64encode(self.model_dump_json().encode()).decode()


class Shared(Model):
    """The n-th message about a member: its record now."""

    pip: Code
    n: int
    record: PartnerRecord


class Ended(Model):
    """The n-th message about a member: it is shared no longer."""

    pip: Code
    n: int
    ended: Literal[True] = True


class Changes(Model):
    """Changes in the order of time; `next` goes on from here, at once when there are more."""

    changes: tuple[Shared | Ended, ...]
    next: str
    more: bool


def opened(token: str | None, at: datetime) -> Cursor:
    """The cursor in a token, or one at the beginning. Raises Refused: "malformed", or "cursor_expired" if too old."""
    again = place(at - OVERLAP)
    if token is None:
        return Cursor(read="", again=again, members_only=True)
    try:
        cursor = Cursor.model_validate_json(urlsafe_b64decode(token))
    except ValueError:
        raise Refused("malformed", field="after") from None
    if ((cursor.members_only and cursor.again) or cursor.read) < place(at - ENDS_KEPT):
        raise Refused("cursor_expired", field="after")
    return cursor if cursor.again else cursor.model_copy(update={"again": again})


async def changes(disclosures: Disclosures, administration: Administration, cursor: Cursor, limit: int) -> Changes:
    """What changed for this partner since the cursor, each member as it is now; from the start, current ones alone."""
    partner = _partner(administration)
    query: dict[str, Any] = {f"{partner}.place": {"$gt": cursor.read}}
    if cursor.members_only:
        query[f"{partner}.last"] = {"$ne": None}
    found = await disclosures.find(query, sort=f"{partner}.place", limit=limit)
    partners = [one.state.partners[administration] for one in found]
    more = len(partners) == limit
    following = (
        cursor.model_copy(update={"read": partners[-1].place}) if more else Cursor(read=cursor.again or cursor.read)
    )
    return Changes(changes=tuple(map(_change, partners)), next=following.token(), more=more)


def _change(partner: Partner) -> Shared | Ended:
    if partner.last is None:
        return Ended(pip=partner.pip, n=partner.n)
    return Shared(pip=partner.pip, n=partner.n, record=partner.last)


# --- a company's log ------------------------------------------------------------------------------

Said = RecordShared | SharingStopped | SharingSealed


class Words(Model):
    """The reference data in which the log is written."""

    names: Mapping[Administration, Text]
    labels: Labels
    log: LogTexts


class LogEntry(Model):
    """One message to one administration: which, when, why, under which consent, with which values."""

    sequence: int
    at: Moment
    administration: Administration
    administration_name: Text
    n: int
    kind: Literal["record_shared", "sharing_stopped", "sharing_sealed"]
    text: Text
    cause: Cause | None = None
    cause_text: Text | None = None
    consent_id: UUID | None = None
    record: PartnerRecord | None = None
    status_text: Text | None = None
    superseded: Text | None = None


class Log(Model):
    """One page of the log, newest first. `elements` names the parts of a record; `next` is None on the last page."""

    elements: Mapping[str, Text]
    entries: tuple[LogEntry, ...]
    next: int | None


class LogFilter(Model):
    """From where on: `after` is `next` of the page before."""

    limit: Annotated[int, Field(ge=1, le=500)] = 100
    after: Annotated[int, Field(ge=1, lt=2**63)] | None = None


async def log(disclosures: Disclosures, journal: Journal, company_id: UUID, wanted: LogFilter, words: Words) -> Log:
    """What partners were told of a company, as it was journalled before it was sent."""
    decider = disclosures.decider
    said = [
        (entry, decider.fact(entry.fact))
        for entry in await journal.published(decider.source, str(company_id), wanted.after, wanted.limit)
    ]
    entries = tuple(_log_entry(entry, fact, words) for entry, fact in said if isinstance(fact, Said))
    following = entries[-1].sequence if len(entries) == wanted.limit else None
    return Log(elements=words.labels.elements, entries=entries, next=following)


def _log_entry(entry: Entry, fact: Said, words: Words) -> LogEntry:
    shared = fact if isinstance(fact, RecordShared) else None
    cause = None if isinstance(fact, SharingSealed) else fact.cause
    return LogEntry(
        sequence=entry.sequence,
        at=entry.at,
        administration=fact.administration,
        administration_name=words.names[fact.administration],
        n=fact.n,
        kind=fact.kind,
        text=words.log.events[fact.kind],
        cause=cause,
        cause_text=cause and words.log.causes[cause],
        consent_id=shared and shared.consent_id,
        record=shared and shared.record,
        status_text=shared and words.labels.partner_statuses[shared.record.status],
        superseded=words.log.superseded if entry.superseded else None,
    )
