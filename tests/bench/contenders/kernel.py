"""Our kernel, as a service's `main` puts it together: inbox, one write, journal, relay."""

import asyncio
from typing import Any, Literal

from pydantic import TypeAdapter

from shared.bus.consumer import Consumer
from shared.bus.inbox import BatchConsumer
from shared.bus.publishers import InOrder
from shared.bus.relay import OutboxSource, Relay
from shared.bus.subscriptions import Addressed, Consumed, Subscriptions
from shared.contracts.event import Outgoing
from shared.decider import AggregateState, Command, Decider, Fact
from shared.handling import Aggregate
from shared.relays import Relays
from shared.service import collect_rarely
from shared.store.documents import Documents
from shared.store.journal import Journal
from shared.store.parked import Parked
from shared.tasks import Tasks
from shared.telemetry import Metrics
from tests.bench.work import ENTRIES, INPUT, SOURCE, Announcement, Notice, NoticeGiven, Task, given_task, outgoing


class Note(Command):
    kind: Literal["note"] = "note"
    given: NoticeGiven


class NoticeNoted(Fact):
    kind: Literal["notice_noted"] = "notice_noted"
    company_id: str
    number: int
    notice: Notice


class Entry(AggregateState):
    """The last notice of a company and how many there were; `filling` makes documents as large as a run wants them."""

    number: int = 0
    count: int = 0
    notice: Notice | None = None
    filling: str = ""


def _decide(command: Any, _: Entry) -> tuple[NoticeNoted, ...]:
    given: NoticeGiven = command.given
    return (NoticeNoted(company_id=str(given.company_id), number=given.number, notice=given.notice),)


def _evolve(state: Entry, fact: NoticeNoted) -> Entry:
    return state.model_copy(update={"number": fact.number, "count": state.count + 1, "notice": fact.notice})


def _publish(fact: NoticeNoted, _: Entry) -> Outgoing:
    announcement = Announcement(company_id=fact.company_id, number=fact.number, notice=fact.notice)
    return outgoing(announcement.company_id, announcement.model_dump_json())


ENTRY: Decider[Any, Entry, NoticeNoted] = Decider(
    collection=ENTRIES,
    source=SOURCE,
    absent=Entry(),
    states=TypeAdapter(Entry),
    facts=TypeAdapter(NoticeNoted),
    decide=_decide,
    evolve=_evolve,
    publish=_publish,
)


def _note(event: NoticeGiven, consumed: Consumed) -> tuple[Addressed, ...]:
    return (Addressed(ENTRIES, str(event.company_id), Note(at=consumed.at, actor=consumed.actor, given=event)),)


SUBSCRIPTIONS: Subscriptions = {NoticeGiven: _note}


async def main(task: Task) -> None:
    database, metrics = task.connect(), Metrics()
    documents, journal = Documents(database, ENTRIES), Journal(database)
    relay = Relay({ENTRIES: OutboxSource(documents, SOURCE)}, journal, InOrder(task.kafka), metrics)
    aggregates = {ENTRIES: Aggregate(ENTRY, documents, Relays(relay))}
    inbox = BatchConsumer(aggregates, SUBSCRIPTIONS, Parked(database), metrics)

    async def prepare() -> None:
        await documents.prepare()
        await journal.prepare()

    await Tasks(prepare, [relay], Consumer(task.kafka, task.group, [INPUT], inbox, metrics), {}).run()


if __name__ == "__main__":
    collect_rarely()
    asyncio.run(main(given_task()))
