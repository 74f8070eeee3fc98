"""Partitions that are held: not read beyond a record until that record can be handled. The others flow on."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from time import monotonic

from shared.store.parked import Partition

HELD_SECONDS = 5.0


@dataclass(frozen=True)
class Hold:
    """From which offset on a partition is to be read again, and why it waits."""

    offset: int
    reason: str


class HeldPartitions:
    """The partitions that one member of the group holds. Each is tried again every `HELD_SECONDS`."""

    def __init__(self) -> None:
        self._holds: dict[Partition, tuple[float, Hold]] = {}

    def __len__(self) -> int:
        return len(self._holds)

    def hold(self, partition: Partition, hold: Hold) -> None:
        """Holds a partition from now on."""
        self._holds[partition] = (monotonic(), hold)

    def release(self, partitions: Iterable[Partition]) -> None:
        """These partitions were tried again, or read by another member."""
        for partition in partitions:
            self._holds.pop(partition, None)

    def clear(self) -> None:
        """No partition is held any more."""
        self._holds.clear()

    def due(self, assigned: Collection[Partition]) -> list[Partition]:
        """The partitions to try again now. Those that are not assigned any more are forgotten."""
        self.release(self._holds.keys() - set(assigned))
        return [partition for partition, (since, _) in self._holds.items() if monotonic() - since > HELD_SECONDS]

    def reasons(self) -> frozenset[str]:
        """Why partitions are held."""
        return frozenset(hold.reason for _, hold in self._holds.values())
