"""The work that every contender of the hop does: of each message, note the profile in the company's document and announce it, once, in order."""

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from json import loads
from typing import Any
from uuid import UUID

from aiokafka import ConsumerRecord

from shared.contracts.envelope import Origin, inside
from shared.contracts.types import Address
from shared.decider import Json, Model, Outgoing
from shared.kafka import KafkaAccess
from shared.store.client import Database, connect
from shared.store.parked import RawRecord
from tests.faults.records import declared
from tests.support.packages import profile
from tests.support.samples_mra_exchange import START

INPUT, OUTPUT = "pip.intake", "pip.membership"
ENTRIES = "entries"
SOURCE = "/review/entries"
WORDS = ("harbour", "gate", "yard", "cartage", "northern", "seal", "manifest", "terminal", "bonded", "crossing", "freight", "dock")
FILLED = 1_000  # documents that are filled on this side; any more are copies made by the server


class Task(Model):
    """What a contender is told: where its servers are, its database and its consumer group."""

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


def told() -> Task:
    """The task of this process."""
    return Task.model_validate_json(os.environ["BENCH_TASK"])


@dataclass(frozen=True)
class Noted:
    """One message as contenders without our kernel read it."""

    company: str
    number: int
    profile: Json

    def announcement(self) -> tuple[str, list[tuple[str, bytes]]]:
        """Body and headers of what is said of it, the same for every contender."""
        said = announced(self.company, self.number, self.profile)
        headers = inside(said, Origin(SOURCE, self.company, self.number, START, f"{self.company}/{self.number}", "correlation"))
        return said.body or "", [(name, value.encode()) for name, value in headers]

    def change(self) -> Json:
        """The update of the company's document."""
        noted = {"sequence": self.number, "state.number": self.number, "state.profile": self.profile}
        return {"$set": noted, "$inc": {"state.count": 1, "version": 1}}


def noted(record: ConsumerRecord[bytes, bytes]) -> Noted:
    return heard(loads(record.value or b""))


def heard(body: Any) -> Noted:
    return Noted(body["company_id"], body["revision"], body["profile"])


class Announcement(Model):
    """What is said of a message. The checker reads company and number."""

    company_id: str
    number: int
    profile: Json


def announced(company: str, number: int, profile: Json) -> Outgoing:
    body = Announcement(company_id=company, number=number, profile=profile).model_dump_json()
    return Outgoing(topic=OUTPUT, key=company, type="pip.ProfileNoted.v1", body=body)


def company(index: int) -> str:
    return f"00000000-0000-4000-8000-{index:012d}"


def messages(count: int, companies: int, seed: int) -> Iterator[RawRecord]:
    """Profile updates of 0.8 KB, company after company, round after round; companies are drawn from all that there are."""
    dice = random.Random(seed)  # noqa: S311 - not for secrets
    drawn = dice.sample(range(companies), min(companies, count, 10_000))
    for index in range(count):
        turn, place = divmod(index, len(drawn))
        yield declared(UUID(company(drawn[place])), turn + 1, **_words(dice))


def _words(dice: random.Random) -> dict[str, Any]:
    lines = tuple(" ".join(dice.choices(WORDS, k=10)) for _ in range(2))
    address = Address(lines=lines, city="Mississauga", region="ON", postal_code="L5T 2N7", country="CA")
    return {"legal_name": " ".join(dice.choices(WORDS, k=8)), "operating_name": " ".join(dice.choices(WORDS, k=5)), "address": address}


async def seed_documents(database: Database, companies: int, size: int, seed: int) -> None:
    """A document for every company, of so many bytes beside its profile; text that does not compress to nothing."""
    dice = random.Random(seed)  # noqa: S311
    stored = profile().model_dump(mode="json")
    for first in range(0, min(companies, FILLED), 100):
        filled = [_document(index, stored, dice.randbytes(size // 2).hex()) for index in range(first, min(first + 100, companies, FILLED))]
        await database[ENTRIES].insert_many(filled)
    if companies > FILLED:
        await _multiply(database, companies // FILLED)


def _document(index: int, stored: Json, filling: str) -> Json:
    state = {"number": 0, "count": 0, "profile": stored, "filling": filling}
    kept = {"sequence": 0, "state": state, "inbox": {"heard": {}, "keys": []}, "head": "", "due": None, "outbox": []}
    return {"_id": company(index), "version": 1, **kept}


async def _multiply(database: Database, times: int) -> None:
    """Copies of what is there, under the ids that follow, made where they are stored."""
    digits = {"$substrBytes": ["$_id", 24, 12]}
    following = {"$toString": {"$add": [{"$toInt": digits}, {"$multiply": ["$copy", FILLED]}, 1_000_000_000_000]}}
    steps: list[Json] = [
        {"$set": {"copy": {"$range": [1, times]}}},
        {"$unwind": "$copy"},
        {"$set": {"_id": {"$concat": ["00000000-0000-4000-8000-", {"$substrBytes": [following, 1, 12]}]}}},
        {"$unset": "copy"},
        {"$merge": {"into": ENTRIES, "whenMatched": "fail"}},
    ]
    await database[ENTRIES].aggregate(steps).to_list(None)
