"""The operators' endpoints: parked records, the audit log, the journal and its proofs, and reconciliation."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from fastapi import Request as HttpRequest
from fastapi.responses import PlainTextResponse
from pydantic import AwareDatetime, Field, RootModel

from shared import verification
from shared.bus.parking import Parking
from shared.bus.reconciliation import UnconsumedMessage, unconsumed
from shared.bus.subscriptions import Subscriptions
from shared.errors import Refused
from shared.handling import Aggregate
from shared.http.call import Call
from shared.http.guard import allow
from shared.http.health import Readiness, exposed
from shared.http.openapi import refuses
from shared.http.routes import OPERATIONS
from shared.http.state import ServiceState
from shared.model import Json, Model
from shared.programme.forms.texts import Paragraphs
from shared.programme.roles import OPERATOR
from shared.store.audit import AuditLog
from shared.store.journal import Journal
from shared.store.paging import Cursor
from shared.store.parked import MOST_RECORDS, QueuedRecord, RawRecord
from shared.telemetry import Metrics

Operator = Annotated[Call, allow(OPERATOR)]
PAGE = 500
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
PAGE_BYTES = 8_000_000


@dataclass(frozen=True)
class Operations:
    """What operators work with in one service."""

    parking: Parking
    journal: Journal
    audit_log: AuditLog
    subscriptions: Subscriptions
    aggregates: Mapping[str, Aggregate[Any, Any, Any]]
    metrics: Metrics
    readiness: Readiness


async def _operations(request: HttpRequest) -> Any:
    return ServiceState.of(request.app).operations


AtOperations = Annotated[Operations, Depends(_operations)]
ParkedKey = Annotated[
    str, Path(description="a company id, as the bus has it", examples=["00000000-0000-4000-8000-000000000001"])
]
Shown = Annotated[int, Query(ge=1, le=MOST_RECORDS, description="how many records at most", examples=[10])]
Collection = Annotated[str, Path(examples=["cases"])]
AfterMessage = Annotated[
    str, Query(max_length=300, description="`after` of the last message of the page before", examples=["/risk"])
]
AggregateName = Annotated[
    str, Path(description="an id, or a unique value, as a business number", examples=["910000017"])
]
AggregateId = Annotated[str, Path(examples=["00000000-0000-4000-8000-000000000001"])]
router = APIRouter(prefix=OPERATIONS, tags=["operations"])


class ParkedRecord(Model):
    """One parked record: where it lay on the bus and why it waits; with its bytes in base64 when it is shown."""

    id: str
    topic: str
    partition: int
    offset: int
    reason: str
    at: datetime
    discardable: bool
    attempts: int
    headers: tuple[tuple[str, str | None], ...] = ()
    value: str | None = None


class Discard(Model):
    """The id of the record to give up, the first of its queue, and why."""

    record: Annotated[str, Field(examples=["/intake/companies/00000000-0000-4000-8000-000000000001/7"])]
    reason: Annotated[Paragraphs, Field(examples=["Sent by a test that was pointed at the wrong broker."])]


class ParkedQueues(RootModel[dict[str, list[ParkedRecord]]]):
    """Every parked key, with its queue of records in order."""


class Redriven(Model):
    handled: int


class Discarded(Model):
    id: str


class JournalEntry(Model):
    """One fact of one aggregate."""

    sequence: int
    at: datetime
    actor: Json
    fact: Json
    cause: str | None
    superseded: bool
    topic: str | None
    type: str | None


class LifeEntry(JournalEntry):
    """One fact, with the aggregate whose it is: `source` and `subject` together name it, as causes do."""

    collection: str
    source: str
    subject: str


class Verification(Model):
    """How many aggregates were proved, and what is wrong with the others."""

    verified: int
    flaws: tuple[verification.Flaw, ...]


class AuditLogEntry(Model):
    """Who did what to what, when, and why where a reason was asked for."""

    at: datetime
    subject: str
    action: str
    target: str
    reason: str | None


class AuditFilter(Model):
    """From which moment on, or after which page, and how many entries at most."""

    since: AwareDatetime = BEGINNING
    limit: Annotated[int, Field(ge=1, le=PAGE)] = PAGE
    after: Cursor | None = None


class AuditLogPage(Model):
    """One page of the audit log, and where the next one begins."""

    entries: tuple[AuditLogEntry, ...]
    next: str | None


class Seal(Model):
    root: str


class JournalledMessage(Model):
    """One message as its publisher has journalled it, with the id that the next page starts after."""

    after: Annotated[str, Field(examples=["/intake/companies/00000000-0000-4000-8000-000000000001/7"])]
    topic: Annotated[str, Field(examples=["pip.intake"])]
    key: Annotated[str, Field(examples=["00000000-0000-4000-8000-000000000001"])]
    value: Annotated[str, Field(examples=["{}"])] | None
    headers: Annotated[tuple[tuple[str, str], ...], Field(examples=[[["ce_type", "pip.ProgrammeLeft.v1"]]])]

    def record(self) -> RawRecord:
        """The record that it was, or will be, on the bus."""
        value = None if self.value is None else self.value.encode()
        headers = tuple((name, text.encode()) for name, text in self.headers)
        return RawRecord(self.topic, 0, 0, self.key.encode(), value, headers)


@router.get("/parked")
async def list_parked(_: Operator, at: AtOperations) -> ParkedQueues:
    """Every parked key, with its queue of records in order."""
    queues = await at.parking.queues()
    return ParkedQueues({key: [_shown(record) for record in queue] for key, queue in queues.items()})


@router.get("/parked/{parked_key:path}")
async def show_parked(
    parked_key: ParkedKey, call: Operator, at: AtOperations, limit: Shown = MOST_RECORDS
) -> list[ParkedRecord]:
    """The first records of one key, with their bytes, which may be personal; the reading is noted."""
    await call.note("parked_shown", parked_key)
    return [_shown(queued, record) for queued, record in await at.parking.show(parked_key, limit)]


@router.post("/redrives/{parked_key:path}")
async def redrive_parked(parked_key: ParkedKey, call: Operator, at: AtOperations) -> Redriven:
    """Handles the records of a key in order, until one cannot be handled."""
    await call.note("parked_redriven", parked_key)
    return Redriven(handled=await at.parking.redrive(parked_key))


@router.post("/discards/{parked_key:path}")
@refuses("not_discardable", "stale")
async def discard_parked(parked_key: ParkedKey, body: Discard, call: Operator, at: AtOperations) -> Discarded:
    """Gives up the first record of a key."""
    await call.note("parked_discarded", parked_key, body.reason)
    await at.parking.discard(parked_key, body.record)
    return Discarded(id=body.record)


@router.get("/metrics", response_class=PlainTextResponse)
async def read_metrics(_: Operator, at: AtOperations) -> PlainTextResponse:
    """What the service measures, in the text format of Prometheus."""
    return exposed(at.metrics)


@router.get("/audit")
async def read_audit_log(filters: Annotated[AuditFilter, Query()], _: Operator, at: AtOperations) -> AuditLogPage:
    """What operators and officers did or read by hand, from a moment on, the oldest first."""
    page, following = await at.audit_log.page(filters.since, filters.limit, filters.after)
    entries = (
        AuditLogEntry(at=entry.at, subject=entry.subject, action=entry.act, target=entry.on, reason=entry.reason)
        for entry in page
    )
    return AuditLogPage(entries=tuple(entries), next=following)


@router.get("/journal/verification")
async def verify_journal(_: Operator, at: AtOperations) -> Verification:
    """Proves every aggregate: journal whole and unaltered, state equal to its fold."""
    verified, flaws = 0, []
    for aggregate in at.aggregates.values():
        async for flaw in verification.verify(aggregate, at.journal):
            verified += flaw is None
            flaws += [flaw] if flaw else []
    return Verification(verified=verified, flaws=tuple(flaws))


@router.get("/journal/seal")
async def seal_journal(_: Operator, at: AtOperations) -> Seal:
    """The root hash of the journal, to be kept elsewhere."""
    return Seal(root=await verification.seal(at.journal))


@router.get("/journal/messages")
async def list_messages(call: Operator, at: AtOperations, after: AfterMessage = "") -> list[JournalledMessage]:
    """Journalled messages in order of their ids; the reading is noted."""
    await call.note("messages_read", f"after {after}")
    page = await at.journal.messages(after, PAGE, PAGE_BYTES)
    return [JournalledMessage(after=entry["_id"], **entry["message"]) for entry in page]


@router.get("/journal/{collection}/{aggregate_id}")
async def read_life(
    collection: Collection, aggregate_id: AggregateId, call: Operator, at: AtOperations
) -> list[JournalEntry]:
    """The journalled life of one aggregate; the reading is noted."""
    if collection not in at.aggregates:
        raise Refused("not_found")
    await call.note("journal_read", f"{collection}/{aggregate_id}")
    entries = await at.journal.of(at.aggregates[collection].decider.source, aggregate_id)
    return [
        JournalEntry(**{name: value for name, value in vars(entry).items() if name not in {"source", "subject"}})
        for entry in entries
    ]


@router.get("/lives/{name}")
async def read_lives(name: AggregateName, call: Operator, at: AtOperations) -> list[LifeEntry]:
    """The journalled lives of all aggregates with this id or unique value, a business number; each reading is noted."""
    found = []
    for collection, aggregate in at.aggregates.items():
        for aggregate_id in await aggregate.named(name):
            await call.note("journal_read", f"{collection}/{aggregate_id}")
            entries = await at.journal.of(aggregate.decider.source, aggregate_id)
            found += [LifeEntry(collection=collection, **vars(entry)) for entry in entries]
    return found


@router.post("/reconciliation")
async def reconcile_messages(
    journalled: list[JournalledMessage], _: Operator, at: AtOperations
) -> list[UnconsumedMessage]:
    """Which of these messages this service subscribes to and has not consumed."""
    return await unconsumed([message.record() for message in journalled], at.subscriptions, at.aggregates)


def _shown(queued: QueuedRecord, record: RawRecord | None = None) -> ParkedRecord:
    shown = ParkedRecord(**{name: value for name, value in vars(queued).items() if name != "digest"})
    if record is None:
        return shown
    headers = tuple((name, None if value is None else b64encode(value).decode()) for name, value in record.headers)
    return shown.model_copy(
        update={"headers": headers, "value": None if record.value is None else b64encode(record.value).decode()}
    )
