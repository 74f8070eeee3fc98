"""Who reaches the partners' port, or has a partner's password, stops neither the bus nor other partners."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient

from deploy.kafka.access import PARTNER, admin, groups_of
from deploy.local.kafka import Kafka
from shared.bus.access import PARTNERS_MECHANISM, KafkaAccess
from tests.faults.attackers import (
    BY_A_PARTNER,
    BY_STRANGERS,
    Attack,
    announce_much,
    come_and_go,
    from_elsewhere,
    hold_connections,
)
from tests.faults.instance import Start
from tests.faults.world import AtWork
from tests.support.servers.backing import SECRET, password_of, prepare
from tests.support.servers.bus import administering, producing, scram, until
from tests.support.servers.two_doors import TwoDoors

ATTACKED_SECONDS = 4.0
ANSWERED_WITHIN = 10.0
ATTEMPTS = 10
ATTACKER, BYSTANDER = "partner.us", "partner.jp"


def partner(kafka: Kafka, user: str) -> KafkaAccess:
    return KafkaAccess(kafka.partners, user, password_of(user), PARTNERS_MECHANISM)


@asynccontextmanager
async def reading(kafka: Kafka) -> AsyncIterator[AIOKafkaConsumer]:
    """Another partner, at its topic; it never has its client look for the end, as the answer might undo a seek."""
    access = scram(partner(kafka, BYSTANDER))
    consumer = AIOKafkaConsumer(f"pip.{BYSTANDER}", **access, enable_auto_commit=False, auto_offset_reset="earliest")
    try:
        await consumer.start()
        yield consumer
    finally:
        await consumer.stop()


async def operator_is_answered(kafka: TwoDoors) -> list[str]:
    """The groups of partners, as the operator lists them by a new connection, in time."""
    operator = admin(kafka.operator)
    await asyncio.to_thread(operator.list_topics, timeout=ANSWERED_WITHIN)
    listed = operator.list_consumer_groups(request_timeout=ANSWERED_WITHIN)
    found = await asyncio.wait_for(asyncio.wrap_future(listed), 2 * ANSWERED_WITHIN)
    return [listing.group_id for listing in found.valid if listing.group_id.startswith(PARTNER)]


async def publish_to_the_bystander(kafka: Kafka) -> None:
    async with producing(kafka.operator) as producer:
        await producer.send_and_wait(f"pip.{BYSTANDER}", b"{}", key=b"member")


@pytest.fixture
async def kafka(kafka: TwoDoors) -> TwoDoors:
    """With something to read before the history of a case begins."""
    await publish_to_the_bystander(kafka)
    return kafka


async def still_reads(bystander: AIOKafkaConsumer) -> None:
    """The other partner reads its topic anew."""
    await bystander.seek_to_beginning()
    async with asyncio.timeout(ANSWERED_WITHIN):
        await bystander.getone()


async def reads_anew(kafka: Kafka) -> None:
    """The other partner comes in by a new connection, and reads its topic."""
    async with asyncio.timeout(ANSWERED_WITHIN), reading(kafka) as newcomer:
        await newcomer.getone()


async def reads_anew_again_and_again(kafka: Kafka) -> None:
    for _ in range(ATTEMPTS):
        await reads_anew(kafka)


@asynccontextmanager
async def attacked(attack: Attack, access: KafkaAccess) -> AsyncIterator[None]:
    attacking = asyncio.create_task(attack(access))
    try:
        await asyncio.sleep(ATTACKED_SECONDS / 2)
        yield
    finally:
        attacking.cancel()
        await asyncio.gather(attacking, return_exceptions=True)


@pytest.mark.matrix
@pytest.mark.parametrize("name", [*BY_STRANGERS, *BY_A_PARTNER])
async def test_an_attack_by_the_partners_port(world: AtWork, toy: Start, kafka: TwoDoors, name: str) -> None:
    """From the address at which the services are too."""
    going = await world(toy())
    promise = f"While {name}, the operator is answered, services and other partners go on, and a restart works"
    attack = (BY_STRANGERS | BY_A_PARTNER)[name]
    async with going.under_fire(promise), reading(kafka) as bystander:
        async with attacked(attack, partner(kafka, ATTACKER)):
            until_then = monotonic() + ATTACKED_SECONDS
            while monotonic() < until_then:
                await operator_is_answered(kafka)
                await still_reads(bystander)
                await until(going.accepts(5))
        assert kafka.process.exit_code is None
        await kafka.kill()
        await kafka.start()
        assert set(await operator_is_answered(kafka)) <= set(groups_of(ATTACKER))


@pytest.mark.matrix
@pytest.mark.parametrize("name", BY_STRANGERS)
async def test_who_attacks_from_other_addresses_shuts_no_partner_out(kafka: TwoDoors, name: str) -> None:
    """Three addresses, while the partner's own has no connection yet."""
    async with attacked(from_elsewhere(BY_STRANGERS[name]), partner(kafka, ATTACKER)):
        until_then = monotonic() + ATTACKED_SECONDS
        while monotonic() < until_then:
            await operator_is_answered(kafka)
            await reads_anew(kafka)


@pytest.mark.matrix
async def test_a_stranger_at_the_services_port_stops_nobody(kafka: TwoDoors) -> None:
    async with attacked(announce_much, kafka.operator):
        await operator_is_answered(kafka)


class Loosened(Kafka):
    """A broker with some limits as they were before."""

    loosened = "sasl.server.max.receive.size=524288\nlistener.name.partners.max.connections=2000\n"

    def configure(self) -> None:
        super().configure()
        with self._properties.open("a", encoding="utf-8") as file:  # of two lines of one name the later holds
            file.write(self.loosened)


@pytest.mark.matrix
async def test_without_limits_the_same_attack_ends_the_broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends, and so is started again, instead of living on with no memory."""
    monkeypatch.setenv("_JAVA_OPTIONS", "-Xmx160m")
    async with Loosened(tmp_path, SECRET) as kafka:
        async with attacked(announce_much, KafkaAccess(kafka.partners)):
            await until(lambda: kafka.process.exit_code is not None, 30)
        await kafka.start()
        async with administering(kafka.operator) as client:
            assert isinstance(client, AIOKafkaAdminClient)


@pytest.mark.matrix
@pytest.mark.parametrize(
    ("loosened", "attack"),
    [
        ("max.connections.per.ip=24\n", hold_connections),
        ("listener.name.partners.max.connection.creation.rate=10\nsocket.listen.backlog.size=10\n", come_and_go),
    ],
    ids=["more connections from one address", "few new ones from all"],
)
async def test_with_looser_limits_the_same_attack_shuts_partners_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loosened: str, attack: Attack
) -> None:
    monkeypatch.setattr(Loosened, "loosened", loosened)
    async with Loosened(tmp_path, SECRET) as kafka:
        prepare(kafka.operator)
        await publish_to_the_bystander(kafka)
        await reads_anew(kafka)
        async with attacked(from_elsewhere(attack), KafkaAccess(kafka.partners)):
            with pytest.raises(TimeoutError):
                await reads_anew_again_and_again(kafka)
