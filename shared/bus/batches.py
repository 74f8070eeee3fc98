"""Packs lanes into record batches, one after the other for each partition; a broker takes or refuses a batch whole."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from struct import unpack_from

from aiokafka.producer.message_accumulator import BatchBuilder

from shared.bus.relay import Lane
from shared.model import Json

_BITS = 0xFFFFFFFF
_MIX = 0x5BD1E995


@dataclass
class RecordBatch:
    """One batch for a partition of a topic; `counts`: how many entries of which lane it holds, by the lane's index."""

    builder: BatchBuilder
    topic: str
    partition: int
    counts: dict[int, int] = field(default_factory=dict)


def packed(
    lanes: Sequence[Lane],
    partitions: Sequence[int | None],
    alone: Collection[int],
    create: Callable[[], BatchBuilder],
) -> list[RecordBatch]:
    """The batches with what is not acknowledged of each lane, in order.

    A lane whose batch is full ends with it: what follows waits for the answer. A lane without a partition is left out,
    one that is to go alone has a batch of its own.
    """
    batches: list[RecordBatch] = []
    open_batches: dict[tuple[str, int], RecordBatch] = {}
    for index, (lane, partition) in enumerate(zip(lanes, partitions, strict=True)):
        if partition is None:
            continue
        target = (lane.topic, partition)
        if index in alone:
            open_batches.pop(target, None)
        for entry in lane.entries[lane.acknowledged :]:
            batch = open_batches.get(target)
            if batch is None or not _added(batch.builder, entry):
                if batch is not None and index in batch.counts:
                    break
                batch = open_batches[target] = RecordBatch(create(), lane.topic, partition)
                batches.append(batch)
                _added(batch.builder, entry)
            batch.counts[index] = batch.counts.get(index, 0) + 1
        if index in alone:
            open_batches.pop(target, None)
    return batches


def partition_of(key: bytes, partitions: int) -> int:
    """The partition of a key, as every client of Kafka chooses it."""
    return _murmur2(key) % partitions


def _added(builder: BatchBuilder, entry: Json) -> bool:
    """Whether the batch had room for the message; an empty one takes any."""
    message = entry["message"]
    value = None if message["value"] is None else message["value"].encode()
    headers = [(name, text.encode()) for name, text in message["headers"]]
    return builder.append(timestamp=None, key=message["key"].encode(), value=value, headers=headers) is not None


def _murmur2(data: bytes) -> int:
    """The hash of a key, without its sign."""
    length = len(data)
    mixed = 0x9747B28C ^ length
    for word in unpack_from(f"<{length >> 2}I", data):
        product = word * _MIX & _BITS
        mixed = (mixed * _MIX & _BITS) ^ ((product ^ product >> 24) * _MIX & _BITS)
    if rest := data[length & ~3 :]:
        mixed = (mixed ^ int.from_bytes(rest, "little")) * _MIX & _BITS
    mixed = (mixed ^ mixed >> 13) * _MIX & _BITS
    return (mixed ^ mixed >> 15) & 0x7FFFFFFF
