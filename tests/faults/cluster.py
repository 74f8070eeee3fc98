"""Three brokers, whose partitions have no replicas: when one stops, its partitions are without a leader."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Self

from deploy.local.kafka import Kafka
from deploy.local.processes import LOOPBACK
from shared.bus.access import KafkaAccess

CLUSTERED = """
node.id={node}
controller.quorum.voters={voters}
"""


class Member(Kafka):
    """One of several brokers and controllers."""

    def __init__(self, home: Path, operator_password: str, node: int) -> None:
        self.node = node
        self.others: Sequence[Member] = ()
        super().__init__(home, operator_password)

    @property
    def voter(self) -> str:
        return f"{self.node}@{LOOPBACK}:{self._ports.controller}"

    def configure(self) -> None:
        super().configure()
        voters = ",".join(broker.voter for broker in self.others)
        with self._properties.open("a", encoding="utf-8") as file:  # of two lines of one name the later holds
            file.write(CLUSTERED.format(node=self.node, voters=voters))


class Cluster:
    """Starts and stops its members together; they know each other by their ports."""

    def __init__(self, home: Path, operator_password: str, size: int = 3) -> None:
        self.members = [Member(home / f"kafka{node}", operator_password, node) for node in range(1, size + 1)]
        for member in self.members:
            member.others = self.members
            member.cluster = self.members[0].cluster
        first = self.members[0].operator
        everybody = ",".join(member.operator.bootstrap for member in self.members)
        self.operator = KafkaAccess(everybody, first.user, first.password)

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            for member in self.members:
                stack.push_async_callback(member.stop)
            await asyncio.gather(*(member.start() for member in self.members))
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()
