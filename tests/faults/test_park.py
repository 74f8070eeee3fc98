"""Poison of every kind among a thousand healthy aggregates, and redrives in mid-traffic."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from shared.bus.access import KafkaAccess
from shared.contracts.risk import RiskAssessed
from shared.contracts.topics import limit_of
from shared.store.parked import Parked, RawRecord
from tests.faults.instance import Instance, Start
from tests.faults.world import TOPIC, AtWork, World
from tests.support.builders.toys import POISON
from tests.support.servers.bus import producing, put, until
from tests.support.servers.kernel import record_of, with_header
from tests.support.servers.serving import client

pytestmark = pytest.mark.matrix
HEALTHY = 1_000
ELSEWHERE = "pip.review"
ALONE = {
    "no key": f"{TOPIC}/0",
    "foreign key": "somebody",
    "foreign topic": "somewhere",
}  # where that is parked which has no company's key
UNREADABLE: dict[str, Callable[[RawRecord], RawRecord]] = {
    "no headers": lambda record: replace(record, headers=()),
    "null header": lambda record: with_header(record, "ce_subject", None),
    "header not UTF-8": lambda record: with_header(record, "ce_id", b"\xff\xfe"),
    "no such type": lambda record: with_header(record, "ce_type", b"\xff"),
    "type without a version": lambda record: with_header(record, "ce_type", b"pip.ApplicationWithdrawn"),
    "number below 1": lambda record: with_header(record, "ce_sequence", b"0"),
    "number beyond 64 bits": lambda record: with_header(record, "ce_sequence", b"9" * 30),
    "time unreadable": lambda record: with_header(record, "ce_time", b"noon"),
    "bad JSON": lambda record: replace(record, value=b"{"),
    "not UTF-8": lambda record: replace(record, value=b"\xff\xfe"),
    "deep JSON": lambda record: replace(record, value=b"[" * 100_000),
    "tombstone": lambda record: replace(record, value=None),
    "wrong shape": lambda record: replace(record, value=b'{"submission": "two"}'),
    "beyond the bound": lambda record: replace(record, value=b"x" * (limit_of(TOPIC) + 1)),
    # of publishers of their own: under two keys nobody's numbers keep an order
    "no key": lambda record: with_header(replace(record, key=None), "ce_subject", b"nobody"),
    "foreign key": lambda record: with_header(replace(record, key=b"somebody"), "ce_subject", b"somebody"),
    "foreign topic": lambda record: with_header(
        replace(record, topic=ELSEWHERE, key=b"somewhere"), "ce_companyid", b"somewhere"
    ),
}


async def test_poison_of_every_kind(world: AtWork, toy: Start, operator: KafkaAccess) -> None:
    """A message before each is consumed; one behind it with the same key waits. A type not subscribed to is skipped."""
    going = await world(choking := toy(MENDED="no", ALSO_ON=ELSEWHERE))
    poisoned = {kind: uuid4() for kind in (*UNREADABLE, "chokes the code")}
    queued = {kind: ALONE.get(kind, str(company)) for kind, company in poisoned.items()}
    stranger, *healthy = (uuid4() for _ in range(1 + HEALTHY))
    promise = (
        f"Poison of {len(poisoned)} kinds parks its own keys alone, {HEALTHY} others are consumed; "
        "discarded or mended, order holds"
    )
    async with going.under_fire(promise):
        async with producing(operator) as bus:
            for records in _lives(poisoned, stranger, healthy):
                await asyncio.gather(*(put(bus, record) for record in records))
        await until(lambda: _entered(going, [stranger, *healthy], 2), 60)
        await until(lambda: _parked(going, queued))
        assert await _entered(going, list(poisoned.values()), 1)
        await choking.process.stop()
        await going.replaced_by(mended := toy())
        await _cleared(going, mended, queued)
        await going.redriven(mended)
    assert await _entered(going, list(poisoned.values()), 2)


def message(company: UUID, number: int) -> RawRecord:
    return record_of(number, company=company, publisher=str(company))


def _lives(poisoned: Mapping[str, UUID], stranger: UUID, healthy: list[UUID]) -> Iterable[list[RawRecord]]:
    """What is published first, second and last; the stranger's second is of a type that nobody subscribes to here."""
    yield [message(company, 1) for company in (*poisoned.values(), stranger, *healthy)]
    bad = [UNREADABLE[kind](message(company, 2)) for kind, company in poisoned.items() if kind in UNREADABLE]
    unsubscribed = with_header(message(stranger, 2), "ce_type", RiskAssessed.type().encode())
    yield [
        *bad,
        unsubscribed,
        message(poisoned["chokes the code"], POISON),
        *(message(company, 2) for company in healthy),
    ]
    yield [message(company, POISON + 1) for company in (*poisoned.values(), stranger)]


async def _entered(going: World, companies: list[UUID], times: int) -> bool:
    """Whether the ledgers of all of these have at least so many entries."""
    query = {"_id": {"$in": [str(company) for company in companies]}, f"state.entries.{times - 1}": {"$exists": True}}
    return await going.database["ledgers"].count_documents(query) == len(companies)


async def _parked(going: World, queued: Mapping[str, str]) -> bool:
    """Whether these keys wait, a company's with two records, and no other does beside those that choke in traffic."""
    queues = await Parked(going.database).queues()
    parked = {key: len(queue) for key, queue in queues.items() if key not in map(str, going.companies)}
    return parked == {key: 1 if kind in ALONE else 2 for kind, key in queued.items()}


async def _cleared(going: World, door: Instance, queued: Mapping[str, str]) -> None:
    """An operator gives up what cannot be read, and redrives the rest."""
    async with client(door.url, going.issuer.token("olga", "operator")) as olga:
        for kind, key in queued.items():
            if kind in UNREADABLE:
                first, *_ = (await olga.get(f"/operations/parked/{key}")).raise_for_status().json()
                given_up = {"record": first["id"], "reason": kind}
                (await olga.post(f"/operations/discards/{key}", json=given_up)).raise_for_status()
            if kind not in ALONE:
                (await olga.post(f"/operations/redrives/{key}")).raise_for_status()


async def test_redrives_in_mid_traffic(world: AtWork, toy: Start) -> None:
    """The thirteenth number of every company chokes the code; all that follow wait behind it, until it is mended."""
    going = await world(choking := toy(MENDED="no"))
    promise = "Two redrives of every key at once, through two instances under load, keep all orders and repeat nothing"
    async with going.under_fire(promise):
        await until(going.all_parked, 30)
        await until(going.accepts())
        await choking.process.stop()
        await going.replaced_by(first := toy(), second := toy())
        await going.redriven(first, second)
