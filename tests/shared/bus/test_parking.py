"""What waits in the park keeps its order: redriven once it is mended, discarded for ever, and never lost."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from shared.bus import parking
from shared.bus.held import Hold
from shared.clock import now
from shared.contracts.intake import ApplicationWithdrawn
from shared.errors import Refused, StaleVersion
from shared.store import parked as parked_store
from shared.store.client import Database
from shared.store.parked import ParkedQueue
from tests.support.builders.toys import COMPANY, OTHER, POISON, Deploy
from tests.support.crashing import Fate, every_death
from tests.support.servers.kernel import Toys, entries, record_of, toys

KEY = str(COMPANY)
THIRD = UUID("00000000-0000-4000-8000-000000000003")


async def test_a_redrive_handles_what_waits_in_order_once_it_is_mended(toy: Toys) -> None:
    await toy.inbox.handle([record_of(POISON), record_of(14), record_of(1, publisher="q")])
    assert await toy.parking.redrive(KEY) == 0
    Deploy.mended = True

    assert await toy.parking.redrive(KEY) == 3
    assert await entries(toy) == [POISON, 14, 1]
    assert await toy.parking.queues() == {}
    await toy.inbox.handle([record_of(POISON), record_of(14), record_of(15)])
    assert await entries(toy) == [POISON, 14, 1, 15]


async def test_a_redrive_stops_at_the_first_record_that_still_fails(toy: Toys) -> None:
    await toy.inbox.handle(
        [record_of(POISON), record_of(14), record_of(15), record_of(POISON, publisher="q"), record_of(16)]
    )
    await toy.parking.discard(KEY, "/intake/companies/p/13")

    assert await toy.parking.redrive(KEY) == 2
    assert await entries(toy) == [14, 15]
    assert [(record.id[-4:], record.reason, record.attempts) for record in await toy.parked.queue(KEY) or ()] == [
        ("q/13", "ZeroDivisionError", 1),
        ("p/16", "behind", 0),
    ]


async def test_a_redrive_that_is_too_large_for_one_write_is_written_in_parts(toy: Toys) -> None:
    await toy.inbox.handle([record_of(number) for number in range(POISON, 34)])
    nearly_full = {"version": 1, "sequence": 0, "state": {"entries": []}, "outbox": [], "big": "y" * 16_770_000}
    await toy.ledgers.documents._documents.insert_one({"_id": KEY, **nearly_full})  # noqa: SLF001
    Deploy.mended = True

    first = await toy.parking.redrive(KEY)
    assert 1 < first < 21
    while await toy.parking.queues():
        owed = (await toy.ledgers.documents.outboxes((KEY,)))[KEY]
        await toy.ledgers.documents.pull({KEY: [entry["sequence"] for entry in owed]})
        await toy.parking.redrive(KEY)

    assert await entries(toy) == list(range(POISON, 34))


async def test_two_redrives_and_live_traffic_at_once_lose_and_double_nothing(
    toy: Toys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parking, "MOST_AT_ONCE", 3)
    await toy.inbox.handle([record_of(POISON), *(record_of(number) for number in range(14, 24))])
    Deploy.mended = True

    async def live() -> None:
        for number in range(24, 34):
            await toy.inbox.handle([record_of(number)])

    await asyncio.gather(toy.parking.redrive(KEY), toy.parking.redrive(KEY), live())
    if await toy.parked.queue(KEY) is not None:
        await toy.parking.redrive(KEY)

    assert await entries(toy) == list(range(POISON, 34))
    assert await toy.parking.queues() == {}


async def test_a_discarded_record_never_takes_effect(toy: Toys) -> None:
    await toy.inbox.handle([record_of(POISON), record_of(14)])

    await toy.parking.discard(KEY, "/intake/companies/p/13")
    Deploy.mended = True
    await toy.parking.redrive(KEY)
    await toy.inbox.handle([record_of(POISON), record_of(14)])

    assert await entries(toy) == [14]


async def test_what_moved_up_while_somebody_decided_is_not_discarded(toy: Toys) -> None:
    await toy.inbox.handle([record_of(POISON), record_of(14)])
    await toy.parking.discard(KEY, "/intake/companies/p/13")

    with pytest.raises(Refused, match="stale"):
        await toy.parking.discard(KEY, "/intake/companies/p/13")

    await toy.parking.redrive(KEY)
    assert await entries(toy) == [14]


async def test_a_record_whose_number_no_watermark_can_keep_is_discarded_like_any_other(toy: Toys) -> None:
    await toy.inbox.handle([record_of(2**63, offset=1), record_of(14)])

    await toy.parking.discard(KEY, "pip.application/0/1")
    assert await toy.parking.redrive(KEY) == 1
    assert await entries(toy) == [14]


async def test_a_full_park_holds_the_partition(toy: Toys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parked_store, "MOST_KEYS", 1)
    await toy.inbox.handle([record_of(POISON)])
    batch = [
        record_of(POISON, company=OTHER, publisher="q", offset=7),
        record_of(14, company=OTHER, publisher="q", offset=8),
        record_of(1, company=THIRD, publisher="r", partition=1),
    ]

    assert await toy.inbox.handle(batch) == {("pip.application", 0): Hold(7, "parking_full")}
    assert await entries(toy, THIRD) == [1]
    Deploy.mended = True
    await toy.parking.redrive(KEY)
    assert await toy.inbox.handle(batch[:2]) == {}
    assert await entries(toy, OTHER) == [POISON, 14]


async def test_a_death_at_any_step_of_a_redrive_loses_and_doubles_nothing(database: Database) -> None:
    deaths = 0
    company = uuid4()

    async def life(fate: Fate) -> None:
        nonlocal company
        company = uuid4()
        Deploy.mended = False
        await toys(database).inbox.handle([record_of(POISON, company=company), record_of(14, company=company)])
        Deploy.mended = True
        await toys(database, fate.around).parking.redrive(str(company))

    async for fate in every_death(life):
        deaths += 1
        after = toys(database)
        if await after.parked.queue(str(company)) is not None:
            await after.parking.redrive(str(company))
        assert await entries(after, company) == [POISON, 14], fate
        assert await after.parked.queue(str(company)) is None, fate
    Deploy.mended = False
    assert deaths >= 10


async def test_followers_are_parked_only_while_their_queue_exists(toy: Toys) -> None:
    await toy.inbox.handle([record_of(POISON), record_of(14)])
    head, follower = await toy.parked.queue(KEY) or []
    await toy.parked.pull(KEY, (head,))
    await toy.parked.pull(KEY, (follower,))

    with pytest.raises(StaleVersion):
        await toy.parked.push(KEY, [follower])
    assert await toy.parked.queue(KEY) is None


async def test_bytes_are_kept_while_anything_waits_for_them(toy: Toys, database: Database) -> None:
    await toy.inbox.handle([record_of(POISON), record_of(POISON, company=OTHER, publisher="q")])
    Deploy.mended = True
    await toy.parking.redrive(KEY)

    await toy.parked.forget(now() - timedelta(hours=1))
    assert await database["parked_records"].count_documents({}) == 2
    await toy.parked.forget(now() + timedelta(hours=1))
    assert await database["parked_records"].count_documents({}) == 1
    assert await toy.parking.redrive(str(OTHER)) == 1


async def test_what_waits_is_summed_without_its_records_and_read_page_by_page(
    toy: Toys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ApplicationWithdrawn, "DISCARDABLE", False)
    await toy.inbox.handle([record_of(number) for number in range(POISON, POISON + 5)])
    await toy.inbox.handle([record_of(POISON, company=OTHER, publisher="q")])

    queues = await toy.parked.queues()
    assert [len(queue) for queue in queues.values()] == [5, 1]
    assert await toy.parking.waiting() == sorted(
        (
            ParkedQueue(key, queue[0], min(record.at for record in queue), len(queue), len(queue))
            for key, queue in queues.items()
        ),
        key=lambda queue: (queue.since, queue.key),
    )
    pages = [await toy.parking.page(KEY, after, 2) for after in (0, 2, 4, 6)]
    assert [[record.id[-2:] for record in page] for page in pages] == [["13", "14"], ["15", "16"], ["17"], []]


async def test_a_key_that_is_not_parked_is_not_found(toy: Toys) -> None:
    for act in (toy.parking.show(KEY, 1), toy.parking.redrive(KEY), toy.parking.discard(KEY, "/intake/companies/p/13")):
        with pytest.raises(Refused, match="not_found"):
            await act


async def test_what_may_only_be_mended_cannot_be_discarded(toy: Toys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ApplicationWithdrawn, "DISCARDABLE", False)
    await toy.inbox.handle([record_of(POISON)])

    with pytest.raises(Refused, match="not_discardable"):
        await toy.parking.discard(KEY, "/intake/companies/p/13")
    assert await toy.parked.queue(KEY)
