"""Who is at work in a world: the real kernel, as `shared/service.py` starts it, and those who use it."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from aiokafka.errors import CommitFailedError

from shared.bus.access import KafkaAccess
from shared.bus.held import HELD_SECONDS
from shared.bus.inbox import BatchConsumer
from shared.bus.parking import Parking
from shared.bus.publishers import Fenced, InOrder
from shared.bus.relay import OutboxSource, Relay
from shared.bus.replay import replay
from shared.errors import Refused, Unavailable
from shared.handling import Aggregate, Causation, CommandEnvelope
from shared.relays import Relays
from shared.store.documents import Documents
from shared.store.parked import QueuedRecord
from shared.tasks import supervised
from shared.telemetry import Metrics
from tests.schedules.life import ALL, CASES, COMPANIES, DISCLOSURES, SUBSCRIPTIONS, ledgers
from tests.schedules.member import MemoryMember
from tests.schedules.world import OPERATORS, PUBLISHING, SUBSCRIBING, Order, World

ACCESS = KafkaAccess("bus")
SERVICE = "intake"
METRICS = Metrics()
AGAIN_SECONDS = 0.1
Aggregates = Mapping[str, Aggregate[Any, Any, Any]]


def begin(world: World, *, replayed_beside: bool = False) -> None:
    """Starts everybody, and what will happen to the world."""
    start_services(world)
    for name in OPERATORS:
        world.schedule.start(name, partial(operate, world))
    happens(world, "the deploy", world.mend)
    for _ in range(world.plan.rebalances):
        happens(world, "a rebalance", partial(deal, world))
    if world.plan.bus_is_lost:
        happens(world, "the loss of the bus", partial(lose_the_bus, world, replayed_beside=replayed_beside))


def happens(world: World, name: str, effect: Callable[[], None]) -> None:
    """Lets something happen to the world, some time."""
    moment = world.some_time()
    world.to_come += 1

    async def happen() -> None:
        await world.schedule.act("comes", effect, possible=lambda: len(world.schedule.story) >= moment)
        world.to_come -= 1

    world.schedule.start(name, happen, mortal=False)


def deal(world: World) -> None:
    """A topic goes to the other member, or to the same anew."""
    random = world.schedule.random
    world.kafka.deal(random.choice(list(world.kafka.group.readers)), random.choice(SUBSCRIBING))


def lose_the_bus(world: World, *, replayed_beside: bool) -> None:
    """Stops the services, replays the journals onto an empty bus, then starts the services, or too early."""
    for name in (*PUBLISHING, *SUBSCRIBING):
        world.schedule.kill(name)
    world.kafka.lose()
    world.to_come += 1
    world.schedule.start("replay", partial(replay_journals, world, replayed_beside=replayed_beside))
    if replayed_beside:
        start_services(world)


def start_services(world: World) -> None:
    """Two instances of each service."""
    for number, name in enumerate(PUBLISHING):
        world.schedule.start(name, partial(intake, world, world.orders[number::2]))
    for number, name in enumerate(SUBSCRIBING):
        world.schedule.start(name, partial(review, world, name, world.notes[number::2]))


async def replay_journals(world: World, *, replayed_beside: bool) -> None:
    """`tt journal replay`, until it succeeds."""
    publishers = (InOrder(ACCESS), fenced(world))
    while True:
        try:
            await replay(world.intake, publishers)
        except Unavailable:
            await asyncio.sleep(AGAIN_SECONDS)
        else:
            break
    world.to_come -= 1
    if not replayed_beside:
        start_services(world)


async def intake(world: World, orders: Sequence[Order]) -> None:
    """One instance of the service that publishes: its two relays, and its share of the commands, two at a time."""
    notified = Relays()
    aggregates = {
        decider.collection: Aggregate(decider, Documents(world.intake, decider.collection), notified)
        for decider in (COMPANIES, CASES, DISCLOSURES)
    }
    outboxes = {
        name: OutboxSource(aggregate.documents, aggregate.decider.source) for name, aggregate in aggregates.items()
    }
    relays = [Relay(outboxes, world.journal, publisher, METRICS) for publisher in (InOrder(ACCESS), fenced(world))]
    for relay in relays:
        notified.subscribe(relay)
    commands = (command(world, aggregates, orders[number::2]) for number in range(2))
    await asyncio.gather(*(supervised("relay", relay.run) for relay in relays), *commands)


async def command(world: World, aggregates: Aggregates, orders: Iterable[Order]) -> None:
    """Gives one order after the other, each until it is acknowledged."""
    for order in orders:
        envelope = CommandEnvelope(Causation(order.key, order.key), order.key, "ann", "digest", keyed=True)
        while not order.receipt:
            now = order.command.model_copy(update={"at": world.now()})
            try:
                order.receipt = await aggregates[order.collection].handle(order.aggregate_id, now, envelope)
            except Unavailable:
                await asyncio.sleep(AGAIN_SECONDS)


def fenced(world: World) -> Fenced:
    """The writer to partners; how long a message has waited is measured by the world's clock."""
    return Fenced(ACCESS, SERVICE, world.journal, lambda entry: (world.now() - entry["at"]).total_seconds())


def ledgers_of(world: World) -> Aggregates:
    """The ledgers as one process has them."""
    return {"ledgers": Aggregate(ledgers(world.is_stuck), Documents(world.review, "ledgers"), Relays())}


async def review(world: World, name: str, notes: Sequence[Order]) -> None:
    """One instance of the service that subscribes: a member of the group, and clerks who note in the same ledgers."""
    aggregates = ledgers_of(world)
    await asyncio.gather(
        consume(world, name, BatchConsumer(aggregates, SUBSCRIPTIONS, world.parked, METRICS)),
        command(world, aggregates, notes),
    )


async def consume(world: World, name: str, inbox: BatchConsumer) -> None:
    """One member of the group, as in `shared/bus/consumer.py`: seeks what is held, commits how far it has come."""
    member = MemoryMember(world.kafka, world.schedule, name)
    while True:
        held = await inbox.handle(await member.fetch(world.plan.batch))
        for (topic, _), hold in held.items():
            member.seek(topic, hold.offset)
        with suppress(CommitFailedError):
            await member.commit()
        if held:
            await asyncio.sleep(HELD_SECONDS)


async def operate(world: World) -> None:
    """An operator tends keys that a deploy has mended or that may be given up, and finishes what was begun."""
    aggregates = ledgers_of(world)
    parking = Parking(
        world.parked, BatchConsumer(aggregates, SUBSCRIPTIONS, world.parked, METRICS), SUBSCRIPTIONS, aggregates
    )
    while True:
        await world.schedule.act("looks at the park", lambda: None, possible=world.needs_tending)
        try:
            for key, queue in (await parking.queues()).items():
                if key in world.begun or any(record.reason != "behind" for record in queue):
                    await tend(world, parking, key, queue[:1])
        except (Unavailable, Refused):
            continue


async def tend(world: World, parking: Parking, key: str, first: Sequence[QueuedRecord]) -> None:
    """Gives up what is stuck, where that is allowed, and redrives all else."""
    world.begun.add(key)
    if first and world.plan.given_up and world.is_stuck(first[0].id):
        world.meant.add(first[0].id)
        await parking.discard(key, first[0].id)
        world.gone |= {(ledger, first[0].id) for ledger in (key, ALL) if first[0].id not in world.entered(ledger)}
    else:
        await parking.redrive(key)
    world.begun &= world.parked_keys()
