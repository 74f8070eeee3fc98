"""A kernel without a process: toy aggregates on a real database, records as the bus would bring them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from uuid import UUID, uuid4

from shared.bus.inbox import BatchConsumer
from shared.bus.parking import Parking
from shared.contracts.envelope import Origin, inside
from shared.contracts.intake import ApplicationWithdrawn
from shared.handling import Aggregate, Causation, CommandEnvelope
from shared.relays import NewEntries, Relays
from shared.store.client import Database
from shared.store.documents import Documents
from shared.store.journal import Journal
from shared.store.parked import Parked, RawRecord
from shared.telemetry import Metrics
from tests.support.builders.toys import COMPANY, NOON, SUBSCRIPTIONS, application, ledger, tally

R = TypeVar("R", bound=RawRecord)


@dataclass(frozen=True)
class Toys:
    """A publishing and a subscribing service that share a test database; `around` may wrap their stores."""

    tallies: Aggregate[Any, Any, Any]
    ledgers: Aggregate[Any, Any, Any]
    inbox: BatchConsumer
    parked: Parked
    parking: Parking
    journal: Journal
    notified: list[tuple[str, str]]


class Noting:
    """A relay that notes what it is notified of, and carries nothing."""

    def __init__(self) -> None:
        self.notified: list[tuple[str, str]] = []

    def notify(self, collection: str, written: Mapping[str, NewEntries]) -> None:
        self.notified.extend((collection, aggregate_id) for aggregate_id in written)


def toys(database: Database, around: Callable[[Any], Any] = lambda store: store) -> Toys:
    noting = Noting()
    relays = Relays(noting)
    tallies = Aggregate(
        tally(),
        around(Documents(database, "companies")),
        relays,
        unique={"state.padding": "business_number_taken"},
    )
    ledgers = Aggregate(ledger(), around(Documents(database, "ledgers")), relays)
    parked = around(Parked(database))
    inbox = BatchConsumer({"ledgers": ledgers}, SUBSCRIPTIONS, parked, Metrics())
    return Toys(
        tallies,
        ledgers,
        inbox,
        parked,
        Parking(parked, inbox, SUBSCRIPTIONS, {"ledgers": ledgers}),
        around(Journal(database)),
        noting.notified,
    )


def enveloped(key: str | None = None, **changes: Any) -> CommandEnvelope:
    """What the edge gives with a command."""
    made = key or str(uuid4())
    envelope = CommandEnvelope(Causation(made, made), made, subject="ann", digest="d", keyed=key is not None)
    return replace(envelope, **changes)


def record_of(
    number: int, *, publisher: str = "p", company: UUID = COMPANY, offset: int = 0, **changes: Any
) -> RawRecord:
    """The record of a publisher's number, as it lies on the bus."""
    event = ApplicationWithdrawn(
        company_id=company, application_id=application(publisher), submission=number, withdrawn_at=NOON
    )
    outgoing = event.outgoing()
    headers = inside(outgoing, Origin("/intake/companies", publisher, number, NOON, "cause", "correlation"))
    record = RawRecord(
        topic=outgoing.topic,
        partition=0,
        offset=offset or number,
        key=outgoing.key.encode(),
        value=(outgoing.body or "").encode(),
        headers=tuple((name, value.encode()) for name, value in headers),
    )
    return RawRecord(**{**vars(record), **changes})


def with_header(record: R, name: str, value: bytes | None) -> R:
    """The record with one header replaced."""
    headers = tuple((each, value if each == name else was) for each, was in record.headers)
    return replace(record, headers=headers)


async def entries(toy: Toys, company: UUID = COMPANY) -> list[int]:
    """The numbers in a company's ledger, in the order of their entry."""
    document = (await toy.ledgers.documents.load([str(company)]))[str(company)]
    return [number for _, number in (document.state or {"entries": []})["entries"]]


def all_entered(toy: Toys, company: UUID, *numbers: int) -> Callable[[], Awaitable[bool]]:
    async def entered() -> bool:
        return await entries(toy, company) == list(numbers)

    return entered
