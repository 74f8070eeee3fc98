"""The log of a company: every message to partners, as it was journalled before it was sent."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field

from services.mra_exchange.catalogue import LogTexts, log_texts
from services.mra_exchange.domain.disclosure.sharing import RecordShared, SharingCause, SharingFact, SharingSealed
from services.mra_exchange.views.members import Disclosures
from shared.contracts.catalogue import Catalogue, Labels
from shared.contracts.mra_exchange import PartnerRecord
from shared.contracts.types import Administration
from shared.i18n import Text
from shared.model import Model, Moment
from shared.store.journal import Entry, Journal


class LogCatalogue(Model):
    """The reference data in which the log is written."""

    names: Mapping[Administration, Text]
    labels: Labels
    texts: LogTexts

    @classmethod
    def of(cls, catalogue: Catalogue) -> Self:
        names = {administration.code: administration.name for administration in catalogue.administrations}
        return cls(names=names, labels=catalogue.labels, texts=log_texts())


class LogEntry(Model):
    """One message to one administration: which, when, why, under which consent, with which values."""

    sequence: int
    at: Moment
    administration: Administration
    administration_name: Text
    n: int
    kind: Literal["record_shared", "sharing_stopped", "sharing_sealed"]
    text: Text
    cause: SharingCause | None = None
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


async def log(
    disclosures: Disclosures, journal: Journal, company_id: UUID, criteria: LogFilter, catalogue: LogCatalogue
) -> Log:
    decider = disclosures.decider
    journalled = [
        (entry, decider.fact(entry.fact))
        for entry in await journal.published(decider.source, str(company_id), criteria.after, criteria.limit)
    ]
    entries = tuple(_log_entry(entry, fact, catalogue) for entry, fact in journalled if isinstance(fact, SharingFact))
    following = entries[-1].sequence if len(entries) == criteria.limit else None
    return Log(elements=catalogue.labels.elements, entries=entries, next=following)


def _log_entry(entry: Entry, fact: SharingFact, catalogue: LogCatalogue) -> LogEntry:
    shared = fact if isinstance(fact, RecordShared) else None
    cause = None if isinstance(fact, SharingSealed) else fact.cause
    return LogEntry(
        sequence=entry.sequence,
        at=entry.at,
        administration=fact.administration,
        administration_name=catalogue.names[fact.administration],
        n=fact.n,
        kind=fact.kind,
        text=catalogue.texts.events[fact.kind],
        cause=cause,
        cause_text=cause and catalogue.texts.causes[cause],
        consent_id=shared and shared.consent_id,
        record=shared and shared.record,
        status_text=shared and catalogue.labels.partner_statuses[shared.record.status],
        superseded=catalogue.texts.superseded if entry.superseded else None,
    )
