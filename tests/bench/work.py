"""What every contender of the hop does: note each message in its company's document and announce it, once, in order."""

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from json import dumps, loads
from typing import Any
from uuid import UUID

from aiokafka import ConsumerRecord

from shared.bus.access import KafkaAccess
from shared.contracts.envelope import Origin, inside
from shared.contracts.event import Event, Outgoing
from shared.model import Json, Model
from shared.store.client import Database, connect
from shared.store.parked import RawRecord
from tests.support.builders.mra_exchange import START
from tests.support.builders.records import record_of

INPUT, OUTPUT = "pip.intake", "pip.membership"
ENTRIES = "entries"
SOURCE = "/review/entries"
VOCABULARY = (
    "harbour",
    "gate",
    "yard",
    "cartage",
    "northern",
    "seal",
    "manifest",
    "terminal",
    "bonded",
    "crossing",
    "freight",
    "dock",
)
FILLED = 1_000  # documents that are filled on this side; any more are copies made by the server


class Task(Model):
    """What a contender is given: where its servers are, its database and its consumer group."""

    bootstrap: str
    user: str
    password: str
    mongo_url: str
    database: str
    group: str

    @property
    def kafka(self) -> KafkaAccess:
        return KafkaAccess(self.bootstrap, self.user, self.password)

    def connect(self) -> Database:
        """The database, with the write concern of the services: a majority, journalled."""
        return connect(self.mongo_url, self.database)

    def env(self) -> dict[str, str]:
        return {"BENCH_TASK": self.model_dump_json(), "MALLOC_ARENA_MAX": "1"}


def given_task() -> Task:
    """The task of this process."""
    return Task.model_validate_json(os.environ["BENCH_TASK"])


class Notice(Model):
    """The content of a message: 0.6 KB of text, with none of the rules by which contracts check fields."""

    title: str
    lines: tuple[str, ...]
    contact: dict[str, str]


class NoticeGiven(Event):
    """The message. `number` counts those of one company from 1 on."""

    TOPIC = "pip.intake"
    SOURCE = "/intake/companies"

    number: int
    notice: Notice


class Announcement(Model):
    """What is published of it. The checker reads company and number."""

    company_id: str
    number: int
    notice: Notice


def outgoing(company: str, body: str) -> Outgoing:
    return Outgoing(topic=OUTPUT, key=company, type="pip.NoticeNoted.v1", body=body)


@dataclass(frozen=True)
class Noted:
    """One message as contenders without our kernel read it."""

    company: str
    number: int
    notice: Json

    def announcement(self) -> tuple[str, list[tuple[str, bytes]]]:
        """Body and headers of what is published of it, the same for every contender."""
        body = dumps({"company_id": self.company, "number": self.number, "notice": self.notice}, separators=(",", ":"))
        origin = Origin(SOURCE, self.company, self.number, START, f"{self.company}/{self.number}", "correlation")
        return body, [(name, value.encode()) for name, value in inside(outgoing(self.company, body), origin)]

    def change(self) -> Json:
        """The update of the company's document."""
        noted = {"sequence": self.number, "state.number": self.number, "state.notice": self.notice}
        return {"$set": noted, "$inc": {"state.count": 1, "version": 1}}


def noted(record: ConsumerRecord[bytes, bytes]) -> Noted:
    return parsed(loads(record.value or b""))


def parsed(body: Any) -> Noted:
    return Noted(body["company_id"], body["number"], body["notice"])


def company(index: int) -> str:
    return f"00000000-0000-4000-8000-{index:012d}"


def messages(count: int, documents: int, speakers: int, seed: int) -> Iterator[RawRecord]:
    """Messages of 0.7 KB with their headers, round after round of speakers, who are drawn from the stored companies."""
    dice = random.Random(seed)  # noqa: S311 - not for secrets
    drawn = dice.sample(range(documents), min(speakers, count))
    for index in range(count):
        turn, turn_index = divmod(index, len(drawn))
        yield record_of(
            NoticeGiven(company_id=UUID(company(drawn[turn_index])), number=turn + 1, notice=_notice(dice)), turn + 1
        )


def _notice(dice: random.Random) -> Notice:
    def phrase(count: int) -> str:
        return " ".join(dice.choices(VOCABULARY, k=count))

    contact = {
        "name": phrase(2),
        "title": phrase(2),
        "email": "security@boreal-drayage.example",
        "phone": "+1 905 555 0142",
    }
    return Notice(title=phrase(8), lines=tuple(phrase(15) for _ in range(4)), contact=contact)


async def seed_documents(database: Database, companies: int, size: int, seed: int) -> None:
    """A document for every company, of so many bytes beside its notice; text that does not compress to nothing."""
    dice = random.Random(seed)  # noqa: S311
    stored = _notice(dice).model_dump(mode="json")
    for first in range(0, min(companies, FILLED), 100):
        filled = [
            _document(index, stored, dice.randbytes(size // 2).hex())
            for index in range(first, min(first + 100, companies, FILLED))
        ]
        await database[ENTRIES].insert_many(filled)
    if companies > FILLED:
        await _multiply(database, companies // FILLED)


def _document(index: int, stored: Json, filling: str) -> Json:
    state = {"number": 0, "count": 0, "notice": stored, "filling": filling}
    kept = {"sequence": 0, "state": state, "inbox": {"heard": {}, "keys": []}, "head": "", "due": None, "outbox": []}
    return {"_id": company(index), "version": 1, **kept}


async def _multiply(database: Database, times: int) -> None:
    """Copies of what is there, under the ids that follow, made where they are stored."""
    digits = {"$substrBytes": ["$_id", 24, 12]}
    following = {"$toString": {"$add": [{"$toInt": digits}, {"$multiply": ["$copy", FILLED]}, 1_000_000_000_000]}}
    steps: list[Json] = [
        {"$match": {"_id": {"$lt": company(FILLED)}}},
        {"$set": {"copy": {"$range": [1, times]}}},
        {"$unwind": "$copy"},
        {"$set": {"_id": {"$concat": ["00000000-0000-4000-8000-", {"$substrBytes": [following, 1, 12]}]}}},
        {"$unset": "copy"},
        {"$merge": {"into": ENTRIES, "whenMatched": "fail"}},
    ]
    await database[ENTRIES].aggregate(steps).to_list(None)
