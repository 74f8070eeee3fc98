"""Detects lost records: offsets of internal topics are contiguous from the committed one on, so a gap is a loss."""

from collections.abc import Awaitable, Callable, Collection, Iterable

from shared.store.parked import Partition, RawRecord


class OffsetGap(Exception):  # noqa: N818 - a state of a topic
    """Records before this one were lost. Watermarks find repeats, not losses, and would pass over them."""

    def __init__(self, record: RawRecord) -> None:
        super().__init__(
            f"Records before {record.offset} were lost from {record.topic}/{record.partition}. "
            "Stop the services and run `tt journal replay` onto new topics."
        )


class GapDetector:
    """Knows for each partition which offset comes next; the first offset of a topic is 0."""

    def __init__(self) -> None:
        self._next: dict[Partition, int] = {}

    async def check(self, records: Iterable[RawRecord], committed: Callable[[Partition], Awaitable[int]]) -> None:
        """Passes over records that follow each other or are repeats. Raises OffsetGap.

        `committed` gives the offset up to which the group has committed; it is asked only where records seem missing.
        """
        for record in records:
            if self._is_beyond(record):
                self.start(record.topic_partition, await committed(record.topic_partition))
                if self._is_beyond(record):
                    raise OffsetGap(record)
            self._next[record.topic_partition] = record.offset + 1

    def start(self, partition: Partition, committed: int) -> None:
        """Nothing is missing before the committed offset."""
        self._next[partition] = max(committed, self._next.get(partition, 0))

    def rewind(self, partition: Partition, offset: int) -> None:
        """The partition is read again from this offset on."""
        self._next[partition] = offset

    def next_offset(self, partition: Partition) -> int | None:
        """The offset that comes next, if it is known."""
        return self._next.get(partition)

    def forget(self, partitions: Collection[Partition]) -> None:
        """Another member of the group may read these partitions from now on."""
        for partition in partitions:
            self._next.pop(partition, None)

    def _is_beyond(self, record: RawRecord) -> bool:
        return record.offset > self._next.get(record.topic_partition, 0)
