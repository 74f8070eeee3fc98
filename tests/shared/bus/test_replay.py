"""A bus that was lost is refilled from the journals: everything inside in order, to partners current records alone."""

from collections.abc import Sequence
from uuid import uuid4

import pytest

from shared.bus.relay import Lane
from shared.bus.replay import replay
from shared.contracts.topics import compacted
from shared.errors import Unavailable
from shared.model import Json
from shared.store.client import Database
from shared.store.journal import Journal

INSIDE, US, JP = "pip.application", "pip.partner.us", "pip.partner.jp"


class Taker:
    """A publisher that takes one message of every lane a round, or none; `taken` is what it was given."""

    def __init__(self, *, partners: bool, takes: int = 1) -> None:
        self._partners = partners
        self.concurrent = not partners
        self._takes = takes
        self.taken: list[tuple[str, str]] = []

    def carries(self, topic: str) -> bool:
        return compacted(topic) is self._partners

    async def prepare(self) -> None: ...

    async def publish(self, lanes: Sequence[Lane]) -> None:
        for lane in lanes:
            for entry in lane.entries[lane.acknowledged : lane.acknowledged + self._takes]:
                self.taken.append((lane.topic, entry["message"]["value"]))
                lane.acknowledged += 1

    async def close(self) -> None:
        """Nothing is open."""


def journalled(source: str, subject: str, *messages: tuple[str, str | None] | None) -> list[Json]:
    """The entries of one aggregate; a fact without a message is None."""
    stored: list[Json | None] = [
        {"topic": message[0], "key": subject, "headers": [], "value": message[1]} if message else None
        for message in messages
    ]
    address = {"source": source, "subject": subject, "fact": "{}"}
    return [{**address, "sequence": n, "hash": str(n), "message": message} for n, message in enumerate(stored, start=1)]


async def test_everything_inside_is_published_again_in_order(database: Database) -> None:
    several = (str(uuid4()), str(uuid4()))
    for company in several:
        messages = [(INSIDE, f"{company} {n}") for n in range(1, 13)]
        await Journal(database).append(journalled("/intake/companies", company, None, *messages))
    inside, partners = Taker(partners=False), Taker(partners=True)

    assert await replay(database, (inside, partners)) == 24

    for company in several:
        taken = [value for _, value in inside.taken if value.startswith(company)]
        assert taken == [f"{company} {n}" for n in range(1, 13)]
    assert partners.taken == []


async def test_partners_get_current_records_alone(database: Database) -> None:
    """JP got the end, and US two records: only what US may know now is sent."""
    published = ((US, "old"), (JP, "old"), (JP, None), (US, "current"))
    await Journal(database).append(journalled("/mra_exchange/disclosures", "company", *published))
    partners = Taker(partners=True)

    assert await replay(database, (Taker(partners=False), partners)) == 1

    assert partners.taken == [(US, "current")]


async def test_a_record_whose_end_still_waits_in_the_outbox_never_leaves(database: Database) -> None:
    shared, ended = journalled("/mra_exchange/disclosures", "company", (US, "withdrawn since"), (US, None))
    await Journal(database).append([shared])
    await database["disclosures"].insert_one({"_id": "company", "outbox": [ended]})
    partners = Taker(partners=True)

    assert await replay(database, (partners,)) == 0

    assert partners.taken == []


async def test_a_broker_that_takes_nothing_ends_the_replay(database: Database) -> None:
    await Journal(database).append(journalled("/intake/companies", "company", (INSIDE, "1")))

    with pytest.raises(Unavailable):
        await replay(database, (Taker(partners=False, takes=0),))
