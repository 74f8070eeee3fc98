"""A stand-in for a member of the consumer group: it reads on from its positions, after a rebalance from the offsets."""

from aiokafka.errors import CommitFailedError

from shared.store.parked import RawRecord
from tests.schedules.kafka import MemoryKafka
from tests.schedules.schedule import Schedule


class MemoryMember:
    """Reads the topics that it was dealt, from their positions on; these are what it commits."""

    def __init__(self, kafka: MemoryKafka, schedule: Schedule, name: str) -> None:
        self._kafka = kafka
        self._schedule = schedule
        self._name = name
        self._generation = -1
        self._positions: dict[str, int] = {}

    async def fetch(self, most: int) -> list[RawRecord]:
        """The next records of its topics, once there are any. It learns of a rebalance here."""

        def fetched() -> list[RawRecord]:
            self._generation, self._positions = self._kafka.group.generation, self._present_positions()
            behind = [record for topic, at in self._positions.items() for record in self._kafka.records(topic, at)]
            for record in behind[:most]:
                self._positions[record.topic] = record.offset + 1
            return behind[:most]

        found: list[RawRecord] = await self._schedule.act("fetches", fetched, (), self._is_behind)
        return found

    def seek(self, topic: str, offset: int) -> None:
        """The next fetch of this topic begins here."""
        self._positions[topic] = offset

    async def commit(self) -> None:
        """Moves the group on to its positions. Raises CommitFailedError after a rebalance of which it does not know."""
        positions = dict(self._positions)

        def committed() -> None:
            if self._generation != self._kafka.group.generation:
                raise CommitFailedError
            self._kafka.group.offsets.update(
                {topic: offset - self._kafka.group.offsets[topic] for topic, offset in positions.items()}
            )

        await self._schedule.act(f"commits {positions}", committed)

    def _present_positions(self) -> dict[str, int]:
        group = self._kafka.group
        if self._generation == group.generation:
            return self._positions
        return {topic: group.offsets[topic] for topic, reader in group.readers.items() if reader == self._name}

    def _is_behind(self) -> bool:
        return any(len(self._kafka.topics[topic]) > at for topic, at in self._present_positions().items())
