"""On a real broker: a batch that cannot be read is reported where it lies; nothing else is lost, nor held up."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from aiokafka import AIOKafkaProducer
from structlog.testing import capture_logs

from shared.bus.access import KafkaAccess
from shared.bus.unreadable import UNREADABLE
from tests.support.servers.bus import ends, producing, put, scram, stand_at, until
from tests.support.servers.consuming import TOPIC, group, listening
from tests.support.servers.kernel import Toys, all_entered, record_of

CODECS = ("gzip", "snappy", "lz4", "zstd")
SOON = 5.0
Spoil = Callable[[pytest.MonkeyPatch], None]


def codec_missing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("aiokafka.codec.has_lz4", lambda: False)


def bytes_corrupt(patch: pytest.MonkeyPatch) -> None:
    def fail(_: bytes) -> bytes:
        raise ValueError("corrupt")

    patch.setattr("aiokafka.record._crecords.default_records.lz4_decode", fail)


@pytest.mark.parametrize("codec", CODECS)
async def test_every_codec_of_the_broker_is_read(toy: Toys, operator: KafkaAccess, codec: str) -> None:
    company = uuid4()
    await compressed(operator, codec, company, 1)
    async with listening(operator, toy.inbox, group()):
        await until(all_entered(toy, company, 1))


@pytest.mark.parametrize("spoil", [codec_missing, bytes_corrupt])
async def test_an_unreadable_batch_is_reported_and_holds_its_own_partition_alone(
    toy: Toys, operator: KafkaAccess, spoil: Spoil, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, free, name = uuid4(), uuid4(), group()
    await stand_at(operator, name, await ends(operator, [TOPIC]))
    async with producing(operator) as producer:
        before = await put(producer, record_of(1, company=held, publisher=str(held)))
        while (elsewhere := await put(producer, record_of(1, company=free, publisher=str(free)))) and (
            elsewhere.partition == before.partition
        ):
            free = uuid4()
        bad = await compressed(operator, "lz4", held, 2)
        await put(producer, record_of(3, company=held, publisher=str(held)))
        with monkeypatch.context() as patch, capture_logs() as lines:
            spoil(patch)
            async with listening(operator, toy.inbox, name) as bus:
                await until(lambda: UNREADABLE in bus.held_for(), SOON)
                await until(all_entered(toy, held, 1))
                for number in range(2, 6):
                    await put(producer, record_of(number, company=free, publisher=str(free)))
                await until(all_entered(toy, free, *range(1, 6)))
                assert not await all_entered(toy, held, 1, 2)()
                patch.undo()
                await until(all_entered(toy, held, 1, 2, 3))
                await until(lambda: not bus.held_for())
                assert bus.offset_gap is None
    reported = {(line["topic"], line["partition"], line["offset"]) for line in lines if line["event"] == UNREADABLE}
    assert reported == {(TOPIC, before.partition, bad)}


async def compressed(operator: KafkaAccess, codec: str, company: UUID, number: int) -> int:
    """Puts a record in a compressed batch of its own; its offset."""
    record = record_of(number, company=company, publisher=str(company))
    producer = AIOKafkaProducer(**scram(operator), compression_type=codec)
    await producer.start()
    try:
        padding = [*record.headers, ("padding", b"x" * 1_000)]  # else compression would make it larger
        sent = await producer.send_and_wait(record.topic, record.value, record.key, headers=padding)
    finally:
        await producer.stop()
    return int(sent.offset)
