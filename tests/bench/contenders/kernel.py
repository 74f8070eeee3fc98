"""Our kernel, as a service's `main` puts it together: inbox, one write, journal, relay."""

import asyncio
from typing import Any, Literal

from pydantic import TypeAdapter

from shared.batch import Inbox
from shared.bus import Bus
from shared.contracts.intake import CompanyProfileUpdated
from shared.contracts.types import Profile
from shared.decider import Command, Decider, Fact, Model, Outgoing
from shared.handling import Addressed, Aggregate, Heard, Hears
from shared.publishers import InOrder
from shared.relay import Outbox, Relay
from shared.store.documents import Documents
from shared.store.journal import Journal
from shared.store.parked import Parked
from shared.tasks import Tasks
from shared.telemetry import Metrics
from tests.bench.work import ENTRIES, INPUT, SOURCE, Task, announced, told


class Note(Command):
    kind: Literal["note"] = "note"
    declared: CompanyProfileUpdated


class ProfileNoted(Fact):
    kind: Literal["profile_noted"] = "profile_noted"
    company_id: str
    number: int
    profile: Profile


class Entry(Model):
    """The last profile of a company and how many there were; `filling` makes documents as large as a run wants them."""

    number: int = 0
    count: int = 0
    profile: Profile | None = None
    filling: str = ""


def _decide(command: Any, _: Entry) -> tuple[ProfileNoted, ...]:
    declared: CompanyProfileUpdated = command.declared
    return (ProfileNoted(company_id=str(declared.company_id), number=declared.revision, profile=declared.profile),)


def _evolve(state: Entry, fact: ProfileNoted) -> Entry:
    return state.model_copy(update={"number": fact.number, "count": state.count + 1, "profile": fact.profile})


def _publish(fact: ProfileNoted, _: Entry) -> Outgoing:
    return announced(fact.company_id, fact.number, fact.profile.model_dump(mode="json"))


ENTRY: Decider[Any, Entry, ProfileNoted] = Decider(
    collection=ENTRIES,
    source=SOURCE,
    absent=Entry(),
    states=TypeAdapter(Entry),
    facts=TypeAdapter(ProfileNoted),
    decide=_decide,
    evolve=_evolve,
    publish=_publish,
)


def _note(event: CompanyProfileUpdated, heard: Heard) -> tuple[Addressed, ...]:
    return (Addressed(ENTRIES, str(event.company_id), Note(at=heard.at, actor=heard.actor, declared=event)),)


HEARS: Hears = {CompanyProfileUpdated: _note}


async def main(task: Task) -> None:
    database, metrics = task.connect(), Metrics()
    documents, journal = Documents(database, ENTRIES), Journal(database)
    relay = Relay({ENTRIES: Outbox(documents, SOURCE)}, journal, InOrder(task.kafka), metrics)
    inbox = Inbox({ENTRIES: Aggregate(ENTRY, documents, relay.wake)}, HEARS, Parked(database), metrics)

    async def prepare() -> None:
        await documents.prepare()
        await journal.prepare()

    await Tasks(prepare, [relay], Bus(task.kafka, task.group, [INPUT], inbox, metrics), {}).run()


if __name__ == "__main__":
    asyncio.run(main(told()))
